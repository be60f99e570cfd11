import type { Impairments } from './wire.ts';

/** An emulated network as data; a lab.json and the topologies of `mn` both become one. */
export interface NetworkConfig {
  /** Of everything that is left to chance: loss, jitter, sequence numbers, ports. */
  readonly seed: number;
  readonly hosts: readonly HostConfig[];
  readonly switches: readonly SwitchConfig[];
  readonly links: readonly LinkConfig[];
}

export interface HostConfig {
  readonly name: string;
  /** Its interfaces, in the order of their links: `name-eth0` first. */
  readonly interfaces: readonly InterfaceConfig[];
  /** Beyond those to the networks of its interfaces. */
  readonly routes: readonly RouteConfig[];
  readonly services: readonly ServiceConfig[];
}
interface InterfaceConfig {
  readonly mac: string;
  /** Undefined: none until `ip addr add` or DHCP gives one. */
  readonly address: string | undefined;
  readonly prefix: number;
}
export interface RouteConfig {
  /** `0.0.0.0/0` is the default route. */
  readonly destination: string;
  readonly prefix: number;
  readonly gateway: string | undefined;
  /** Index of the interface. */
  readonly interface: number;
}
export type ServiceConfig =
  | { readonly kind: 'http' | 'echo' | 'discard' | 'iperf'; readonly port: number }
  | { readonly kind: 'dhcp'; readonly first: string; readonly last: string; readonly gateway: string };

export interface SwitchConfig {
  readonly name: string;
  /** Datapath id, 16 hex digits. */
  readonly dpid: string;
  /** What it does while no controller is there: nothing new, or learn like an Ethernet switch. */
  readonly failMode: 'secure' | 'standalone';
}
export interface LinkConfig {
  readonly a: LinkEndConfig;
  readonly b: LinkEndConfig;
  readonly impairments?: Impairments;
}
export interface LinkEndConfig {
  readonly node: string;
  /** Port number of a switch, 1–65280; of a host, the index of the interface. */
  readonly port: number;
}

import { formatMac, parseIpv4 } from '../codec/addresses.ts';
import { seededRandom } from '../determinism/random.ts';
import type { Scheduler } from '../determinism/scheduler.ts';
import { MemoryFiles } from './cli/files.ts';
import type { HostConfig, LinkEndConfig, NetworkConfig, SwitchConfig } from './config.ts';
import { createHost, type EmulatedHost } from './host/host.ts';
import { Link } from './link.ts';
import type { EmulatedNetwork } from './network-api.ts';
import type { Files } from './program/program.ts';
import { startServices } from './services/services.ts';
import { OpenFlowSwitch } from './switch/switch.ts';
import { createTcp } from './tcp/tcp.ts';
import type { Wire, WireEnd } from './wire.ts';

/** A network whose switches can be given their controller. */
export interface Network extends EmulatedNetwork {
  readonly openFlowSwitches: readonly OpenFlowSwitch[];
  /** By host. */
  readonly files: ReadonlyMap<string, Files>;
}

/** What is wrong with a network's configuration, in a sentence. */
export class NetworkError extends Error {}

/**
 * Builds hosts, switches and links, and brings them up; services listen when it returns. Throws NetworkError for a link to
 * a node or port that is not there, and for two links in one port. `wallMs` is Unix time, for services that tell a date.
 */
export function createNetwork(config: NetworkConfig, scheduler: Scheduler, wallMs?: () => number): Network {
  const names = new Map(config.hosts.flatMap((host) => addressOf(host)));
  const hosts = new Map(config.hosts.map((host) => [host.name, newHost(host, config.seed, names, scheduler)]));
  const switches = new Map(config.switches.map((each) => [each.name, newSwitch(each, config.seed, scheduler)]));
  const sockets = new Sockets(hosts, switches);
  const links = config.links.map(({ a, b, impairments }, i) => {
    const randoms = [
      seededRandom(`${config.seed} link ${i} there`),
      seededRandom(`${config.seed} link ${i} back`),
    ] as const;
    const link = sockets.join(a, b, (ends) => new Link(ends[0], ends[1], { scheduler, randoms }));
    if (impairments !== undefined) link.setImpairments(impairments);
    return link;
  });
  for (const link of links) link.start();
  const files = new Map(config.hosts.map(({ name }) => [name, new MemoryFiles()]));
  const services = config.hosts.map(({ name, services: its }) => {
    const host = hosts.get(name);
    return host === undefined ? undefined : startServices(host, its, wallMs === undefined ? {} : { wallMs });
  });
  return {
    config,
    scheduler,
    hosts,
    switches,
    openFlowSwitches: [...switches.values()],
    links,
    files,
    close: () => {
      for (const service of services) service?.close();
      for (const host of hosts.values()) host.close();
      for (const each of switches.values()) each.close();
    },
  };
}

function addressOf({ name, interfaces }: HostConfig): [string, number][] {
  const address = parseIpv4(interfaces[0]?.address ?? '');
  return address === undefined ? [] : [[name, address]];
}

function newHost(
  config: HostConfig,
  seed: number,
  names: ReadonlyMap<string, number>,
  scheduler: Scheduler,
): EmulatedHost {
  return createHost(config, { scheduler, random: seededRandom(`${seed} host ${config.name}`), names, createTcp });
}

const newSwitch = (config: SwitchConfig, seed: number, scheduler: Scheduler): OpenFlowSwitch =>
  new OpenFlowSwitch(config, { scheduler, random: seededRandom(`${seed} switch ${config.name}`) });

interface LinkPart {
  readonly node: string;
  readonly end: WireEnd;
}

/** Where links are plugged in. */
class Sockets {
  readonly #hosts: ReadonlyMap<string, EmulatedHost>;
  readonly #switches: ReadonlyMap<string, OpenFlowSwitch>;
  readonly #used = new Set<string>();

  constructor(hosts: ReadonlyMap<string, EmulatedHost>, switches: ReadonlyMap<string, OpenFlowSwitch>) {
    this.#hosts = hosts;
    this.#switches = switches;
  }

  /** Each end needs the link's wire as it is plugged in, and the link needs both ends: b is plugged in while a is. */
  join(a: LinkEndConfig, b: LinkEndConfig, make: (ends: readonly [LinkPart, LinkPart]) => Link): Link {
    let link: Link | undefined;
    this.#plug(a, (endA) => {
      let wires: readonly [Wire, Wire] | undefined;
      this.#plug(b, (endB) => {
        link = make([
          { node: a.node, end: endA },
          { node: b.node, end: endB },
        ]);
        wires = link.wires;
        return wires[1];
      });
      if (wires === undefined) throw new NetworkError(`${b.node} was not plugged in`);
      return wires[0];
    });
    if (link === undefined) throw new NetworkError(`${a.node} was not plugged in`);
    return link;
  }

  #plug({ node, port }: LinkEndConfig, connect: (end: WireEnd) => Wire): void {
    if (this.#used.has(`${node} ${port}`)) throw new NetworkError(`two links in port ${port} of ${node}`);
    this.#used.add(`${node} ${port}`);
    const host = this.#hosts.get(node);
    const its = this.#switches.get(node);
    if (host !== undefined) {
      if (host.config.interfaces[port] === undefined) throw new NetworkError(`${node} has no interface ${port}`);
      host.plug(port, connect);
    } else if (its !== undefined) {
      its.addPort(port, `${node}-eth${port}`, portMac(its.dpid, port), connect);
    } else {
      throw new NetworkError(`a link to "${node}", which is neither a host nor a switch`);
    }
  }
}

/** Locally administered; from the datapath id and the port, so that it is the same each time. */
function portMac(dpid: string, port: number): string {
  const low = Number.parseInt(dpid.slice(-6), 16);
  return formatMac(Uint8Array.of(0x0a, low >>> 16, (low >>> 8) & 255, low & 255, port >>> 8, port & 255));
}

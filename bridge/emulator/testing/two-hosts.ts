import type { HostConfig, NetworkConfig } from '../config.ts';
import type { Impairments } from '../wire.ts';

const host = (name: string, i: number): HostConfig => ({
  name,
  interfaces: [{ mac: `02:00:00:00:00:0${i}`, address: `10.0.0.${i}`, prefix: 24 }],
  routes: [],
  services: [],
});

/** Hosts a and b at ports 1 and 2 of the switch sw0, which learns by itself; `impairments` are those of the link to b. */
export const twoHosts = (impairments: Impairments = {}): NetworkConfig => ({
  seed: 1,
  hosts: [host('a', 1), host('b', 2)],
  switches: [{ name: 'sw0', dpid: '0000000000000001', failMode: 'standalone' }],
  links: [
    { a: { node: 'a', port: 0 }, b: { node: 'sw0', port: 1 } },
    { a: { node: 'sw0', port: 2 }, b: { node: 'b', port: 0 }, impairments },
  ],
});

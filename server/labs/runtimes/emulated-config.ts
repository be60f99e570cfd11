import type { Impairments, NetworkConfig } from '../../../bridge/index.ts';
import type { Lab, LabHost, LinkImpairments } from '../../contract/lab.ts';

/** Repeatable: two starts of a lab lose the same frames. */
export const seed = 1;

/** A lab as the emulated network takes it: interfaces are `host-eth0` and `switch-ethPORT`, as Mininet names them. */
export function networkConfig(lab: Lab): NetworkConfig {
  return {
    seed,
    hosts: lab.hosts.map((host, i) => hostConfig(host, i)),
    switches: lab.switches.map(({ name, dpid }) => ({ name, dpid, failMode: 'secure' })),
    links: lab.links.map(({ a, b, impairments }) => ({
      a: { node: a.node, port: a.port ?? 0 },
      b: { node: b.node, port: b.port ?? 0 },
      ...(impairments !== undefined && { impairments: inBaseUnits(impairments) }),
    })),
  };
}

function hostConfig({ name, address, mac, gateway, services }: LabHost, i: number): NetworkConfig['hosts'][number] {
  const [ip = '', prefix = '32'] = address.split('/');
  const reachable = { destination: gateway ?? '', prefix: 32, gateway: undefined, interface: 0 };
  const standard = { destination: '0.0.0.0', prefix: 0, gateway, interface: 0 };
  return {
    name,
    interfaces: [{ mac: mac ?? macOf(i), address: ip, prefix: Number(prefix) }],
    // As docker/mininet/lab/nodes.py does: the gateway of a /32 is on the link all the same.
    routes: gateway === undefined ? [] : prefix === '32' ? [reachable, standard] : [standard],
    services: services ?? [],
  };
}

/** Where the lab names none: locally administered, from the host's place in the lab. */
const macOf = (i: number): string => `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`;

function inBaseUnits(link: LinkImpairments): Impairments {
  const { bandwidthMbps, delayMs, jitterMs, queueFrames } = link;
  const share = (percent: number | undefined): number => (percent ?? 0) / 100;
  return {
    ...(bandwidthMbps !== undefined && { bandwidthBps: bandwidthMbps * 1e6 }),
    ...(queueFrames !== undefined && { queueFrames }),
    delayUs: (delayMs ?? 0) * 1000,
    jitterUs: (jitterMs ?? 0) * 1000,
    loss: share(link.lossPercent),
    duplicate: share(link.duplicatePercent),
    reorder: share(link.reorderPercent),
    corrupt: share(link.corruptPercent),
  };
}

import type { Lab } from '../../../server/contract/lab.ts';
import type { FaultSpec } from '../state/interventions.ts';

export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly fault: FaultSpec;
}

/** Faults that are often wanted, at places that the lab has (FAULT4). */
export function presetsOf(lab: Lab): readonly Preset[] {
  const router = lab.routers[0];
  const [first] = lab.switches;
  const ports = lab.links.flatMap(({ a, b }) => [a, b]).filter(({ port }) => port !== undefined);
  const link = ports.find(({ node }) => node === first?.name) ?? ports[0];
  const direction = 'both' as const;
  const at: FaultSpec['where'] =
    link?.port === undefined
      ? { kind: 'controller', direction }
      : { kind: 'link', switch: link.node, port: link.port, direction };
  const shared = { seed: 1, when: { afterMs: 0, forMs: 0 } };
  const all = { filter: '' };
  const preset = (id: string, label: string, fault: Omit<FaultSpec, 'seed' | 'when'>, when = shared.when): Preset => ({
    ...{ id, label },
    fault: { ...shared, ...fault, when },
  });
  const owner: FaultSpec['where'] =
    router === undefined ? { kind: 'controller', direction } : { kind: 'router', name: router.name, direction };
  return [
    preset('arp-reply', 'Lose the 3rd ARP reply', {
      ...{ where: owner, what: { kind: 'lose' }, which: { filter: 'arp.opcode == 2', nth: 3 } },
    }),
    preset('delay', 'Delay 200 ms', { where: at, what: { kind: 'delay', ms: 200, jitterMs: 0 }, which: all }),
    preset('loss', 'Lose 10 %', { where: at, what: { kind: 'lose' }, which: { filter: '', share: 0.1 } }),
    ...(router === undefined
      ? []
      : [preset('stall', 'Stall VNS for 5 s', { where: owner, what: { kind: 'stall', ms: 5000 }, which: all })]),
    preset(
      'disconnect',
      'Disconnect the controller for 5 s',
      { where: { kind: 'controller', direction }, what: { kind: 'disconnect' }, which: all },
      { afterMs: 0, forMs: 5000 },
    ),
    ...(router === undefined
      ? []
      : [preset('kill', `Kill ${router.name}`, { where: owner, what: { kind: 'kill' }, which: all })]),
  ];
}

import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../determinism/random.ts';
import type { FaultEffect, FaultPlace } from './fault/fault.ts';
import type { HoldAction } from './hold/hold.ts';
import { arpReply, markOf, StageLab, udp } from './testing/stage-lab.ts';

/** The last ones found frames out of order: they were due at the same time, planned from two moments. */
const seeds = [...Array(40).keys(), 2359897373, 2667259411, 1213071697, 3343264680];
const points = ['packet_in', 'to_router', 'from_router', 'packet_out'] as const;
const pick = <T>(random: Random, of: readonly T[]): T => {
  const found = of[Math.floor(random.next() * of.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
};

const anyEffect: readonly FaultEffect[] = [
  { kind: 'lose' },
  { kind: 'delay', ms: 30, jitterMs: 30 },
  { kind: 'duplicate' },
  { kind: 'reorder', behind: 2 },
  { kind: 'corrupt' },
  { kind: 'rate-limit', kbitPerSecond: 100 },
  { kind: 'stall', ms: 50 },
];
const placesOf = (direction: FaultPlace['direction']): readonly FaultPlace[] => [
  { kind: 'controller', direction },
  { kind: 'link', switch: 'sw0', port: 1, direction },
  { kind: 'router', name: 'r0', direction },
];
const anyAction: readonly HoldAction[] = [
  { kind: 'forward' },
  { kind: 'drop' },
  { kind: 'duplicate' },
  { kind: 'revert' },
  { kind: 'edit-fields', edits: [{ field: 'eth.src', value: '02:00:00:00:00:77' }], checksums: 'recompute' },
];

function disturb(lab: StageLab, random: Random, effects: readonly FaultEffect[]): void {
  const which = pick(random, [
    { filter: '' },
    { filter: 'udp', nth: 2 },
    { filter: '', share: 0.5 },
    { filter: 'arp' },
  ]);
  const where = pick(random, placesOf(pick(random, ['in', 'out', 'both'])));
  const when = { afterMs: pick(random, [0, 20]), forMs: pick(random, [0, 40]) };
  const what = pick(random, effects);
  // Those that must keep the order hit everything; others may hit what they like.
  const chosen = effects === anyEffect ? which : { filter: '' };
  lab.fault({ where, what, which: chosen, when, seed: random.nextU32() });
}

function breakAt(lab: StageLab, random: Random): void {
  const filter = pick(random, ['', 'udp.srcport == 1001', 'arp', 'ip.id < 20']);
  const spec = { id: 'b', filter, points: [pick(random, points)], enabled: random.next() < 0.8, limit: 0 };
  lab.ask('hold:breakpoints', { breakpoints: [{ ...spec, limit: pick(random, [0, 3]) }], capacity: 12, holdMs: 300 });
}

/** Lets go of everything that waits. */
function settle(lab: StageLab): void {
  lab.ask('hold:breakpoints', { breakpoints: [] });
  lab.ask('fault:stop-all', {});
  lab.ask('hold:run', {});
  lab.advanceMs(20_000);
}

test.each(seeds)('[WB51] [WB60] no frame is lost without a record, and none is invented (seed %d)', (seed) => {
  const lab = new StageLab();
  const random = seededRandom(seed);
  for (let step = 0; step < 300; step++) {
    const deed = random.next();
    if (deed < 0.05) disturb(lab, random, anyEffect);
    else if (deed < 0.08) breakAt(lab, random);
    else if (deed < 0.1) lab.ask('fault:stop-all', {});
    else if (deed < 0.12) lab.ask('hold:run', {});
    else if (deed < 0.2 && lab.interventions.state.held > 0) {
      const { id } = pick(random, lab.ask('hold:list', {}).frames);
      if (random.next() < 0.3) lab.ask('hold:step', { id });
      else lab.ask('hold:act', { ids: [id], action: pick(random, anyAction) });
    } else if (deed < 0.3) lab.advanceMs(pick(random, [1, 10, 100]));
    else {
      const frame = random.next() < 0.8 ? udp(step % 250, pick(random, [1, 2])) : arpReply();
      lab.send(pick(random, ['packet_in', 'from_router']), pick(random, [1, 2, 3]), frame);
    }
  }
  settle(lab);

  const records = lab.records();
  const children = new Map<number, number>();
  for (const { parents } of records)
    for (const parent of parents) children.set(parent, (children.get(parent) ?? 0) + 1);
  const isEnd = (point: string, verdict: string) =>
    verdict === 'dropped' || point === 'to_router' || point === 'packet_out';
  for (const { seq, point, verdict } of records)
    if (isEnd(point, verdict)) expect(children.get(seq), `${seq} ${point}`).toBeUndefined();
    else expect(children.get(seq) ?? 0, `${seq} ${point} ${verdict}`).toBeGreaterThan(0);
  const ends = records.filter(({ point }) => point === 'to_router' || point === 'packet_out');
  expect(ends).toHaveLength(lab.out.length);
  const entered = records.filter(({ point }) => point === 'packet_in' || point === 'from_router').length;
  const doubled = records.filter(({ verdict }) => verdict === 'duplicated').length;
  const dropped = records.filter(({ verdict }) => verdict === 'dropped').length;
  expect(lab.out.length).toBe(entered + doubled - dropped);
  expect(lab.faults).toEqual([]);
  expect(lab.interventions.interceptor.isArmed).toBe(false);
});

test.each(seeds)('[WB51] [WB64] what only delays and holds keeps each flow in order (seed %d)', (seed) => {
  const lab = new StageLab();
  const random = seededRandom(seed);
  const slow = anyEffect.filter(({ kind }) => kind === 'delay' || kind === 'rate-limit' || kind === 'stall');
  for (let mark = 1; mark < 200; mark++) {
    const deed = random.next();
    if (deed < 0.04) disturb(lab, random, slow);
    else if (deed < 0.1) lab.ask('fault:stop-all', {});
    else if (deed < 0.14) breakAt(lab, random);
    else if (deed < 0.2) lab.ask('hold:run', {});
    if (random.next() < 0.3) lab.advanceMs(pick(random, [1, 10, 100]));
    lab.send('packet_in', 1, udp(mark, pick(random, [1, 2])));
  }
  settle(lab);
  const flowOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint16(34);
  for (const flow of [1001, 1002]) {
    const marks = lab.out.filter(({ bytes }) => flowOf(bytes) === flow).map(({ bytes }) => markOf(bytes));
    expect(marks).toEqual([...marks].sort((a, b) => a - b));
    expect(marks.length).toBeGreaterThan(5);
  }
});

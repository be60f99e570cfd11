import { describe, expect, test } from 'vitest';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import { RestlessScheduler } from '../testing/restless-scheduler.ts';
import { arpReply, markOf, StageLab, udp } from '../testing/stage-lab.ts';
import type { FaultEffect, FaultPlace, FaultSpec } from './fault.ts';

const lose: FaultEffect = { kind: 'lose' };
const link = (port: number, direction: 'in' | 'out' | 'both' = 'in'): FaultPlace => ({
  ...{ kind: 'link', switch: 'sw0' },
  port,
  direction,
});

function labWith(...specs: (Partial<FaultSpec> & Pick<FaultSpec, 'what'>)[]) {
  const lab = new StageLab();
  for (const spec of specs) lab.fault(spec);
  return lab;
}
/** Sends frames 1 to `count` into port 1, `gapMs` apart. */
function sendAll(lab: StageLab, count: number, gapMs = 0) {
  for (let mark = 1; mark <= count; mark++) {
    lab.send('packet_in', 1, udp(mark));
    lab.advanceMs(gapMs);
  }
}
const info = (lab: StageLab) => lab.ask('fault:list', {});

describe('where and which', () => {
  test('[WB60] a fault hits its place and direction only, and each frame that it hits is a record', () => {
    const lab = labWith({ what: lose, where: link(1) });
    lab.send('packet_in', 1, udp(1));
    lab.send('packet_in', 2, udp(2));
    lab.send('from_router', 1, udp(3));
    expect(lab.came()).toEqual([2, 3]);
    expect(lab.story().slice(0, 2)).toEqual(['1 packet_in passed', '2 fault fault 1']);
    expect(lab.records()[1]).toMatchObject({ verdict: 'dropped', rule: 'same frame', port: 1, node: 'sw0' });
    expect(lab.log.counts.drops).toEqual({ fault: 1 });
    expect(info(lab)).toMatchObject([{ id: 'f1', state: 'active', matched: 1, affected: 1, lastSeq: 2 }]);
  });

  test.each<[FaultPlace, number[]]>([
    [link(1, 'out'), [1, 2, 4]],
    [link(1, 'both'), [2, 4]],
    [{ kind: 'switch', name: 'sw0', direction: 'in' }, [3, 4]],
    [{ kind: 'controller', direction: 'both' }, []],
    [{ kind: 'interface', router: 'r0', port: 2, direction: 'in' }, [1, 3, 4]],
    [{ kind: 'interface', router: 'r0', port: 1, direction: 'out' }, [1, 2, 4]],
    [{ kind: 'router', name: 'r0', direction: 'out' }, [1, 2]],
  ])('[WB60] at %o', (where, came) => {
    const lab = labWith({ what: lose, where });
    lab.send('packet_in', 1, udp(1));
    lab.send('packet_in', 2, udp(2));
    lab.send('from_router', 1, udp(3));
    lab.send('from_router', 2, udp(4));
    expect(lab.came()).toEqual(came);
  });

  test('[WB60] a flooded frame meets the faults of each link by itself', () => {
    const lab = labWith({ what: lose, where: link(2, 'out') });
    lab.sendOut(portNumbers.Flood, 1, udp(1));
    expect(lab.out.map(({ port }) => port)).toEqual([3]);
    const other = labWith({ what: lose, where: link(2, 'in') });
    other.sendOut(portNumbers.Flood, 1, udp(1));
    expect(other.out.map(({ port }) => port)).toEqual([portNumbers.Flood]);
  });

  test('[WB61] of what fits the filter the 3rd, once; every 2nd', () => {
    const third = labWith({ what: lose, which: { filter: 'arp.opcode == 2', nth: 3 } });
    for (let i = 0; i < 5; i++) {
      third.send('packet_in', 1, arpReply(`10.0.1.${i}`));
      third.send('packet_in', 1, udp(i));
    }
    expect(third.out).toHaveLength(9);
    expect(third.story().filter((line) => line.includes('fault'))).toHaveLength(1);
    expect(info(third)).toMatchObject([{ state: 'over', matched: 3, affected: 1 }]);
    expect(third.interventions.interceptor.isArmed).toBe(false);
    expect(third.interventions.state).toMatchObject({ faults: 0, distorted: false });

    const second = labWith({ what: lose, which: { filter: '', every: 2 } });
    sendAll(second, 6);
    expect(second.came()).toEqual([1, 3, 5]);
  });

  test('[WB61] a share of them by a seed: the same seed gives the same faults', () => {
    const came = (seed: number) => {
      const lab = labWith({ what: lose, which: { filter: '', share: 0.3 }, seed });
      sendAll(lab, 200);
      return lab.came();
    };
    expect(came(7)).toEqual(came(7));
    expect(came(7)).not.toEqual(came(8));
    expect(came(7).length).toBeGreaterThan(120);
    expect(came(7).length).toBeLessThan(160);
  });

  test('[WB60] [WB61] what makes no sense is refused with what there is', () => {
    const lab = new StageLab();
    const refused = (spec: Partial<FaultSpec>) => () => lab.fault({ what: lose, ...spec });
    expect(refused({ which: { filter: 'nonsense.field == 1' } })).toThrow(/^Filter, character 1: /);
    expect(refused({ which: { filter: '', nth: 1, every: 2 } })).toThrow('choose one');
    expect(refused({ where: link(9) })).toThrow('sw0 has no port 9, only 1 (eth1), 2 (eth2), 3 (eth3)');
    expect(refused({ where: { kind: 'switch', name: 'sw9', direction: 'in' } })).toThrow('no switch "sw9", only sw0');
    expect(refused({ where: { kind: 'router', name: 'sw0', direction: 'in' } })).toThrow('no router "sw0", only r0');
    expect(refused({ what: { kind: 'kill' } })).toThrow('Only a router can be killed');
    expect(refused({ what: { kind: 'disconnect' }, where: link(1) })).toThrow('Only a switch');
    for (let i = 0; i < 64; i++) lab.fault({ what: lose });
    expect(refused({})).toThrow('64 faults are set already');
    expect(lab.fault({ id: 'f3', what: lose }).id).toBe('f3');
  });
});

describe('when', () => {
  test('[WB62] a fault begins and ends by its time', () => {
    const lab = new StageLab();
    const told: string[] = [];
    lab.bus.on('fault:began', ({ fault }) => told.push(`${fault} began`));
    lab.bus.on('fault:ended', ({ fault }) => told.push(`${fault} ended`));
    lab.fault({ what: lose, when: { afterMs: 100, forMs: 50 } });
    expect(info(lab)[0]?.state).toBe('scheduled');
    expect(lab.interventions.interceptor.isArmed).toBe(false);
    sendAll(lab, 20, 10);
    expect(lab.came()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 17, 18, 19, 20]);
    expect(info(lab)[0]?.state).toBe('over');
    expect(told).toEqual(['f1 began', 'f1 ended']);
    expect(lab.interventions.interceptor.isArmed).toBe(false);
  });

  test('[WB67] one that is removed lets go at once and in order what it delayed; all are stopped with one call', () => {
    const lab = labWith({ what: { kind: 'delay', ms: 500, jitterMs: 0 } }, { what: { kind: 'duplicate' } });
    sendAll(lab, 2, 10);
    expect(info(lab)[0]).toMatchObject({ waiting: 2 });
    expect(lab.ask('fault:remove', { id: 'f1' }).map(({ id }) => id)).toEqual(['f2']);
    expect(lab.came()).toEqual([1, 1, 2, 2]);
    expect(() => lab.ask('fault:remove', { id: 'f1' })).toThrow('no fault "f1"');
    lab.fault({ what: { kind: 'stall', ms: 1000 } });
    lab.send('packet_in', 1, udp(3));
    expect(lab.ask('fault:stop-all', {})).toEqual([]);
    // It met the doubling fault before the stall.
    expect(lab.came()).toEqual([1, 1, 2, 2, 3, 3]);
    lab.advanceMs(10_000);
    expect(lab.out).toHaveLength(6);
    expect(lab.interventions.interceptor.isArmed).toBe(false);
  });

  test('[WB41] closing ends what waits', () => {
    const lab = labWith({ what: { kind: 'delay', ms: 500, jitterMs: 0 } });
    sendAll(lab, 3);
    lab.interventions.close();
    lab.advanceMs(10_000);
    expect(lab.out).toEqual([]);
  });
});

describe('what', () => {
  test('[WB63] a doubled frame comes twice, the second from a record of its own', () => {
    const lab = labWith({ what: { kind: 'duplicate' } });
    lab.send('packet_in', 1, udp(1), { bufferId: 9 });
    expect(lab.out.map(({ bufferId }) => bufferId)).toEqual([9, 0xffff_ffff]);
    expect(lab.story()).toEqual([
      '1 packet_in passed',
      '2 fault duplicated 1',
      '3 to_router passed 1',
      '4 to_router passed 2',
    ]);
  });

  test('[WB63] a given bit is flipped, or one by the seed; the log has both frames', () => {
    const lab = labWith({ what: { kind: 'corrupt', bit: 22 * 8 + 7 } });
    lab.send('packet_in', 1, udp(1));
    const expected = udp(1);
    expected[22] = (expected[22] ?? 0) ^ 1;
    expect(lab.out[0]?.bytes).toEqual(expected);
    expect(lab.records()[0]?.frame).toEqual(udp(1));
    expect(lab.records()[1]).toMatchObject({ point: 'fault', verdict: 'edited', rule: 'edited', frame: expected });

    const bitsOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const flipped = (seed: number) => {
      const any = labWith({ what: { kind: 'corrupt' }, seed });
      any.send('packet_in', 1, udp(1));
      const [before, after] = [bitsOf(udp(1)), bitsOf(any.out[0]?.bytes ?? udp(1))];
      return [...before].flatMap((bit, at) => (bit === after[at] ? [] : [at]));
    };
    expect(flipped(3)).toHaveLength(1);
    expect(flipped(3)).toEqual(flipped(3));
    expect(flipped(3)).not.toEqual(flipped(4));
  });

  test('[WB64] a delay keeps the order whatever its jitter, and repeats itself', () => {
    const times = (seed: number) => {
      const lab = labWith({ what: { kind: 'delay', ms: 50, jitterMs: 40 }, seed });
      sendAll(lab, 50, 3);
      lab.advanceMs(1000);
      expect(lab.came()).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
      return lab.out.map(({ atUs }) => atUs);
    };
    const [first = 0] = times(1);
    expect(first).toBeGreaterThanOrEqual(10_000);
    expect(first).toBeLessThanOrEqual(90_000);
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
  });

  test.each<FaultEffect>([
    { kind: 'stall', ms: 50 },
    { kind: 'delay', ms: 50, jitterMs: 50 },
  ])('[WB64] a clock that goes on between two looks at it changes no order: %o', (what) => {
    const lab = new StageLab(new RestlessScheduler());
    lab.fault({ what });
    sendAll(lab, 40);
    lab.advanceMs(200);
    expect(lab.came()).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  test('[WB64] [WB67] who comes when a fault is over, and what it delayed is late, comes after that', () => {
    const clock = new RestlessScheduler();
    const lab = new StageLab(clock);
    lab.fault({ what: { kind: 'delay', ms: 100, jitterMs: 0 }, when: { afterMs: 0, forMs: 50 } });
    sendAll(lab, 3);
    clock.lateUs = 60_000;
    // What else ends meanwhile must not let frames past it.
    const { id } = lab.fault({ what: lose, where: link(3) });
    lab.ask('fault:remove', { id });
    lab.send('packet_in', 1, udp(4));
    expect(lab.came()).toEqual([1, 2, 3, 4]);
  });

  test('[WB64] a delayed frame says so in the log, and goes on from that record', () => {
    const lab = labWith({ what: { kind: 'delay', ms: 20, jitterMs: 0 } });
    lab.send('packet_in', 1, udp(1));
    lab.advanceMs(20);
    expect(lab.story()).toEqual(['1 packet_in passed', '2 fault held 1', '3 to_router passed 2']);
    expect(lab.out[0]).toMatchObject({ atUs: 20_000, bytes: udp(1) });
  });

  test('[WB64] reordering lets so many overtake, and waits for a second at most', () => {
    const lab = labWith({ what: { kind: 'reorder', behind: 2 }, which: { filter: '', nth: 2 } });
    sendAll(lab, 5);
    expect(lab.came()).toEqual([1, 3, 4, 2, 5]);
    expect(info(lab)[0]).toMatchObject({ state: 'over', affected: 1 });
    const alone = labWith({ what: { kind: 'reorder', behind: 1 } });
    alone.send('packet_in', 1, udp(1));
    alone.send('packet_in', 2, udp(2));
    alone.advanceMs(999);
    expect(alone.came()).toEqual([2]);
    alone.advanceMs(1);
    expect(alone.came()).toEqual([2, 1]);
  });

  test('[WB64] a limited rate spaces frames out and queues 256 of them', () => {
    // 100 bytes at 80 kbit/s: 10 ms each.
    const lab = labWith({ what: { kind: 'rate-limit', kbitPerSecond: 80 } });
    sendAll(lab, 3);
    lab.advanceMs(1000);
    expect(lab.out.map(({ atUs }) => atUs / 1000)).toEqual([0, 10, 20]);
    const full = labWith({ what: { kind: 'rate-limit', kbitPerSecond: 80 } });
    for (let i = 0; i < 300; i++) full.send('packet_in', 1, udp(i % 250));
    expect(full.log.counts.drops).toEqual({ fault: 43 });
    full.advanceMs(10_000);
    expect(full.out).toHaveLength(257);
  });

  test('[WB64] a stall lets nothing pass for its time, then everything in order', () => {
    const lab = labWith({ what: { kind: 'stall', ms: 100 }, where: { kind: 'router', name: 'r0', direction: 'both' } });
    sendAll(lab, 5, 10);
    lab.send('from_router', 2, udp(6));
    expect(lab.out).toEqual([]);
    lab.advanceMs(50);
    expect(lab.came()).toEqual([1, 2, 3, 4, 5, 6]);
    sendAll(lab, 1);
    expect(lab.came()).toHaveLength(7);
    expect(info(lab)[0]?.state).toBe('over');
  });

  test('[WB64] a stall can begin with the nth frame of a filter', () => {
    const lab = labWith({ what: { kind: 'stall', ms: 100 }, which: { filter: 'arp', nth: 2 } });
    lab.send('packet_in', 1, arpReply());
    sendAll(lab, 1);
    lab.send('packet_in', 1, arpReply());
    sendAll(lab, 2);
    expect(lab.out).toHaveLength(2);
    lab.advanceMs(100);
    expect(lab.out).toHaveLength(5);
    expect(lab.out.slice(3).map(({ bytes }) => markOf(bytes))).toEqual([1, 2]);
  });

  test('[WB64] all faults together delay 1024 frames; one more is lost', () => {
    const lab = labWith({ what: { kind: 'stall', ms: 100 } });
    for (let i = 0; i < 1030; i++) lab.send('packet_in', 1, udp(1));
    expect(lab.log.counts.drops).toEqual({ fault: 6 });
    lab.advanceMs(100);
    expect(lab.out).toHaveLength(1024);
  });

  test('[WB60] faults apply one after the other, in the order in which they were set', () => {
    const lab = labWith(
      { what: { kind: 'delay', ms: 10, jitterMs: 0 } },
      { what: { kind: 'duplicate' } },
      { what: lose, which: { filter: '', every: 2 } },
    );
    sendAll(lab, 2, 20);
    expect(lab.came()).toEqual([1, 2]);
    expect(lab.story().slice(0, 5)).toEqual([
      '1 packet_in passed',
      '2 fault held 1',
      '3 fault duplicated 2',
      '4 to_router passed 2',
      '5 fault fault 3',
    ]);
  });

  test('[WB40] breakpoints see what the faults let through', () => {
    const lab = labWith({ what: { kind: 'delay', ms: 10, jitterMs: 0 } });
    const points = ['packet_in'] as const;
    lab.ask('hold:breakpoints', { breakpoints: [{ id: 'b', filter: '', points, enabled: true, limit: 0 }] });
    lab.send('packet_in', 1, udp(1));
    expect(lab.interventions.state.held).toBe(0);
    lab.advanceMs(10);
    expect(lab.interventions.state.held).toBe(1);
    expect(lab.story()).toEqual(['1 packet_in passed', '2 fault held 1', '3 hold held 2']);
  });

  test('[WB65] a disconnected switch is cut off whenever it comes back, until the fault ends', () => {
    const lab = new StageLab();
    const connected = { node: 'sw0', dpid: '1', peer: 'p', description: '', ports: 3 };
    lab.fault({ what: { kind: 'disconnect' }, when: { afterMs: 10, forMs: 100 } });
    expect(lab.closed).toEqual([]);
    lab.advanceMs(10);
    expect(lab.closed).toEqual(['sw0: The fault f1 disconnects it']);
    lab.bus.emit('switch:connected', connected);
    lab.advanceMs(1);
    expect(lab.closed).toHaveLength(2);
    lab.advanceMs(99);
    lab.bus.emit('switch:connected', connected);
    lab.advanceMs(1);
    expect(lab.closed).toHaveLength(2);
    sendAll(lab, 1);
    expect(lab.came()).toEqual([1]);
  });

  test('[WB66] a killed router is told to whoever runs it, then its connection is ended', () => {
    const lab = new StageLab();
    const told: string[] = [];
    lab.bus.on('router:kill', ({ node, fault }) => told.push(`${node} ${fault}`));
    lab.fault({ what: { kind: 'kill' }, where: { kind: 'router', name: 'r0', direction: 'both' } });
    expect(told).toEqual(['r0 f1']);
    expect(info(lab)[0]).toMatchObject({ state: 'over', affected: 1 });
    lab.advanceMs(499);
    expect(lab.closed).toEqual([]);
    lab.advanceMs(1);
    expect(lab.closed).toEqual(['r0: The fault f1 ends it']);
    lab.advanceMs(10_000);
    expect(told).toHaveLength(1);
  });
});

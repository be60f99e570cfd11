import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { dissect, fieldValues } from '../../packet/dissect.ts';
import { arpReply, StageLab, udp } from '../testing/stage-lab.ts';
import type { BreakpointSpec, HoldAction } from './hold.ts';

function labWith(breakpoint: Partial<BreakpointSpec> = {}) {
  const lab = new StageLab();
  const spec = { id: 'b1', filter: 'udp', points: ['packet_in'], enabled: true, limit: 0, ...breakpoint } as const;
  lab.ask('hold:breakpoints', { breakpoints: [spec] });
  const act = (action: HoldAction, ids: readonly number[] | 'all' = 'all') => lab.ask('hold:act', { ids, action });
  const held = () => lab.ask('hold:list', {}).frames;
  const heldIds = () => held().map(({ id }) => id);
  return { lab, act, held, heldIds, state: () => lab.interventions.state };
}

describe('breakpoints', () => {
  test('[WB50] what fits the filter at one of the points is held, everything else passes', () => {
    const { lab, heldIds, state } = labWith({ filter: 'arp.opcode == 2', points: ['to_router', 'packet_out'] });
    lab.send('packet_in', 1, udp(1));
    lab.send('packet_in', 1, arpReply());
    lab.send('from_router', 2, arpReply());
    expect(lab.came()).toEqual([1]);
    expect(heldIds()).toEqual([1, 2]);
    expect(lab.story().slice(2)).toEqual([
      '3 packet_in passed',
      '4 hold held 3',
      '5 from_router passed',
      '6 hold held 5',
    ]);
    expect(state()).toMatchObject({ held: 2, breakpoints: 1, distorted: true });
    lab.ask('hold:breakpoints', { breakpoints: [] });
    lab.ask('hold:run', {});
    expect(state()).toMatchObject({ held: 0, breakpoints: 0, distorted: false });
    expect(lab.interventions.interceptor.isArmed).toBe(false);
  });

  test('[WB50] one that is off holds nothing; its count and limit are told', () => {
    const { lab, heldIds } = labWith({ limit: 2 });
    for (const flow of [1, 2, 3]) lab.send('packet_in', 1, udp(flow, flow));
    expect(heldIds()).toEqual([1, 2]);
    expect(lab.came()).toEqual([3]);
    const [breakpoint] = lab.ask('hold:breakpoints', {}).breakpoints;
    expect(breakpoint).toMatchObject({ id: 'b1', hits: 2 });
    if (breakpoint === undefined) return;
    const { hits: _, ...spec } = breakpoint;
    lab.ask('hold:breakpoints', { breakpoints: [{ ...spec, enabled: false }] });
    lab.send('packet_in', 1, udp(4, 4));
    expect(lab.came()).toEqual([3, 4]);
  });

  test('[WB50] a filter that cannot be read is refused with its place, and nothing is set', () => {
    const { lab } = labWith();
    const bad = { id: 'b2', filter: 'udp and tcp.flgs', points: ['packet_in'], enabled: true, limit: 0 } as const;
    expect(() => lab.ask('hold:breakpoints', { breakpoints: [bad] })).toThrow(/^Breakpoint b2: Filter, character 9: /);
    expect(lab.ask('hold:breakpoints', {}).breakpoints.map(({ id }) => id)).toEqual(['b1']);
    const twice = { ...bad, filter: '' };
    expect(() => lab.ask('hold:breakpoints', { breakpoints: [twice, twice] })).toThrow('same id');
  });

  test('[WB50] [PK76] what is not known of a frame on its way is refused with its place and what can be used instead', () => {
    const { lab } = labWith();
    const set = (filter: string) =>
      lab.ask('hold:breakpoints', {
        breakpoints: [{ id: 'b2', filter, points: ['packet_in'], enabled: true, limit: 0 }],
      });
    expect(() => set('udp and lab.chain == 3')).toThrow(
      /^Breakpoint b2: Filter, character 9: lab\.chain is not known of a packet on its way: .*Use .*lab\.point/,
    );
    expect(() => set('tcp.stream == 3')).toThrow(/character 1: tcp\.stream is not known .*Use .*tcp\.port/);
  });
});

describe('held frames', () => {
  test('[WB51] frames of the same flow wait behind one that is held, in order; other flows and places pass', () => {
    const { lab, act, held } = labWith({ limit: 1 });
    lab.send('packet_in', 1, udp(1));
    lab.send('packet_in', 1, udp(2));
    lab.send('packet_in', 1, udp(3));
    lab.send('packet_in', 1, udp(9, 2));
    lab.send('packet_in', 2, udp(8));
    expect(held().map(({ id, why }) => [id, why])).toEqual([
      [1, { kind: 'breakpoint', id: 'b1' }],
      [2, { kind: 'behind', id: 1 }],
      [3, { kind: 'behind', id: 1 }],
    ]);
    act({ kind: 'forward' }, [1]);
    expect(lab.came()).toEqual([9, 8, 1, 2, 3]);
    expect(
      lab
        .story()
        .filter((line) => line.includes('to_router'))
        .at(-3),
    ).toMatch(/to_router passed 2$/);
  });

  test('[WB51] behind a second one that is held for itself nothing moves', () => {
    const { lab, act, heldIds } = labWith({ filter: 'ip.id in {1 3}' });
    for (const mark of [1, 2, 3, 4]) lab.send('packet_in', 1, udp(mark));
    act({ kind: 'drop' }, [1]);
    expect(lab.came()).toEqual([2]);
    expect(heldIds()).toEqual([3, 4]);
    act({ kind: 'forward' }, [3]);
    expect(lab.came()).toEqual([2, 3, 4]);
  });

  test('[WB51] what is shown of a held frame is what was held, whatever became of the buffer', () => {
    const { lab, held } = labWith();
    lab.advanceMs(250);
    lab.send('packet_in', 2, udp(5));
    expect(held()).toEqual([
      {
        ...{ id: 1, seq: 2, point: 'packet_in', node: 'sw0', port: 2, next: 'to the application, from eth2 of sw0' },
        why: { kind: 'breakpoint', id: 'b1' },
        bytes: Buffer.from(udp(5)).toString('base64'),
        ...{ isEdited: false, isWhole: true, heldUs: 250_000, deadlineUs: 30_250_000 },
      },
    ]);
  });

  test('[WB52] the queue is bounded: one more is dropped, visibly', () => {
    const { lab, state } = labWith();
    lab.ask('hold:breakpoints', { capacity: 3 });
    for (let flow = 0; flow < 5; flow++) lab.send('packet_in', 1, udp(flow, flow));
    expect(state().held).toBe(3);
    expect(lab.log.counts.drops).toEqual({ 'hold queue full': 2 });
    expect(lab.story().at(-1)).toBe('10 drop hold queue full 9');
  });

  test('[WB53] a frame that is held too long is dropped, those behind it go on', () => {
    const { lab, state } = labWith({ limit: 1 });
    const told: number[] = [];
    lab.bus.on('frame:expired', ({ seq }) => told.push(seq));
    lab.send('packet_in', 1, udp(1));
    lab.advanceMs(10_000);
    lab.send('packet_in', 1, udp(2));
    lab.advanceMs(19_999);
    expect(state().held).toBe(2);
    lab.advanceMs(1);
    expect(state().held).toBe(0);
    expect(lab.came()).toEqual([2]);
    expect(told).toEqual([2]);
    expect(lab.log.counts.drops).toEqual({ 'held too long': 1 });
  });

  test('[WB53] a frame that is edited has its time anew, as have those that wait only behind it', () => {
    const { lab, act, state } = labWith({ limit: 1 });
    lab.send('packet_in', 1, udp(1));
    lab.send('packet_in', 1, udp(2));
    const edits: HoldAction[] = [
      { kind: 'edit-bytes', bytes: Buffer.from(udp(7)).toString('base64') },
      { kind: 'edit-fields', edits: [{ field: 'ip.ttl', value: 9 }], checksums: 'recompute' },
      { kind: 'revert' },
    ];
    for (const edit of edits) {
      lab.advanceMs(29_999);
      act(edit, [1]);
    }
    const left = lab.ask('hold:list', {});
    expect(left.frames.map(({ deadlineUs }) => deadlineUs - left.nowUs)).toEqual([30_000_000, 30_000_000]);
    lab.advanceMs(29_999);
    expect(state().held).toBe(2);
    lab.advanceMs(1);
    expect(state().held).toBe(0);
    expect(lab.came()).toEqual([2]);
  });

  test('[WB53] how long is a setting of its own, for those held from then on', () => {
    const { lab, state } = labWith();
    lab.ask('hold:breakpoints', { holdMs: 500 });
    lab.send('packet_in', 1, udp(1));
    lab.advanceMs(499);
    expect(state().held).toBe(1);
    lab.advanceMs(1);
    expect(state().held).toBe(0);
  });

  test('[WB41] closing ends everything that waits, and an error on the way is contained', () => {
    const { lab, act, state } = labWith();
    lab.send('packet_in', 1, udp(1));
    lab.out.push = () => {
      throw new Error('no way');
    };
    act({ kind: 'forward' });
    expect(lab.faults).toEqual(['Record 2 could not go on at packet_in of sw0: no way']);
    lab.send('packet_in', 1, udp(2));
    lab.interventions.close();
    lab.advanceMs(100_000);
    expect(state()).toMatchObject({ held: 0, breakpoints: 0 });
    expect(lab.log.counts.drops).toEqual({});
  });
});

describe('actions', () => {
  test('[WB54] a frame is dropped, duplicated, forwarded; what is gone is told', () => {
    const { lab, act } = labWith();
    for (const flow of [1, 2, 3]) lab.send('packet_in', 1, udp(flow, flow));
    expect(act({ kind: 'drop' }, [1])).toEqual({ done: 1, gone: [] });
    expect(act({ kind: 'duplicate' }, [2, 1])).toEqual({ done: 1, gone: [1] });
    expect(act({ kind: 'forward' })).toEqual({ done: 1, gone: [] });
    expect(() => act({ kind: 'forward' }, [1, 2])).toThrow('No frame 1, 2 is held');
    expect(lab.came()).toEqual([2, 2, 3]);
    expect(lab.story().slice(6)).toEqual([
      '7 drop breakpoint 2',
      '8 to_router passed 4',
      '9 hold duplicated 4',
      '10 to_router passed 9',
      '11 to_router passed 6',
    ]);
  });

  test('[WB55] an edited frame leaves as a record of its own, whose parent is the held one', () => {
    const { lab, act, held } = labWith();
    lab.send('packet_in', 1, udp(1));
    act({ kind: 'edit-fields', edits: [{ field: 'ip.ttl', value: 9 }], checksums: 'recompute' });
    act({ kind: 'edit-fields', edits: [{ field: 'ip.id', value: 77 }], checksums: 'recompute' });
    expect(held()[0]).toMatchObject({ isEdited: true, seq: 2 });
    expect(lab.out).toEqual([]);
    act({ kind: 'forward' });
    const values = fieldValues(dissect(lab.out[0]?.bytes ?? new Uint8Array(0)).layers);
    expect([values.get('ip.ttl'), values.get('ip.id'), values.get('ip.checksum.status')]).toEqual([[9], [77], [1]]);
    expect(lab.story()).toEqual(['1 packet_in passed', '2 hold held 1', '3 hold edited 2', '4 to_router passed 3']);
    expect(lab.records()[2]).toMatchObject({ rule: 'edited', confidence: 100 });
    expect(lab.records()[1]?.frame).toEqual(udp(1));
  });

  test('[WB55] an edit can be undone; raw bytes may have another length', () => {
    const { lab, act, held } = labWith();
    lab.send('packet_in', 1, udp(1));
    const bytes = Buffer.from(udp(7, 1, 300)).toString('base64');
    act({ kind: 'edit-bytes', bytes });
    expect(held()[0]?.bytes).toBe(bytes);
    act({ kind: 'revert' });
    expect(held()[0]).toMatchObject({ isEdited: false, bytes: Buffer.from(udp(1)).toString('base64') });
    act({ kind: 'edit-bytes', bytes });
    act({ kind: 'forward' });
    expect(lab.out[0]?.bytes).toEqual(udp(7, 1, 300));
    lab.send('packet_in', 1, udp(1));
    expect(() => act({ kind: 'edit-bytes', bytes: 'AAAA' })).toThrow('14 to');
    expect(() => act({ kind: 'edit-bytes', bytes: 'no base64!' })).toThrow('not base64');
    expect(() => act({ kind: 'edit-fields', edits: [{ field: 'ip.ttl', value: 'x' }], checksums: 'keep' })).toThrow(
      'ip.ttl cannot be "x"',
    );
  });

  test('[WB55] what the switch keeps goes by its bytes once it is edited; one cut short takes raw bytes only', () => {
    const { lab, act } = labWith();
    lab.send('packet_in', 1, udp(1), { bufferId: 5 });
    act({ kind: 'edit-fields', edits: [{ field: 'ip.ttl', value: 3 }], checksums: 'recompute' });
    act({ kind: 'duplicate' });
    lab.send('packet_in', 1, udp(1), { bufferId: 6 });
    act({ kind: 'duplicate' });
    expect(lab.out.map(({ bufferId }) => bufferId)).toEqual([0xffff_ffff, 0xffff_ffff, 6, 0xffff_ffff]);
    lab.send('packet_in', 1, udp(1), { bufferId: 7, isWhole: false });
    expect(() => act({ kind: 'duplicate' })).toThrow('sent only the beginning');
    expect(() => act({ kind: 'edit-fields', edits: [{ field: 'ip.ttl', value: 3 }], checksums: 'recompute' })).toThrow(
      'sent only the beginning',
    );
    act({ kind: 'edit-bytes', bytes: Buffer.from(udp(2)).toString('base64') });
    act({ kind: 'forward' });
    expect(lab.out.at(-1)).toMatchObject({ bytes: udp(2), bufferId: 0xffff_ffff });
  });

  test('[WB57] run forwards all in order, and a used-up breakpoint holds again', () => {
    const { lab, heldIds } = labWith({ limit: 1 });
    for (const mark of [1, 2, 3]) lab.send('packet_in', 1, udp(mark));
    expect(lab.ask('hold:run', {})).toEqual({ released: 3 });
    expect(lab.came()).toEqual([1, 2, 3]);
    lab.send('packet_in', 1, udp(4));
    expect(heldIds()).toEqual([4]);
  });

  test('[WB57] a step goes to the next point; into the router it is its next frame that is held', () => {
    const { lab, heldIds, held } = labWith();
    lab.ask('hold:breakpoints', { stopRouter: true });
    lab.send('packet_in', 1, udp(1));
    expect(lab.interventions.state.stopsRouter).toBe(true);
    expect(lab.ask('hold:step', {})).toEqual({ outcome: 'held', id: 2 });
    expect(held()[0]).toMatchObject({ point: 'to_router', node: 'r0', why: { kind: 'step' } });
    expect(lab.ask('hold:step', { id: 2 })).toEqual({ outcome: 'awaited', id: 2 });
    expect(lab.interventions.state.stopsRouter).toBe(false);
    lab.send('packet_in', 2, arpReply());
    lab.send('from_router', 2, udp(1));
    lab.send('from_router', 2, udp(2, 2));
    expect(heldIds()).toEqual([3]);
    expect(lab.ask('hold:step', {})).toEqual({ outcome: 'held', id: 4 });
    expect(held()[0]).toMatchObject({ point: 'packet_out' });
    expect(lab.ask('hold:step', {})).toEqual({ outcome: 'left', id: 4 });
    expect(() => lab.ask('hold:step', {})).toThrow('No frame is held');
    expect(() => lab.ask('hold:step', { id: 4 })).toThrow('No frame 4 is held');
  });

  test('[WB57] a step that ends in a drop says so, and one into the router waits for 5 s', () => {
    const { lab, heldIds } = labWith({ filter: 'udp.srcport == 1001' });
    lab.send('packet_in', 1, udp(1));
    lab.ask('hold:step', {});
    lab.hasRouter = false;
    expect(lab.ask('hold:step', {})).toEqual({ outcome: 'dropped', id: 2 });
    lab.send('from_router', 2, udp(2, 2));
    expect(heldIds()).toEqual([]);
    lab.hasRouter = true;
    lab.send('packet_in', 1, udp(1));
    lab.ask('hold:step', {});
    lab.ask('hold:step', {});
    lab.advanceMs(5_000);
    lab.send('from_router', 2, udp(3, 2));
    expect(heldIds()).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { errorName } from '../../../protocols/openflow/v10/error.ts';
import { type Match, matchOf } from '../../../protocols/openflow/v10/match.ts';
import { encodeMessage, type Message, type MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { alice, plain, tcp, udp } from '../differential/frames.ts';
import { type BenchOptions, flowMod, output, SwitchBench } from '../testing/switch-bench.ts';

const frame = plain();
const second = 1e6;
type FlowMod = Parameters<typeof flowMod>[0];

class Conversation extends SwitchBench {
  constructor(options: BenchOptions = {}) {
    super(options);
    this.controller.hears();
  }
  /** Names of the ERRORs that come of it. */
  mods(...mods: FlowMod[]): string[] {
    return mods.flatMap((mod) =>
      this.controller.asks(flowMod(mod)).map((m) => (m.kind === 'error' ? errorName(m.type, m.code) : m.kind)),
    );
  }
  flows(fields: { match?: Match; outPort?: number } = {}) {
    const stats = { kind: 'flow' as const, flags: [], match: matchOf(), tableId: 0xff, outPort: 0xffff, ...fields };
    const [reply] = this.controller.asks({ kind: 'statsRequest', xid: 1, stats });
    if (reply?.kind !== 'statsReply' || reply.stats.kind !== 'flow') throw new Error('no flow statistics');
    return reply.stats.flows;
  }
  /** Cookies of the entries that there are. */
  cookies(fields: { match?: Match; outPort?: number } = {}): number[] {
    return this.flows(fields).map(({ cookie }) => Number(cookie));
  }
  removed(): Partial<MessageOf<'flowRemoved'>>[] {
    return this.controller.hears().filter((message: Message) => message.kind === 'flowRemoved');
  }
}

const exact = (match: Match): Match => ({
  ...match,
  wildcards: {
    reserved: 0,
    nwTos: false,
    dlVlanPcp: false,
    nwDst: 0,
    nwSrc: 0,
    tpDst: false,
    tpSrc: false,
    nwProto: false,
    dlType: false,
    dlDst: false,
    dlSrc: false,
    dlVlan: false,
    inPort: false,
  },
});

describe('which entry wins', () => {
  test('[ES11] the higher priority, whatever the order; the exact match above all', () => {
    const bench = new Conversation();
    const match = { inPort: 1, dlSrc: alice.mac, dlDst: '02:00:00:00:00:02', dlVlan: 0xffff, dlVlanPcp: 0 };
    const all = {
      ...match,
      dlType: 0x88b5,
      nwTos: 0,
      nwProto: 0,
      nwSrc: '0.0.0.0',
      nwDst: '0.0.0.0',
      tpSrc: 0,
      tpDst: 0,
    };
    bench.mods(
      { match: matchOf({ inPort: 1 }), priority: 5, actions: [output(2)] },
      { match: matchOf(), priority: 4, actions: [output(3)] },
    );
    expect(bench.gives(1, frame)).toEqual({ 2: [frame] });
    bench.mods({ match: matchOf({ dlType: 0x88b5 }), priority: 0xffff, actions: [output(3)] });
    expect(bench.gives(1, frame)).toEqual({ 3: [frame] });
    bench.mods({ match: exact(matchOf(all)), priority: 0, actions: [output(2)] });
    expect(bench.gives(1, frame)).toEqual({ 2: [frame] });
    expect(bench.flows().map(({ priority }) => priority)).toEqual([5, 4, 0xffff, 0xffff]);
  });
});

describe('ADD', () => {
  test('[ES13] an entry in place of one with the same match and priority begins anew; another priority is another entry', () => {
    const bench = new Conversation();
    bench.mods({ match: matchOf({ inPort: 1 }), cookie: 1n, flags: ['sendFlowRemoved'], actions: [output(2)] });
    bench.gives(1, frame);
    bench.scheduler.advance(second);
    bench.mods({ match: matchOf({ inPort: 1 }), cookie: 2n, actions: [output(3)] });
    expect(bench.flows()).toMatchObject([{ cookie: 2n, packetCount: 0n, byteCount: 0n, durationS: 0, priority: 100 }]);
    bench.mods({ match: matchOf({ inPort: 1 }), cookie: 3n, priority: 101 });
    expect(bench.cookies()).toEqual([2, 3]);
    expect(bench.removed()).toEqual([]);
  });

  test('[ES14] fields that no frame of that type has are ignored', () => {
    const bench = new Conversation();
    bench.mods({ match: matchOf({ nwSrc: '10.0.0.0/8', nwProto: 6, tpSrc: 3, nwTos: 4 }) });
    bench.mods({ match: matchOf({ dlType: 0x800, nwSrc: '10.1.2.3/8', nwProto: 89, tpSrc: 3, nwTos: 0xff }) });
    bench.mods({ match: matchOf({ dlType: 0x806, nwProto: 1, nwTos: 4, nwDst: '10.0.0.1' }) });
    expect(bench.flows().map(({ match }) => match)).toEqual([
      matchOf(),
      matchOf({ dlType: 0x800, nwSrc: '10.0.0.0/8', nwProto: 89, nwTos: 0xfc }),
      matchOf({ dlType: 0x806, nwProto: 1, nwDst: '10.0.0.1' }),
    ]);
  });

  test('[ES14] every field comes back in statistics as it was asked for', () => {
    const bench = new Conversation();
    const match = matchOf({
      inPort: 65_000,
      dlSrc: 'fe:dc:ba:98:76:54',
      dlDst: '12:34:56:78:9a:bc',
      dlVlan: 4095,
      dlVlanPcp: 7,
      dlType: 0x800,
      nwTos: 0xfc,
      nwProto: 17,
      nwSrc: '255.255.255.254/31',
      nwDst: '128.0.0.0/1',
      tpSrc: 65_535,
      tpDst: 32_768,
    });
    bench.mods({ match });
    expect(bench.flows()[0]?.match).toEqual(match);
  });

  test('[ES14] frames without a tag are asked for with 0xffff, whatever the priority says', () => {
    const bench = new Conversation();
    bench.mods({ match: matchOf({ dlVlan: 0xffff, dlVlanPcp: 3 }), actions: [output(2)] });
    expect(bench.gives(1, frame)).toEqual({ 2: [frame] });
    const { wildcards, dlVlan, dlVlanPcp } = bench.flows()[0]?.match ?? matchOf();
    expect([wildcards.dlVlan, wildcards.dlVlanPcp, dlVlan, dlVlanPcp]).toEqual([false, false, 0xffff, 0]);
  });

  test('[ES15] CHECK_OVERLAP refuses an entry that a frame could share with another of its priority', () => {
    const bench = new Conversation();
    bench.mods({ match: matchOf({ inPort: 1 }) });
    const mod = (inPort: number | undefined, priority = 100): FlowMod => ({
      match: matchOf({ inPort, dlType: 0x800 }),
      priority,
      flags: ['checkOverlap'],
    });
    expect(bench.mods(mod(undefined))).toEqual(['flowModFailed.overlap']);
    expect(bench.mods(mod(1))).toEqual(['flowModFailed.overlap']);
    expect(bench.mods(mod(2), mod(1, 99))).toEqual([]);
    expect(bench.mods({ match: matchOf({ inPort: 1 }), flags: ['checkOverlap'] })).toEqual([]);
    expect(bench.sw.flowCount).toBe(3);
  });

  test('[ES18] a full table takes no more entries, but one in place of another', () => {
    const bench = new Conversation({ limits: { maxFlows: 2 } });
    bench.mods({ match: matchOf({ inPort: 1 }) }, { match: matchOf({ inPort: 2 }) });
    expect(bench.mods({ match: matchOf({ inPort: 3 }) })).toEqual(['flowModFailed.allTablesFull']);
    expect(bench.mods({ match: matchOf({ inPort: 2 }), cookie: 9n })).toEqual([]);
    expect(bench.cookies()).toEqual([0, 9]);
  });

  test.each([
    ['an emergency entry', { flags: ['emergency'] }, 'flowModFailed.allTablesFull'],
    ['an emergency entry with a time-out', { flags: ['emergency'], hardTimeoutS: 1 }, 'flowModFailed.badEmergTimeout'],
    ['a flag that has no name', { flags: [8] }, 'flowModFailed.unsupported'],
    ['an unknown command', { command: 9 }, 'flowModFailed.badCommand'],
    ['an unknown command with a bad action', { command: 9, actions: [output(0xffff)] }, 'flowModFailed.badCommand'],
  ] as const)('[ES18] %s is refused', (_what, fields, error) => {
    const bench = new Conversation();
    expect(bench.mods({ match: matchOf(), ...fields })).toEqual([error]);
    expect(bench.sw.flowCount).toBe(0);
  });
});

describe('actions that are refused', () => {
  test.each([
    ['output to NONE', output(0xffff), 'badAction.badOutPort'],
    ['output to a port above the last one', output(0xff00), 'badAction.badOutPort'],
    ['output through the table', output(0xfff9), 'badAction.badOutPort'],
    ['a queue of FLOOD', { kind: 'enqueue', port: 0xfffb, queueId: 1 }, 'badAction.badOutPort'],
    ['a VLAN of 13 bits', { kind: 'setVlanVid', vlanVid: 4096 }, 'badAction.badArgument'],
    ['a priority of 4 bits', { kind: 'setVlanPcp', vlanPcp: 8 }, 'badAction.badArgument'],
    ['a TOS with the bits of ECN', { kind: 'setNwTos', nwTos: 1 }, 'badAction.badArgument'],
    ['a vendor’s', { kind: 'vendor', vendor: 0x2320, body: new Uint8Array(8) }, 'badAction.badVendor'],
    ['an unknown one', { kind: 'unknown', tag: 12, raw: new Uint8Array(4) }, 'badAction.badType'],
  ] as const)('[ES22] %s', (_what, action, error) => {
    const bench = new Conversation();
    expect(bench.mods({ match: matchOf(), actions: [output(1), action] })).toEqual([error]);
    expect(bench.sw.flowCount).toBe(0);
  });

  test.each([
    ['an action of length 0', 0, 'badAction.badLen'],
    ['an action longer than the message', 16, 'badAction.badLen'],
    ['an action shorter than its fields', 4, 'badAction.badLen'],
  ])('[ES22] %s', (_what, length, error) => {
    const bench = new Conversation();
    const bytes = encodeMessage(flowMod({ match: matchOf(), actions: [output(1)] }));
    bytes[75] = length;
    const [answer] = bench.controller.saysBytes(bytes).hears();
    expect(answer?.kind === 'error' && errorName(answer.type, answer.code)).toBe(error);
  });

  test('[ES22] actions that are no multiple of 8 bytes long make the message a bad one', () => {
    const bench = new Conversation();
    const action = { kind: 'unknown', tag: 12, raw: new Uint8Array(8) } as const;
    expect(bench.mods({ match: matchOf(), actions: [action] })).toEqual(['badRequest.badLen']);
  });

  test('[ES22] more actions than statistics could tell are too many', () => {
    const bench = new Conversation();
    const actions = Array.from({ length: 8180 }, () => output(1));
    expect(bench.mods({ match: matchOf(), actions })).toEqual(['badAction.tooMany']);
    expect(bench.mods({ match: matchOf(), actions: actions.slice(0, 8179) })).toEqual([]);
    expect(bench.flows()[0]?.actions).toHaveLength(8179);
  });
});

describe('MODIFY and DELETE', () => {
  const three = (): Conversation => {
    const bench = new Conversation();
    bench.mods(
      { match: matchOf({ inPort: 1 }), cookie: 1n, idleTimeoutS: 60, actions: [output(2)] },
      { match: matchOf({ inPort: 1, dlType: 0x800 }), cookie: 2n, actions: [output(3)] },
      { match: matchOf({ inPort: 2 }), cookie: 3n, actions: [{ kind: 'enqueue', port: 3, queueId: 1 }] },
    );
    return bench;
  };

  test('[ES16] MODIFY changes actions and cookie of every entry that the match includes; counters and time-outs stay', () => {
    const bench = three();
    bench.gives(1, frame);
    const to9 = { command: 'modify', match: matchOf({ inPort: 1 }), actions: [output(9)] } as const;
    bench.mods({ ...to9, cookie: 7n, idleTimeoutS: 5 });
    expect(bench.flows()).toMatchObject([
      { cookie: 7n, packetCount: 1n, idleTimeoutS: 60, actions: [{ port: 9 }] },
      { cookie: 7n, packetCount: 0n, actions: [{ port: 9 }] },
      { cookie: 3n },
    ]);
    bench.mods({ ...to9, cookie: 0xffff_ffff_ffff_ffffn });
    expect(bench.cookies()).toEqual([7, 7, 3]);
  });

  test('[ES16] MODIFY_STRICT changes the one with this match and priority', () => {
    const bench = three();
    bench.mods({ command: 'modifyStrict', match: matchOf({ inPort: 1 }), cookie: 7n });
    expect(bench.cookies()).toEqual([7, 2, 3]);
  });

  test('[ES16] what modifies nothing is added', () => {
    const bench = three();
    bench.mods({ command: 'modify', match: matchOf({ inPort: 3 }), cookie: 4n });
    bench.mods({ command: 'modifyStrict', match: matchOf({ inPort: 1 }), priority: 7, cookie: 5n });
    expect(bench.cookies()).toEqual([1, 2, 3, 4, 5]);
  });

  test('[ES17] DELETE takes every entry that the match includes, DELETE_STRICT the one', () => {
    const bench = three();
    bench.mods({ command: 'delete', match: matchOf({ inPort: 1, dlType: 0x800 }) });
    expect(bench.cookies()).toEqual([1, 3]);
    bench.mods(
      { command: 'deleteStrict', match: matchOf() },
      { command: 'deleteStrict', match: matchOf({ inPort: 1 }), priority: 9 },
    );
    expect(bench.cookies()).toEqual([1, 3]);
    bench.mods({ command: 'deleteStrict', match: matchOf({ inPort: 1 }) });
    expect(bench.cookies()).toEqual([3]);
    bench.mods({ command: 'delete', match: matchOf() });
    expect(bench.sw.flowCount).toBe(0);
  });

  test('[ES17] out_port takes only those that send there, by a queue too; statistics know it as well', () => {
    const bench = three();
    expect(bench.cookies({ outPort: 3 })).toEqual([2, 3]);
    bench.mods({ command: 'deleteStrict', match: matchOf({ inPort: 1 }), outPort: 3 });
    expect(bench.cookies()).toEqual([1, 2, 3]);
    bench.mods({ command: 'delete', match: matchOf(), outPort: 3 });
    expect(bench.cookies()).toEqual([1]);
  });

  test('[ES17] an entry that was deleted takes no frames', () => {
    const bench = three();
    bench.mods({ command: 'delete', match: matchOf() });
    expect(bench.gives(1, frame)).toEqual({});
  });

  test('[ES17] a FLOW_REMOVED of a deletion', () => {
    const bench = new Conversation();
    const match = matchOf({ dlType: 0x800, nwProto: 6 });
    bench.mods({ match, cookie: 5n, priority: 9, flags: ['sendFlowRemoved'], idleTimeoutS: 30, actions: [output(2)] });
    bench.gives(1, tcp());
    bench.gives(1, udp());
    bench.controller.hears();
    bench.scheduler.advance(1_500_000);
    bench.controller.says(flowMod({ match: matchOf(), command: 'delete' }));
    expect(bench.removed()).toEqual([
      {
        kind: 'flowRemoved',
        xid: 0,
        match,
        cookie: 5n,
        priority: 9,
        reason: 'delete',
        durationS: 1,
        durationNs: 500_000_000,
        idleTimeoutS: 30,
        packetCount: 1n,
        byteCount: BigInt(tcp().length),
      },
    ]);
  });
});

describe('time-outs', () => {
  const timed = (fields: Partial<FlowMod>): Conversation => {
    const bench = new Conversation();
    bench.mods({ match: matchOf(), flags: ['sendFlowRemoved'], actions: [output(2)], ...fields });
    return bench;
  };

  test('[ES19] an idle entry ends when no frame came for so long', () => {
    const bench = timed({ idleTimeoutS: 10 });
    bench.scheduler.advance(9 * second);
    bench.gives(1, frame);
    bench.scheduler.advance(10 * second - 1);
    expect(bench.sw.flowCount).toBe(1);
    bench.scheduler.advance(1);
    expect(bench.sw.flowCount).toBe(0);
    expect(bench.removed()).toMatchObject([{ reason: 'idleTimeout', durationS: 19, packetCount: 1n }]);
  });

  test('[ES19] a hard time-out ends it however busy it is', () => {
    const bench = timed({ idleTimeoutS: 2, hardTimeoutS: 5 });
    for (let s = 0; s < 5; s++) {
      expect(bench.sw.flowCount).toBe(1);
      bench.gives(1, frame);
      bench.scheduler.advance(second);
    }
    expect(bench.sw.flowCount).toBe(0);
    expect(bench.removed()).toMatchObject([{ reason: 'hardTimeout', durationS: 5 }]);
  });

  test('[ES19] a hard time-out counts from the last MODIFY', () => {
    const bench = timed({ hardTimeoutS: 5 });
    bench.scheduler.advance(4 * second);
    bench.mods({ command: 'modify', match: matchOf(), actions: [output(3)] });
    bench.scheduler.advance(4 * second);
    expect(bench.sw.flowCount).toBe(1);
    bench.scheduler.advance(second);
    expect(bench.sw.flowCount).toBe(0);
  });

  test('[ES19] an entry that was replaced or deleted does not end a second time', () => {
    const bench = timed({ hardTimeoutS: 5 });
    bench.mods({ match: matchOf(), cookie: 2n });
    bench.scheduler.advance(10 * second);
    expect(bench.cookies()).toEqual([2]);
    expect(bench.removed()).toEqual([]);
  });

  test('[ES19] without SEND_FLOW_REM it ends without a word', () => {
    const bench = timed({ hardTimeoutS: 1, flags: [] });
    bench.scheduler.advance(second);
    expect(bench.sw.flowCount).toBe(0);
    expect(bench.removed()).toEqual([]);
  });
});

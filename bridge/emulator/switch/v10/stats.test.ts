import { expect, test } from 'vitest';
import { errorName } from '../../../protocols/openflow/v10/error.ts';
import { matchOf } from '../../../protocols/openflow/v10/match.ts';
import type { StatsReply, StatsRequest } from '../../../protocols/openflow/v10/stats.ts';
import { ping, plain, udp } from '../differential/frames.ts';
import { flowMod, output, SwitchBench } from '../testing/switch-bench.ts';

function ask(bench: SwitchBench, stats: StatsRequest): (StatsReply | string)[] {
  return bench.controller.asks({ kind: 'statsRequest', xid: 3, stats }).map((message) => {
    if (message.kind === 'error') return errorName(message.type, message.code);
    if (message.kind !== 'statsReply' || message.xid !== 3) throw new Error(`a ${message.kind}`);
    return message.stats;
  });
}
const everything = { flags: [], match: matchOf(), tableId: 0xff, outPort: 0xffff };

/** Two entries, of which the first has taken two frames; one frame missed. */
function used(): SwitchBench {
  const bench = new SwitchBench();
  bench.controller.says(
    flowMod({ match: matchOf({ dlType: 0x800 }), cookie: 1n, hardTimeoutS: 9, actions: [output(2), output(3, 7)] }),
    flowMod({ match: matchOf({ dlType: 0x806 }), cookie: 2n, idleTimeoutS: 8, priority: 3 }),
  );
  bench.gives(1, udp());
  bench.gives(2, ping());
  bench.gives(3, plain());
  bench.scheduler.advance(2_000_003);
  bench.controller.hears();
  return bench;
}
const bytes = BigInt(udp().length + ping().length);

test('[ES60] the description', () => {
  expect(ask(new SwitchBench(), { kind: 'desc', flags: [] })).toEqual([
    {
      kind: 'desc',
      flags: [],
      manufacturer: 'Patchbay',
      hardware: 'emulated',
      software: 'OpenFlow 1.0.0',
      serialNumber: 'None',
      datapath: 'sw0',
    },
  ]);
});

test('[ES61] entries with their counters, times and actions', () => {
  expect(ask(used(), { kind: 'flow', ...everything })).toEqual([
    {
      kind: 'flow',
      flags: [],
      flows: [
        {
          tableId: 0,
          match: matchOf({ dlType: 0x800 }),
          durationS: 2,
          durationNs: 3000,
          priority: 100,
          idleTimeoutS: 0,
          hardTimeoutS: 9,
          cookie: 1n,
          packetCount: 2n,
          byteCount: bytes,
          actions: [output(2), output(3, 7)],
        },
        expect.objectContaining({ cookie: 2n, packetCount: 0n, idleTimeoutS: 8, priority: 3, actions: [] }),
      ],
    },
  ]);
});

test('[ES61] only those of the match; another table has none', () => {
  const bench = used();
  const cookies = (fields: Partial<typeof everything>) =>
    ask(bench, { kind: 'flow', ...everything, ...fields }).flatMap((reply) =>
      typeof reply === 'object' && reply.kind === 'flow' ? reply.flows.map(({ cookie }) => cookie) : [],
    );
  expect(cookies({ match: matchOf({ dlType: 0x806 }) })).toEqual([2n]);
  expect(cookies({ tableId: 0 })).toEqual([1n, 2n]);
  expect(cookies({ tableId: 1 })).toEqual([]);
  expect(cookies({ tableId: 0xfe })).toEqual([]);
});

test('[ES61] the sum of entries', () => {
  const bench = used();
  expect(ask(bench, { kind: 'aggregate', ...everything })).toEqual([
    { kind: 'aggregate', flags: [], packetCount: 2n, byteCount: bytes, flowCount: 2 },
  ]);
  expect(ask(bench, { kind: 'aggregate', ...everything, match: matchOf({ inPort: 1 }) })).toMatchObject([
    { flowCount: 0, packetCount: 0n },
  ]);
});

test('[ES61] the table: entries, room, lookups and hits', () => {
  expect(ask(used(), { kind: 'table', flags: [] })).toMatchObject([
    {
      tables: [
        { tableId: 0, name: 'classifier', maxEntries: 65_536, activeCount: 2, lookupCount: 3n, matchedCount: 2n },
      ],
    },
  ]);
});

test('[ES62] ports: frames and bytes both ways; one that is not there has none', () => {
  const bench = used();
  const [udpBytes, pingBytes] = [BigInt(udp().length), BigInt(ping().length)];
  expect(ask(bench, { kind: 'port', flags: [], port: 0xffff })).toMatchObject([
    {
      flags: [],
      ports: [
        { port: 1, rxPackets: 1n, rxBytes: udpBytes, txPackets: 0n },
        { port: 2, rxPackets: 1n, rxBytes: pingBytes, txPackets: 1n, txBytes: udpBytes },
        { port: 3, rxPackets: 1n, txPackets: 2n, txBytes: bytes, txDropped: 0n, collisions: 0n },
        { port: 0xfffe, rxPackets: 0n, txPackets: 0n },
      ],
    },
  ]);
  expect(ask(bench, { kind: 'port', flags: [], port: 3 })).toMatchObject([{ ports: [{ port: 3 }] }]);
  expect(ask(bench, { kind: 'port', flags: [], port: 77 })).toMatchObject([{ ports: [] }]);
});

test.each([
  ['all of one port', 1, 0xffff_ffff, []],
  ['all of all ports', 0xfffc, 0xffff_ffff, []],
  ['one of one port', 1, 3, 'queueOpFailed.badQueue'],
  ['one of all ports', 0xfffc, 3, 'queueOpFailed.badQueue'],
  ['all of a port that is not there', 77, 0xffff_ffff, 'queueOpFailed.badPort'],
] as const)('[ES63] queues: %s', (_what, port, queueId, answer) => {
  const expected = typeof answer === 'string' ? answer : { kind: 'queue', flags: [], queues: [] };
  expect(ask(new SwitchBench(), { kind: 'queue', flags: [], port, queueId })).toEqual([expected]);
});

test('[ES64] what does not fit one message comes in several, all but the last with MORE', () => {
  const bench = new SwitchBench();
  for (let i = 0; i < 2000; i++)
    bench.controller.says(flowMod({ match: matchOf({ inPort: i }), actions: [output(1)] }));
  const replies = ask(bench, { kind: 'flow', ...everything });
  expect(replies.map((reply) => typeof reply === 'object' && reply.flags)).toEqual([['more'], ['more'], []]);
  const ports = replies.flatMap((reply) =>
    typeof reply === 'object' && reply.kind === 'flow' ? reply.flows.map(({ match }) => match.inPort) : [],
  );
  expect(ports).toEqual(Array.from({ length: 2000 }, (_, i) => i));
});

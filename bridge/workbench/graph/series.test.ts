import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketLog } from '../../trace/packet-log.ts';
import type { AnswerOf, ArgumentOf } from '../methods.ts';
import { arpReply, udp } from '../testing/stage-lab.ts';
import { intervalFor } from './interval.ts';
import { graphMethods } from './series.ts';

type Question = ArgumentOf<'graph:series'>;
type Answer = AnswerOf<'graph:series'>;
const everything: Question['series'][number] = { filter: '', at: 'records', unit: 'packets' };
const ask = (change: Partial<Question> = {}): Question => ({
  series: [everything],
  intervalUs: 1_000_000,
  asker: 'a',
  ...change,
});

/** A log whose records are stamped as the test says. */
function bench(records = 10_000) {
  const clock = { us: 0 };
  const nowUs = (): number => clock.us;
  const log = new PacketLog({ records, frameBytes: 14_000_000, snapLength: 200, nowUs, epochMs: 0 });
  const node = log.node('sw0');
  const logged = (point: 'packet_in' | 'host.tx' | 'from_router', tUs: number, frame: Uint8Array): number => {
    clock.us = Math.max(clock.us, tUs);
    return log.observe(point, node, 1, tUs, frame, 0, frame.length, frame.length);
  };
  const { 'graph:series': series } = graphMethods({ log, nowUs });
  return { log, clock, logged, node, series };
}

/** Bucket → sum, of answers that follow one another. */
function added(answers: readonly Answer[], series: number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { at, counts } of answers)
    at.forEach((bucket, i) => {
      const amount = counts[series]?.[i] ?? 0;
      if (amount > 0) sums.set(bucket, (sums.get(bucket) ?? 0) + amount);
    });
  return sums;
}

test('[WB43] [WB45] [WB46] buckets are those of a naive count, in one walk or continued', async () => {
  const frames = [udp(1), arpReply(), udp(2, 1, 300)] as const;
  const isArp = (which: number): boolean => which === 1;
  // Stamps may be a little before those of the record before.
  const record = fc.record({ stepUs: fc.integer({ min: -900, max: 400_000 }), which: fc.integer({ min: 0, max: 2 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 60 }),
      fc.constantFrom(1000, 20_000, 70_000, 1_000_000),
      fc.integer({ min: 0, max: 60 }),
      fc.option(fc.tuple(fc.integer({ min: 0, max: 4_000_000 }), fc.integer({ min: 1, max: 4_000_000 }))),
      async (steps, intervalUs, cut, range) => {
        const { logged, series, clock } = bench();
        const all: { readonly tUs: number; readonly which: number }[] = [];
        let tUs = 1000;
        for (const { stepUs, which } of steps) {
          tUs = Math.max(0, tUs + stepUs);
          all.push({ tUs, which });
          logged('packet_in', tUs, frames[which] ?? frames[0]);
        }
        const asked = ask({
          intervalUs,
          series: [everything, { filter: 'arp', at: 'controller', unit: 'packets' }, { ...everything, unit: 'bits' }],
          ...(range === null ? {} : { fromUs: range[0], toUs: range[0] + range[1] }),
        });
        const whole = await series(asked);
        expect(whole.isComplete).toBe(true);
        const naive = new Map<number, [number, number, number]>();
        for (const each of all) {
          if (range !== null && (each.tUs < whole.fromUs || each.tUs >= endOf(range, whole.intervalUs))) continue;
          const bucket = Math.floor(each.tUs / whole.intervalUs);
          const sums = naive.get(bucket) ?? [0, 0, 0];
          naive.set(bucket, [
            sums[0] + 1,
            sums[1] + (isArp(each.which) ? 1 : 0),
            sums[2] + (frames[each.which] ?? frames[0]).length * 8,
          ]);
        }
        for (const i of [0, 1, 2] as const) {
          const expected = [...naive].map(([bucket, sums]) => [bucket, sums[i]] as const).filter(([, sum]) => sum > 0);
          expect(added([whole], i)).toEqual(new Map(expected));
        }
        expect(whole.at).toEqual([...whole.at].sort((a, b) => a - b));
        expect(whole.at.length).toBeLessThanOrEqual(4000);
        // The same in two walks: up to a moment before the second half is there, then behind it.
        if (range !== null) return;
        const second = bench();
        all.slice(0, cut).forEach((each) => {
          second.logged('packet_in', each.tUs, frames[each.which] ?? frames[0]);
        });
        const one = await second.series({ ...asked, intervalUs: whole.intervalUs });
        all.slice(cut).forEach((each) => {
          second.logged('packet_in', each.tUs, frames[each.which] ?? frames[0]);
        });
        second.clock.us = clock.us;
        const two = await second.series({ ...asked, intervalUs: whole.intervalUs, fromSeq: one.scannedTo + 1 });
        expect(added([one, two], 0)).toEqual(added([whole], 0));
      },
    ),
    { numRuns: 80 },
  );
});
const endOf = ([from, length]: [number, number], intervalUs: number): number =>
  Math.ceil((from + length) / intervalUs) * intervalUs;

test('[WB44] a frame counts where its series says, once', async () => {
  const { log, logged, node, series, clock } = bench();
  clock.us = 10;
  // One that is watched from its host on …
  const sent = logged('host.tx', 10, udp(1));
  const came = log.follow(log.follow(sent, 'sw.rx', node, 1), 'packet_in', node, 1);
  log.follow(came, 'to_router', node, 1);
  const forwarded = logged('from_router', 20, udp(2));
  log.infer(forwarded, 'forward', 90, [came], 1);
  log.follow(forwarded, 'packet_out', node, 1);
  // … and one that the bridge has first from the switch, and drops.
  log.drop(logged('packet_in', 30, udp(3)), node, 1, 'no router');
  const at = (where: Question['series'][number]['at'], filter = '') => ({
    filter,
    at: where,
    unit: 'packets' as const,
  });
  const { counts } = await series(
    ask({
      series: [
        at('hosts'),
        at('controller'),
        at('frames'),
        at('records'),
        at('records', 'lab.verdict == "dropped"'),
        at('frames', 'lab.verdict == "dropped"'),
      ],
    }),
  );
  expect(counts).toEqual([[2], [2], [3], [8], [1], [0]]);
});

test('[WB45] a longer time has a longer interval and says so; buckets are bounded', async () => {
  const { logged, series, clock } = bench();
  logged('packet_in', 0, udp(1));
  clock.us = 10_000_000;
  expect(await series(ask({ intervalUs: 1000 }))).toMatchObject({ intervalUs: 5000, isCoarser: true });
  expect(await series(ask({ intervalUs: 1000, buckets: 100 }))).toMatchObject({ intervalUs: 100_000 });
  expect(await series(ask({ intervalUs: 20_000 }))).toMatchObject({ intervalUs: 20_000, isCoarser: false });
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.double({ min: 1, max: 1e12, noNaN: true }),
      fc.integer({ min: 1000, max: 60_000_000 }),
      fc.integer({ min: 1, max: 4000 }),
      (fromUs, lengthUs, askedUs, buckets) => {
        // One bucket holds no time that crosses one of its bounds, however long it is.
        fc.pre(buckets > 1);
        const intervalUs = intervalFor(fromUs, fromUs + lengthUs, askedUs, buckets);
        expect(intervalUs).toBeGreaterThanOrEqual(askedUs);
        expect(Math.ceil((fromUs + lengthUs) / intervalUs) - Math.floor(fromUs / intervalUs)).toBeLessThanOrEqual(
          buckets,
        );
      },
    ),
  );
});

test('[WB43] the last stretch before now, and what is no longer kept', async () => {
  const { logged, series, log } = bench(100);
  for (let i = 0; i < 300; i++) logged('packet_in', i * 100_000, udp(1));
  const answer = await series(ask({ lastUs: 5_000_000 }));
  expect(answer.nowUs).toBe(29_900_000);
  expect([answer.fromUs, answer.at[0], answer.at.at(-1)]).toEqual([24_000_000, 24, 29]);
  expect(answer.counts[0]).toEqual([10, 10, 10, 10, 10, 10]);
  const kept = await series(ask());
  expect(kept.keptFromUs).toBe(log.timeOf(201));
  expect(kept.counts[0]?.reduce((sum, each) => sum + each)).toBe(100);
});

test('[WB46] a walk that takes long gives way, and goes on behind where it came to', async () => {
  const { logged, series } = bench(200_000);
  const frame = udp(1);
  for (let i = 0; i < 120_000; i++) logged('packet_in', i, frame);
  const dear = { ...everything, filter: '_ws.col.info contains "nothing" or udp.checksum.status == 7' };
  const answers: Answer[] = [];
  let fromSeq = 0;
  do {
    const answer = await series(ask({ series: [dear, everything], fromSeq }));
    answers.push(answer);
    expect(answer.scannedTo).toBeGreaterThan(fromSeq);
    fromSeq = answer.scannedTo + 1;
  } while (answers.at(-1)?.isComplete === false);
  expect([...added(answers, 1).values()]).toEqual([120_000]);
  const older = series(ask({ series: [dear] }));
  const newer = series(ask());
  await expect(older).rejects.toMatchObject({ code: 'conflict' });
  expect((await newer).counts).toEqual([[120_000]]);
});

test('[WB47] what cannot be drawn is refused with what was expected', async () => {
  const { series } = bench();
  const refusal = async (change: Partial<Question>): Promise<unknown> => {
    try {
      return await series(ask(change));
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };
  expect(await refusal({ series: Array.from({ length: 9 }, () => everything) })).toBe(
    'At most 8 series at once, not 9.',
  );
  expect(await refusal({ series: [everything, { ...everything, filter: 'ip.adr == 1' }] })).toBe(
    'Series 2: Filter, character 1: “ip.adr” is not a field. Did you mean ip.addr?',
  );
  expect(await refusal({ intervalUs: 999 })).toBe('An interval is 1 ms to 1 h long, not 999 µs.');
  expect(await refusal({ intervalUs: Number.NaN })).toContain('not NaN');
  expect(await refusal({ buckets: 4001 })).toBe('There are 1 to 4000 buckets, not 4001.');
  expect(await refusal({ fromUs: 5, toUs: 5 })).toContain('before it begins');
  // Nothing logged yet is no error.
  expect(await series(ask())).toMatchObject({ at: [], counts: [[]], isComplete: true });
});

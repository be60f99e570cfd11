import type { PacketLog } from '../../trace/packet-log.ts';
import { Askers, walkLog } from '../log-walk.ts';
import type { Implementation } from '../method.ts';
import { StageSteps, stages } from '../stages.ts';
import { type GraphTime, type GraphTold, rangeOf, toldOf } from './range.ts';

/** How often a stage took so long in a bucket: [index into `stages`, bucket, µs, count]. */
type LatencyCell = readonly [stage: number, bucket: number, us: number, count: number];

interface LatencyAnswer extends GraphTold {
  /** `whole` is from a packet_in to the packet_out that came of it. */
  readonly stages: readonly ('whole' | 'dispatch' | 'router' | 'packet-out')[];
  /** Bucket n begins at n × intervalUs; µs are at most 4 % off. */
  readonly cells: readonly LatencyCell[];
}

export interface LatencyMethods {
  /** How long the stages took that ended in each bucket of time (WB48). */
  'graph:latency'(argument: GraphTime): LatencyAnswer;
}

/** Steps of an octave: what falls into one counts as its middle. */
const steps = 16;

/** The middle of the step that a time is in: at most 1/32 off; below 16 µs to the microsecond. */
export function stepOf(us: number): number {
  if (us < steps) return Math.max(0, Math.round(us));
  const octave = 2 ** Math.floor(Math.log2(us));
  return octave * (1 + (Math.floor((us / octave - 1) * steps) + 0.5) / steps);
}

/** Counts over the log; nothing is kept from one question to the next, and answers can be added up (WB46). */
export function latencyMethods(log: PacketLog, nowUs: () => number): Implementation<LatencyMethods> {
  const askers = new Askers();
  return {
    'graph:latency': async (question) => {
      const now = nowUs();
      const range = rangeOf(question, log, now);
      const { fromSeq, toSeq, firstBucket, endBucket, intervalUs } = range;
      const counts = new Map<string, [number, number, number, number]>();
      const count = (stage: number, bucket: number, us: number): void => {
        const step = stepOf(us);
        const key = `${stage} ${bucket} ${step}`;
        const cell = counts.get(key);
        if (cell === undefined) counts.set(key, [stage, bucket, step, 1]);
        else cell[3] += 1;
      };
      const taken = new StageSteps(log);
      // It is drawn beside what people work with, and asked for each second: packets come first.
      const walked = await askers.ask(question.asker, (isWanted) =>
        walkLog(log, { fromSeq, toSeq, isWanted, isGentle: true }, (_, record) => {
          const bucket = Math.floor(record.tUs / intervalUs);
          if (bucket < firstBucket || bucket >= endBucket) return;
          const step = taken.of(record);
          if (step === undefined) return;
          if (step.stage !== undefined) count(step.stage + 1, bucket, step.us);
          if (step.wholeUs !== undefined) count(0, bucket, step.wholeUs);
        }),
      );
      return {
        ...toldOf(question, range, log, now),
        stages: ['whole', ...stages.map(({ stage }) => stage)],
        cells: [...counts.values()],
        ...walked,
      };
    },
  };
}

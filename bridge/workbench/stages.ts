import { type Point, points } from '../packet/trace-batch.ts';
import { type LoggedRecord, newLoggedRecord } from '../trace/logged-record.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { walkToEnd } from './log-walk.ts';
import type { Implementation } from './method.ts';

/** One step of a packet's way: from one point to the next, µs over the records that are kept. */
interface StageTimes {
  readonly stage: 'dispatch' | 'router' | 'packet-out';
  readonly from: Point;
  readonly to: Point;
  readonly count: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
  /** What the classic budget allows for the same way, and the stages of that budget which this one contains. */
  readonly budgetUs: number;
  readonly budgetParts: readonly BudgetPart[];
  /** The same of each window of time, the oldest first; none unless `windowMs` was given. */
  readonly windows: readonly StageWindow[];
}
interface StageWindow extends Quantiles {
  readonly fromUs: number;
}
interface Quantiles {
  readonly count: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
}
interface BudgetPart {
  readonly part: 'dispatch' | 'VNS send' | 'router' | 'VNS receive' | 'PACKET_OUT';
  readonly us: number;
}

export interface StageMethods {
  /** Times of each stage over the last `records` records (at most 200,000), and of the last 60 windows of `windowMs`. */
  'latency:stages'(argument: {
    readonly records: number;
    readonly windowMs?: number | undefined;
  }): readonly StageTimes[];
}

type Stage = Pick<StageTimes, 'stage' | 'from' | 'to' | 'budgetParts'>;

/**
 * What of the classic budget each stage contains. Sending to the router and hearing from it cannot be told from its own
 * work without a stamp inside it, so all three are one stage here.
 */
export const stages: readonly Stage[] = [
  { stage: 'dispatch', from: 'packet_in', to: 'to_router', budgetParts: [{ part: 'dispatch', us: 50 }] },
  {
    stage: 'router',
    from: 'to_router',
    to: 'from_router',
    budgetParts: [
      { part: 'VNS send', us: 100 },
      { part: 'router', us: 200 },
      { part: 'VNS receive', us: 100 },
    ],
  },
  { stage: 'packet-out', from: 'from_router', to: 'packet_out', budgetParts: [{ part: 'PACKET_OUT', us: 50 }] },
];
const mostRecords = 200_000;
const mostWindows = 60;
/** A router that took longer waited for somebody: its five ARP requests are a second apart. */
const waitedUs = 900_000;

/** Stages between a record and its parent (WB2); what came of which in the router is inferred, as the links of the log say. */
export function stageMethods(log: PacketLog): Implementation<StageMethods> {
  return {
    'latency:stages': async ({ records, windowMs }) => {
      const times = stages.map((): Timed[] => []);
      await eachStep(log, Math.min(records, mostRecords), (at, atUs, us) => times[at]?.push({ atUs, us }));
      const endUs = log.timeOf(log.nextSeq - 1);
      return stages.map((stage, i) => ({
        ...stage,
        ...quantiles(times[i] ?? []),
        budgetUs: stage.budgetParts.reduce((sum, { us }) => sum + us, 0),
        windows: windowMs === undefined ? [] : windowsOf(times[i] ?? [], endUs, windowMs * 1000),
      }));
    },
  };
}

interface Timed {
  readonly atUs: number;
  readonly us: number;
}

/** Tells every step between two points of a stage: its stage, when it ended and how long it took, µs. */
async function eachStep(
  log: PacketLog,
  records: number,
  tell: (stage: number, atUs: number, us: number) => void,
): Promise<void> {
  const steps = new StageSteps(log);
  await walkToEnd(log, Math.max(log.firstSeq, log.nextSeq - records), (_, record) => {
    const step = steps.of(record);
    if (step?.stage !== undefined) tell(step.stage, record.tUs, step.us);
  });
}

interface Step {
  /** Index into `stages`; undefined where a packet_in was sent out again at once, by an application without a router. */
  readonly stage: number | undefined;
  readonly us: number;
  /** From the packet_in on, where this is a packet_out and all before it is known; undefined else. */
  readonly wholeUs: number | undefined;
}

/** How long a record took since the one before it. */
export class StageSteps {
  readonly #log: PacketLog;
  readonly #parent = newLoggedRecord();
  readonly #before = newLoggedRecord();

  constructor(log: PacketLog) {
    this.#log = log;
  }

  /** The step that ended with a record; undefined when none did, or somebody was waited for meanwhile. */
  of(record: LoggedRecord): Step | undefined {
    const stage = this.#stageOf(record, this.#parent);
    const isOut = points[record.point] === 'packet_out';
    const us = record.tUs - this.#parent.tUs;
    if (stage !== undefined) return { stage, us, wholeUs: isOut ? this.#wholeUs(record.tUs) : undefined };
    const isDirect = isOut && record.parentCount > 0 && points[this.#parent.point] === 'packet_in';
    return isDirect && us < waitedUs ? { stage, us, wholeUs: us } : undefined;
  }

  /** The stage that leads to a record, whose last parent is put into `parent`. */
  #stageOf(record: LoggedRecord, parent: LoggedRecord): number | undefined {
    if (record.parentCount === 0) return undefined;
    // What waited for an ARP reply was worked on from when that came: its last parent.
    if (!this.#log.look(record.parents[record.parentCount - 1] ?? 0, parent)) return undefined;
    const at = stages.findIndex(({ from, to }) => points[parent.point] === from && points[record.point] === to);
    return at >= 0 && record.tUs - parent.tUs < waitedUs ? at : undefined;
  }

  /** From the packet_in that `#parent`, a from_router, goes back to. */
  #wholeUs(outUs: number): number | undefined {
    if (this.#stageOf(this.#parent, this.#before) === undefined) return undefined;
    if (this.#stageOf(this.#before, this.#parent) === undefined) return undefined;
    return outUs - this.#parent.tUs;
  }
}

/** Windows that end with the last record; the oldest one counts only when something was logged in it. */
function windowsOf(times: readonly Timed[], endUs: number, windowUs: number): StageWindow[] {
  const byWindow = new Map<number, Timed[]>();
  for (const time of times) {
    const window = Math.floor((endUs - time.atUs) / windowUs);
    if (window >= mostWindows) continue;
    const its = byWindow.get(window) ?? [];
    byWindow.set(window, its);
    its.push(time);
  }
  const oldest = Math.max(-1, ...byWindow.keys());
  return Array.from({ length: oldest + 1 }, (_, i) => {
    const window = oldest - i;
    return { fromUs: endUs - (window + 1) * windowUs, ...quantiles(byWindow.get(window) ?? []) };
  });
}

function quantiles(times: readonly Timed[]): Quantiles {
  const sorted = Float64Array.from(times, ({ us }) => us).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99) };
}

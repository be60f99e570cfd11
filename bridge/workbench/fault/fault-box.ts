import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';
import { noBuffer } from '../../protocols/openflow/v10/bodies.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import { type Crossing, type Interceptor, kept, type Passage, type Stage, withBytes } from '../../trace/intercept.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import type { RunningFault } from './running-fault.ts';

export interface FaultBoxDeps {
  readonly log: PacketLog;
  readonly scheduler: Scheduler;
  readonly interceptor: Interceptor;
}

interface Waiting {
  readonly fault: RunningFault;
  readonly passage: Passage;
  readonly crossing: Crossing;
  cancel: Cancel;
  /** Frames that must still overtake it; undefined: it waits for its time only. */
  overtaking: number | undefined;
}

/** Frames that all faults together delay; one more is lost. */
const mostWaiting = 1024;
/** Frames that wait before a limited line; one more is lost. */
const mostQueued = 256;
/** So long a frame waits for others to overtake it. */
const longestReorderUs = 1_000_000;

/**
 * The first stage that frames meet: every fault in turn does to a frame what it does (WB60). What happens to a frame is a
 * record at point `fault`, whose children go on from there.
 */
export class FaultBox implements Stage {
  readonly #deps: FaultBoxDeps;
  readonly #faults = new Map<string, RunningFault>();
  readonly #waiting = new Set<Waiting>();
  #isArmed = false;

  constructor(deps: FaultBoxDeps) {
    this.#deps = deps;
  }

  get isArmed(): boolean {
    return this.#isArmed;
  }

  /** In the order in which frames meet them. */
  get all(): readonly RunningFault[] {
    return [...this.#faults.values()];
  }

  add(fault: RunningFault): void {
    this.#faults.set(fault.id, fault);
    this.rearm();
  }

  /** What it delays goes on at once, in order. */
  remove(id: string): void {
    this.#faults.delete(id);
    this.flush(id);
  }

  /** What a fault that is over delays goes on at once, in order. */
  flush(id: string): void {
    for (const waiting of [...this.#waiting]) if (waiting.fault.id === id) this.#release(waiting);
    this.rearm();
  }

  /** To be called when a fault begins or ends by its time. */
  rearm(): void {
    const nowUs = this.#deps.scheduler.nowUs();
    this.#isArmed = this.all.some(
      (fault) => fault.waiting > 0 || (fault.hitsFrames && fault.state(nowUs) === 'active'),
    );
    this.#deps.interceptor.changed();
  }

  /** Nothing that waits goes on any more. */
  close(): void {
    for (const { cancel } of this.#waiting) cancel();
    this.#waiting.clear();
  }

  takes(passage: Passage, crossing: Crossing): boolean {
    if (this.#isFlood(passage, crossing)) {
      const frame = kept(crossing);
      for (const port of passage.ports().keys())
        if (port !== frame.inPort) this.#goOn(passage, { ...frame, port, bufferId: noBuffer }, 0);
      return true;
    }
    const fault = this.#next(passage, crossing, 0);
    if (fault === undefined) return false;
    this.#hit(fault, passage, kept(crossing));
    return true;
  }

  /** Lets the faults behind `order` have it, and then what comes after all faults. */
  #goOn(passage: Passage, crossing: Crossing, order: number): void {
    const fault = this.#next(passage, crossing, order);
    if (fault === undefined) this.#deps.interceptor.onward(passage, crossing, this);
    else this.#hit(fault, passage, crossing);
  }

  /** The first fault behind `order` that hits this frame. */
  #next(passage: Passage, crossing: Crossing, order: number): RunningFault | undefined {
    const nowUs = this.#deps.scheduler.nowUs();
    for (const fault of this.#faults.values()) {
      if (fault.order <= order || !fault.isAt(passage, crossing.port)) continue;
      const state = fault.state(nowUs);
      // Its timer is late, and what it delays was here before.
      if (state === 'over' && fault.waiting > 0) this.flush(fault.id);
      if (state !== 'active') continue;
      this.#overtake(fault, passage, crossing);
      if (fault.selects(passage, crossing) ? this.#canHit(fault, crossing, nowUs) : fault.isStalled(nowUs))
        return fault;
    }
    return undefined;
  }

  /** What an effect leaves alone: a line that is free, a second frame to reorder, bytes that the switch has kept. */
  #canHit(fault: RunningFault, { isWhole, start, end }: Crossing, nowUs: number): boolean {
    const { what } = fault.spec;
    switch (what.kind) {
      case 'rate-limit':
        if (fault.freeUs > nowUs || fault.waiting > 0) return true;
        fault.freeUs = nowUs + onLineUs(end - start, what.kbitPerSecond);
        return false;
      case 'stall':
        fault.stalledUntilUs ??= nowUs + what.ms * 1000;
        return fault.isStalled(nowUs);
      case 'reorder':
        return fault.waiting === 0;
      case 'duplicate':
        return isWhole;
      case 'corrupt':
        return isWhole && end > start && (what.bit ?? 0) < (end - start) * 8;
      default:
        return fault.hitsFrames;
    }
  }

  #hit(fault: RunningFault, passage: Passage, crossing: Crossing): void {
    this.#affect(fault, passage, crossing);
    // The nth frame was the last one.
    if (fault.spec.which.nth !== undefined) this.rearm();
  }

  #affect(fault: RunningFault, passage: Passage, crossing: Crossing): void {
    const { what } = fault.spec;
    const nowUs = this.#deps.scheduler.nowUs();
    switch (what.kind) {
      case 'lose':
        this.#mark(fault, passage, crossing, 'dropped');
        return;
      case 'duplicate': {
        const copy = this.#mark(fault, passage, crossing, 'duplicated');
        this.#goOn(passage, crossing, fault.order);
        this.#goOn(passage, { ...copy, bufferId: noBuffer }, fault.order);
        return;
      }
      case 'corrupt':
        this.#goOn(passage, this.#corrupt(fault, passage, crossing, what.bit), fault.order);
        return;
      case 'reorder':
        this.#wait(fault, passage, crossing, nowUs + longestReorderUs, what.behind);
        return;
      case 'stall':
        this.#wait(fault, passage, crossing, fault.stalledUntilUs ?? nowUs);
        return;
      case 'delay': {
        const jitterMs = (fault.random.next() * 2 - 1) * what.jitterMs;
        fault.lastDueUs = Math.max(fault.lastDueUs, nowUs + Math.max(0, what.ms + jitterMs) * 1000);
        this.#wait(fault, passage, crossing, fault.lastDueUs);
        return;
      }
      case 'rate-limit': {
        if (fault.waiting >= mostQueued) {
          this.#mark(fault, passage, crossing, 'dropped');
          return;
        }
        const startUs = Math.max(nowUs, fault.freeUs);
        fault.freeUs = startUs + onLineUs(crossing.end - crossing.start, what.kbitPerSecond);
        this.#wait(fault, passage, crossing, startUs);
      }
    }
  }

  #wait(fault: RunningFault, passage: Passage, crossing: Crossing, dueUs: number, overtaking?: number): void {
    const { scheduler } = this.#deps;
    if (this.#waiting.size >= mostWaiting) {
      this.#mark(fault, passage, crossing, 'dropped');
      return;
    }
    const held = this.#mark(fault, passage, crossing, 'held');
    const release = () => this.#release(waiting);
    const waiting: Waiting = {
      ...{ fault, passage, crossing: held, overtaking },
      cancel: scheduler.at(dueUs, release),
    };
    this.#waiting.add(waiting);
    fault.waiting += 1;
  }

  #release(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting)) return;
    const { fault, passage, crossing, cancel } = waiting;
    cancel();
    fault.waiting -= 1;
    this.rearm();
    this.#goOn(passage, crossing, fault.order);
  }

  /** Counts a frame that overtakes those which wait for it; they go on when it has passed. */
  #overtake(fault: RunningFault, passage: Passage, { port }: Crossing): void {
    if (fault.spec.what.kind !== 'reorder' || fault.waiting === 0) return;
    for (const waiting of this.#waiting) {
      const { overtaking } = waiting;
      if (waiting.fault !== fault || overtaking === undefined) continue;
      if (waiting.passage !== passage || waiting.crossing.port !== port) continue;
      waiting.overtaking = overtaking - 1;
      if (overtaking === 1) this.#deps.scheduler.soon(() => this.#release(waiting));
    }
  }

  #corrupt(fault: RunningFault, passage: Passage, crossing: Crossing, asked: number | undefined): Crossing {
    const bytes = crossing.bytes.slice(crossing.start, crossing.end);
    const bit = asked ?? Math.floor(fault.random.next() * bytes.length * 8);
    bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (0x80 >>> (bit & 7));
    const parent = this.#deps.log.made(crossing.parent, 'fault', passage.node, crossing.port, 'edited', bytes);
    this.#count(fault, parent);
    return { ...withBytes(crossing, bytes, noBuffer), parent };
  }

  #mark(
    fault: RunningFault,
    passage: Passage,
    crossing: Crossing,
    verdict: 'dropped' | 'held' | 'duplicated',
  ): Crossing {
    const { log } = this.#deps;
    const cause = verdict === 'dropped' ? 'fault' : 'none';
    const parent = log.judge(crossing.parent, 'fault', passage.node, crossing.port, verdict, cause);
    this.#count(fault, parent);
    return { ...crossing, parent };
  }

  #count(fault: RunningFault, seq: number): void {
    fault.affected += 1;
    fault.lastSeq = seq;
  }

  /** A frame for all ports meets the faults of each link on its own. */
  #isFlood({ point, name }: Passage, { port, isWhole }: Crossing): boolean {
    if (point !== 'packet_out' || port !== portNumbers.Flood || !isWhole) return false;
    return this.all.some(
      ({ spec: { where } }) => where.kind === 'link' && where.switch === name && where.direction !== 'in',
    );
  }
}

const onLineUs = (lengthBytes: number, kbitPerSecond: number): number => ((lengthBytes * 8) / kbitPerSecond) * 1000;

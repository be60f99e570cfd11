import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';
import { type DropCause, points } from '../../packet/trace-batch.ts';
import { noBuffer } from '../../protocols/openflow/v10/bodies.ts';
import { type Crossing, type Interceptor, kept, type Passage, type Stage, withBytes } from '../../trace/intercept.ts';
import { newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import type { FrameMatch } from '../frame-match.ts';
import { flowKey } from './flow-key.ts';
import type { Breakpoint, BreakpointSpec, HeldWhy, HoldSettings, StepOutcome } from './hold.ts';

export interface HoldStageDeps {
  readonly log: PacketLog;
  readonly scheduler: Scheduler;
  readonly interceptor: Interceptor;
  /** Frames were held or went on, breakpoints were set. */
  readonly changed: () => void;
  readonly expired: (held: Held) => void;
}

/** A frame that waits at a point. */
export interface Held {
  readonly id: number;
  readonly passage: Passage;
  /** As it came; its parent is the record at point `hold`. */
  readonly crossing: Crossing;
  readonly why: HeldWhy;
  readonly flow: string;
  /** On the scheduler's clock. */
  readonly heldUs: number;
  deadlineUs: number;
  cancel: Cancel;
  /** What it is to become; undefined: as it came. */
  edited: Uint8Array | undefined;
}

interface SetBreakpoint {
  readonly spec: BreakpointSpec;
  readonly match: FrameMatch;
  hits: number;
}

/** How long the router's next frame is waited for after a step into it. */
const stepUs = 5_000_000;

/** The second stage: holds what fits a breakpoint, until somebody decides or its time is over (WB50–WB59). */
export class HoldStage implements Stage {
  settings: HoldSettings = { stopRouter: false, holdMs: 30_000, capacity: 256 };
  readonly #deps: HoldStageDeps;
  readonly #held = new Map<number, Held>();
  #breakpoints: SetBreakpoint[] = [];
  #lastId = 0;
  /** A frame is being stepped: the next point that it comes to holds it. */
  #isStepping = false;
  /** The router into which a frame was stepped, until `cancel`. */
  #awaited: { readonly node: string; readonly cancel: Cancel } | undefined;

  constructor(deps: HoldStageDeps) {
    this.#deps = deps;
  }

  get isArmed(): boolean {
    const isSet = this.#breakpoints.some(({ spec }) => spec.enabled);
    return isSet || this.#held.size > 0 || this.#isStepping || this.#awaited !== undefined;
  }
  get held(): readonly Held[] {
    return [...this.#held.values()];
  }
  get count(): number {
    return this.#held.size;
  }
  get enabled(): number {
    return this.#breakpoints.filter(({ spec }) => spec.enabled).length;
  }
  get breakpoints(): readonly Breakpoint[] {
    return this.#breakpoints.map(({ spec, hits }) => ({ ...spec, hits }));
  }
  /** Whether the router is to stand still now; a step into it needs it to run. */
  get stopsRouter(): boolean {
    return this.settings.stopRouter && this.#held.size > 0 && this.#awaited === undefined;
  }

  /** A breakpoint that is as it was keeps its count. */
  setBreakpoints(set: readonly { readonly spec: BreakpointSpec; readonly match: FrameMatch }[]): void {
    const before = this.#breakpoints;
    this.#breakpoints = set.map(({ spec, match }) => {
      const same = before.find((each) => each.spec.id === spec.id && each.spec.filter === spec.filter);
      return { spec, match, hits: same?.hits ?? 0 };
    });
    this.#changed();
  }

  /** Used-up breakpoints hold again. */
  resetHits(): void {
    for (const each of this.#breakpoints) each.hits = 0;
  }

  find(id: number): Held | undefined {
    return this.#held.get(id);
  }

  takes(passage: Passage, crossing: Crossing): boolean {
    const flow = this.#held.size > 0 ? flowKey(crossing.bytes, crossing.start, crossing.end) : '';
    const why = this.#whyHold(passage, crossing, flow);
    if (why === undefined) return false;
    this.#hold(passage, kept(crossing), why);
    return true;
  }

  /** Lets it go on, `times` times, then those of its flow that waited behind it. */
  forward(held: Held, times = 1): void {
    if (!this.#take(held)) return;
    this.#release(held, times);
    this.#followers(held);
  }

  drop(held: Held, cause: DropCause): void {
    if (!this.#take(held)) return;
    const { passage, crossing } = held;
    this.#deps.log.drop(crossing.parent, passage.node, crossing.port, cause);
    this.#followers(held);
  }

  /** Somebody works on it: its time begins anew, and that of those that only wait behind it. */
  renew(held: Held): void {
    const later = this.#inFlow(held).filter(({ id }) => id > held.id);
    const own = later.findIndex(({ why }) => why.kind !== 'behind');
    for (const each of [held, ...(own === -1 ? later : later.slice(0, own))]) {
      each.cancel();
      Object.assign(each, this.#timeFor(each.id));
    }
  }

  /** Forwards it and holds it at the next point that it comes to; `id` is its new one, when it is held again. */
  step(held: Held): StepOutcome {
    const { id, passage } = held;
    if (!this.#take(held)) return { outcome: 'left', id };
    const before = this.#lastId;
    const isIntoRouter = passage.point === 'to_router';
    if (isIntoRouter) this.#await(passage.name);
    else this.#isStepping = passage.point !== 'packet_out';
    this.#deps.interceptor.changed();
    const parent = this.#release(held, 1);
    this.#isStepping = false;
    const again = this.held.find((each) => each.id > before && each.why.kind === 'step');
    const isDropped = this.#wasDropped(parent);
    if (isIntoRouter && isDropped) this.#endAwait();
    this.#followers(held);
    this.#changed();
    if (again !== undefined) return { outcome: 'held', id: again.id };
    if (isDropped) return { outcome: 'dropped', id };
    return { outcome: isIntoRouter ? 'awaited' : 'left', id };
  }

  /** Nothing that is held goes on any more. */
  close(): void {
    this.#endAwait();
    for (const { cancel } of this.#held.values()) cancel();
    this.#held.clear();
    this.#breakpoints = [];
  }

  #whyHold(passage: Passage, crossing: Crossing, flow: string): HeldWhy | undefined {
    if (this.#isStepping) {
      this.#isStepping = false;
      return { kind: 'step' };
    }
    if (passage.point === 'from_router' && passage.name === this.#awaited?.node) {
      this.#endAwait();
      return { kind: 'step' };
    }
    for (const each of this.#breakpoints) {
      const { enabled, points, limit, id } = each.spec;
      if (!enabled || !points.includes(passage.point) || (limit > 0 && each.hits >= limit)) continue;
      if (!each.match(passage, crossing)) continue;
      each.hits += 1;
      return { kind: 'breakpoint', id };
    }
    for (const ahead of this.#held.values())
      if (ahead.passage === passage && ahead.crossing.port === crossing.port && ahead.flow === flow)
        return { kind: 'behind', id: ahead.id };
    return undefined;
  }

  #hold(passage: Passage, crossing: Crossing, why: HeldWhy): void {
    const { log, scheduler } = this.#deps;
    if (this.#held.size >= this.settings.capacity) {
      log.drop(crossing.parent, passage.node, crossing.port, 'hold queue full');
      return;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const seq = log.judge(crossing.parent, 'hold', passage.node, crossing.port, 'held');
    this.#held.set(id, {
      ...{ id, passage, why, heldUs: scheduler.nowUs(), edited: undefined },
      crossing: { ...crossing, parent: seq },
      flow: flowKey(crossing.bytes, crossing.start, crossing.end),
      ...this.#timeFor(id),
    });
    this.#changed();
  }

  #timeFor(id: number): Pick<Held, 'deadlineUs' | 'cancel'> {
    const { scheduler } = this.#deps;
    const holdUs = this.settings.holdMs * 1000;
    return { deadlineUs: scheduler.nowUs() + holdUs, cancel: scheduler.after(holdUs, () => this.#expire(id)) };
  }

  /** Returns the record that it left as. */
  #release(held: Held, times: number): number {
    const { passage } = held;
    const crossing = this.#leaving(held);
    const { parent, port } = crossing;
    this.#deps.interceptor.onward(passage, crossing, this);
    for (let copy = 1; copy < times; copy++) {
      const seq = this.#deps.log.judge(parent, 'hold', passage.node, port, 'duplicated');
      // A switch sends what it keeps once.
      this.#deps.interceptor.onward(passage, { ...crossing, parent: seq, bufferId: noBuffer }, this);
    }
    return parent;
  }

  /** Whether the last thing that happened was that the frame of this record was dropped. */
  #wasDropped(parent: number): boolean {
    const { log } = this.#deps;
    const last = newLoggedRecord();
    return log.look(log.nextSeq - 1, last) && points[last.point] === 'drop' && last.parents[0] === parent;
  }

  #expire(id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#deps.expired(held);
    this.drop(held, 'held too long');
  }

  /** Takes it out; false when somebody was quicker. */
  #take(held: Held): boolean {
    held.cancel();
    const wasHeld = this.#held.delete(held.id);
    if (wasHeld) this.#changed();
    return wasHeld;
  }

  /** What leaves: an edited frame is a record of its own. */
  #leaving({ edited, crossing, passage }: Held): Crossing {
    if (edited === undefined) return crossing;
    const parent = this.#deps.log.made(crossing.parent, 'hold', passage.node, crossing.port, 'edited', edited);
    return { ...withBytes(crossing, edited, noBuffer), parent };
  }

  /** Those of its flow that only waited behind it, up to the next that is held for itself. */
  #followers(held: Held): void {
    for (const next of this.#inFlow(held)) {
      if (next.why.kind !== 'behind') return;
      if (!this.#take(next)) return;
      this.#deps.interceptor.onward(next.passage, this.#leaving(next), this);
    }
  }

  /** What is held of its flow at its place, in order. */
  #inFlow({ passage, crossing: { port }, flow }: Held): readonly Held[] {
    return this.held.filter((each) => each.passage === passage && each.crossing.port === port && each.flow === flow);
  }

  #await(node: string): void {
    this.#endAwait();
    this.#awaited = { node, cancel: this.#deps.scheduler.after(stepUs, () => this.#endAwait()) };
  }

  #endAwait(): void {
    this.#awaited?.cancel();
    this.#awaited = undefined;
    this.#changed();
  }

  #changed(): void {
    this.#deps.interceptor.changed();
    this.#deps.changed();
  }
}

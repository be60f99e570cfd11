import { type Random, seededRandom } from '../../determinism/random.ts';
import type { Crossing, Passage } from '../../trace/intercept.ts';
import type { FrameMatch } from '../frame-match.ts';
import type { FaultInfo, FaultPlace, FaultSpec } from './fault.ts';

/** One fault at work: which frames it hits, and what it has done so far. */
export class RunningFault {
  readonly id: string;
  /** A frame meets the faults in this order. */
  readonly order: number;
  readonly spec: FaultSpec;
  readonly random: Random;
  readonly startUs: number;
  readonly endUs: number;
  /** When the last delayed frame goes on: those behind it wait no less. */
  lastDueUs = 0;
  /** When a limited line is free again. */
  freeUs = 0;
  /** Nothing passes before; undefined: not stalled yet. */
  stalledUntilUs: number | undefined;
  affected = 0;
  lastSeq = 0;
  waiting = 0;
  readonly #match: FrameMatch;
  #matched = 0;

  constructor(id: string, order: number, spec: FaultSpec, match: FrameMatch, nowUs: number) {
    this.id = id;
    this.order = order;
    this.spec = spec;
    this.random = seededRandom(spec.seed);
    this.#match = match;
    this.startUs = nowUs + spec.when.afterMs * 1000;
    this.endUs = spec.when.forMs === 0 ? Infinity : this.startUs + spec.when.forMs * 1000;
    const { what, which } = spec;
    const isChosen = which.filter !== '' || which.nth !== undefined || which.every !== undefined;
    if (what.kind === 'stall' && !isChosen && which.share === undefined)
      this.stalledUntilUs = this.startUs + what.ms * 1000;
  }

  state(nowUs: number): FaultInfo['state'] {
    if (nowUs < this.startUs) return 'scheduled';
    return nowUs < this.endUs && !this.#isUsedUp(nowUs) ? 'active' : 'over';
  }

  info(nowUs: number): FaultInfo {
    const { id, spec, affected, lastSeq, waiting } = this;
    return { ...spec, id, state: this.state(nowUs), matched: this.#matched, affected, lastSeq, waiting };
  }

  /** The others hit a connection or a process. */
  get hitsFrames(): boolean {
    const { kind } = this.spec.what;
    return kind !== 'disconnect' && kind !== 'kill';
  }

  isAt({ point, name }: Passage, port: number): boolean {
    const { where } = this.spec;
    const isSwitch = point === 'packet_in' || point === 'packet_out';
    const isIn = point === 'packet_in' || point === 'to_router';
    if (where.direction !== 'both' && (where.direction === 'in') !== isIn) return false;
    if (isSwitch !== isAtSwitch(where)) return false;
    switch (where.kind) {
      case 'link':
        return where.switch === name && where.port === port;
      case 'interface':
        return where.router === name && where.port === port;
      case 'controller':
        return true;
      default:
        return where.name === name;
    }
  }

  /** Whether it hits this frame, which counts from now on. */
  selects(passage: Passage, crossing: Crossing): boolean {
    if (!this.#match(passage, crossing)) return false;
    this.#matched += 1;
    const { nth, every, share } = this.spec.which;
    if (nth !== undefined) return this.#matched === nth;
    if (every !== undefined) return this.#matched % every === 0;
    return share === undefined || this.random.next() < share;
  }

  /** Whether nothing passes at the moment: what has waited goes first. */
  isStalled(nowUs: number): boolean {
    return this.stalledUntilUs !== undefined && (nowUs < this.stalledUntilUs || this.waiting > 0);
  }

  /** The nth frame comes once, and so does a stall. */
  #isUsedUp(nowUs: number): boolean {
    const { what, which } = this.spec;
    if (what.kind === 'kill') return this.affected > 0;
    if (this.waiting > 0) return false;
    if (what.kind === 'stall') return this.stalledUntilUs !== undefined && nowUs >= this.stalledUntilUs;
    return which.nth !== undefined && this.#matched >= which.nth;
  }
}

export const isAtSwitch = ({ kind }: FaultPlace): boolean =>
  kind === 'link' || kind === 'switch' || kind === 'controller';

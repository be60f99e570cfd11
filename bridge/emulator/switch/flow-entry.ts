import type { Cancel } from '../../determinism/scheduler.ts';
import type { Classified } from './classifier.ts';
import type { FlowMatch } from './flow-match.ts';
import { onlyOutput, type Program } from './program.ts';

/** What a controller asks for. */
export interface FlowSpec {
  readonly match: FlowMatch;
  readonly priority: number;
  /** Without any wildcard: stands above all others (§3.4). */
  readonly isExact: boolean;
  readonly cookie: bigint;
  /** Seconds, 0 for never. */
  readonly idleTimeoutS: number;
  readonly hardTimeoutS: number;
  readonly sendsRemoved: boolean;
  readonly program: Program;
}

const exactRank = 0x1_0000;

/** An entry of the flow table with its counters. */
export class FlowEntry implements Classified {
  readonly match: FlowMatch;
  readonly priority: number;
  readonly rank: number;
  readonly idleTimeoutS: number;
  readonly hardTimeoutS: number;
  readonly sendsRemoved: boolean;
  readonly createdUs: number;
  next: this | undefined = undefined;
  cookie: bigint;
  packets = 0;
  bytes = 0;
  usedUs: number;
  modifiedUs: number;
  expiry: Cancel | undefined = undefined;
  #program: Program;
  #onlyOutput: number;

  constructor(spec: FlowSpec, nowUs: number) {
    this.match = spec.match;
    this.priority = spec.priority;
    this.rank = spec.isExact ? exactRank : spec.priority;
    this.idleTimeoutS = spec.idleTimeoutS;
    this.hardTimeoutS = spec.hardTimeoutS;
    this.sendsRemoved = spec.sendsRemoved;
    this.cookie = spec.cookie;
    this.createdUs = nowUs;
    this.usedUs = nowUs;
    this.modifiedUs = nowUs;
    this.#program = spec.program;
    this.#onlyOutput = onlyOutput(spec.program);
  }

  get program(): Program {
    return this.#program;
  }

  /** See `onlyOutput` of program.ts. */
  get onlyOutput(): number {
    return this.#onlyOutput;
  }

  /** Counters and timeouts go on. */
  modify(program: Program, cookie: bigint, nowUs: number): void {
    this.#program = program;
    this.#onlyOutput = onlyOutput(program);
    this.cookie = cookie;
    this.modifiedUs = nowUs;
  }

  /** When it ends for want of frames, and in any case; Infinity for never. */
  get idleAtUs(): number {
    return this.idleTimeoutS === 0 ? Infinity : this.usedUs + this.idleTimeoutS * 1e6;
  }
  get hardAtUs(): number {
    return this.hardTimeoutS === 0 ? Infinity : this.modifiedUs + this.hardTimeoutS * 1e6;
  }
}

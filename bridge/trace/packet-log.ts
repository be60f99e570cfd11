import {
  codesOf,
  type DropCause,
  dropCauses,
  type Point,
  points,
  type Rule,
  rules,
  type TraceRecord,
  type Verdict,
  verdicts,
} from '../packet/trace-batch.ts';
import { claim } from './claim.ts';
import { FrameArena } from './frame-arena.ts';
import { FrameIndex, hashOf } from './frame-index.ts';
import { LogBatches } from './log-batches.ts';
import { LogCounts } from './log-counts.ts';
import type { LogIntake } from './log-intake.ts';
import type { LoggedRecord } from './logged-record.ts';
import { NodeNames } from './node-names.ts';
import { PacketComments } from './packet-comments.ts';

export interface PacketLogOptions {
  /** Records kept; the oldest are forgotten. */
  readonly records: number;
  /** Bytes kept of all frames together. */
  readonly frameBytes: number;
  /** Bytes kept of one frame. */
  readonly snapLength: number;
  /** Microseconds since the log began, monotonic. */
  readonly nowUs: () => number;
  /** Wall time (Unix ms) of `nowUs() === 0`. */
  readonly epochMs: number;
}

const parentsPerRecord = 2;
const exact = 100;
/** Memory is claimed for so many records before they come, in steps of so many; a storm brings 2,000 in a slot. */
const ahead = { records: 8192, step: 1024, bytesPerRecord: 128 } as const;
/** Stands for the point of a number whose record is not known. */
const unknownPoint = 0xff;

const pointCodes = codesOf<Point>(points);
const verdictCodes = codesOf<Verdict>(verdicts);
const causeCodes = codesOf<DropCause>(dropCauses);
const ruleCodes = codesOf<Rule>(rules);

/**
 * The append-only log of every packet, in memory that is claimed once: columns of numbers and one ring of frame bytes
 * (TR1). Appending costs no object. `seq` counts from 1 and is never used twice.
 */
export class PacketLog {
  readonly counts = new LogCounts();
  /** What people say of its records. */
  readonly comments = new PacketComments(() => this.#first);
  /** What is kept of it, to be given away. */
  readonly batches: LogBatches;
  readonly #records: number;
  readonly #snapLength: number;
  readonly #nowUs: () => number;
  readonly #arena: FrameArena;
  readonly #tUs: Float64Array;
  readonly #point: Uint8Array;
  readonly #verdict: Uint8Array;
  readonly #cause: Uint8Array;
  readonly #rule: Uint8Array;
  readonly #confidence: Uint8Array;
  readonly #node: Uint16Array;
  readonly #port: Uint16Array;
  readonly #length: Uint32Array;
  readonly #captured: Uint16Array;
  readonly #place: Float64Array;
  readonly #parents: Float64Array;
  readonly #parentCount: Uint8Array;
  readonly #nodes = new NodeNames();
  #first = 1;
  #next = 1;
  /** Places of records below this one were claimed from the system. */
  #claimed = 0;
  #index: FrameIndex | undefined;
  #intake: LogIntake | undefined;

  constructor(options: PacketLogOptions) {
    const records = Math.max(1, Math.floor(options.records));
    this.#records = records;
    this.#snapLength = Math.max(0, Math.min(options.snapLength, options.frameBytes, 0xffff));
    this.#nowUs = options.nowUs;
    this.batches = new LogBatches(this, options.epochMs, this.#nodes.names);
    this.#arena = new FrameArena(Math.max(1, options.frameBytes));
    this.#tUs = new Float64Array(records);
    this.#point = new Uint8Array(records);
    this.#verdict = new Uint8Array(records);
    this.#cause = new Uint8Array(records);
    this.#rule = new Uint8Array(records);
    this.#confidence = new Uint8Array(records);
    this.#node = new Uint16Array(records);
    this.#port = new Uint16Array(records);
    this.#length = new Uint32Array(records);
    this.#captured = new Uint16Array(records);
    this.#place = new Float64Array(records);
    this.#parents = new Float64Array(records * parentsPerRecord);
    this.#parentCount = new Uint8Array(records);
    this.claimAhead();
  }

  /** Seq of the oldest record kept. */
  get firstSeq(): number {
    return this.#first;
  }
  /** Seq of the next record; one more than that of the last. */
  get nextSeq(): number {
    return this.#next;
  }
  get logged(): number {
    return this.#next - 1;
  }
  /** Records that are no longer kept, because newer ones or their frames needed the memory. */
  get forgotten(): number {
    return this.#first - 1;
  }

  /** Claims what the next records need, between packets: a packet does not wait for the system's memory (TR16). */
  claimAhead(): void {
    this.#arena.claimAhead(ahead.records * ahead.bytesPerRecord);
    const [from, to] = [Math.max(this.#claimed, this.#next), Math.min(this.#next + ahead.records, this.#records)];
    if (to - from < ahead.step) return;
    this.#claimed = to;
    for (const column of [this.#tUs, this.#place, this.#length, this.#captured, this.#node, this.#port])
      claim(column, from, to);
    for (const column of [this.#point, this.#verdict, this.#cause, this.#rule, this.#confidence, this.#parentCount])
      claim(column, from, to);
    claim(this.#parents, from * parentsPerRecord, to * parentsPerRecord);
  }

  /** The number that stands for a node's name from now on. */
  node(name: string): number {
    return this.#nodes.numberOf(name);
  }

  /**
   * Logs a frame seen for the first time, copying at most the snap length of `bytes[start, end)`; `length` is that of
   * the frame on the wire. Returns its seq.
   */
  append(
    point: Point,
    node: number,
    port: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length = end - start,
  ): number {
    const intake = this.#intake;
    intake?.coming(point, node, port, bytes, start, end, length);
    const seq = this.observe(point, node, port, this.#nowUs(), bytes, start, end, length);
    intake?.came(seq, point, node, port);
    return seq;
  }

  /** `append` of what was seen outside of the bridge at `tUs`, which may be a little before the time of the last record. */
  observe(
    point: Point,
    node: number,
    port: number,
    tUs: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
  ): number {
    const stop = start + Math.min(end - start, this.#snapLength);
    const index = this.#index;
    const hash = index === undefined ? 0 : hashOf(bytes, start, stop);
    const same = index === undefined ? 0 : index.find(hash, bytes, start, stop, length);
    const place = same === 0 ? this.#arena.keep(bytes, start, stop) : (this.#place[same % this.#records] ?? 0);
    this.#forgetOverwritten();
    const at = this.#claim(point, node, port, tUs);
    this.#place[at] = place;
    this.#captured[at] = stop - start;
    this.#length[at] = length;
    this.#parentCount[at] = 0;
    this.#rule[at] = ruleCodes.none;
    this.#confidence[at] = 0;
    index?.enter(this.#next - 1, hash, same);
    return this.#next - 1;
  }

  /** Logs that the very frame of `parent` was seen at another point: an exact link, and no second copy (TR3). */
  follow(parent: number, point: Point, node: number, port: number): number {
    this.#intake?.before();
    const isKept = parent >= this.#first && parent < this.#next;
    const from = parent % this.#records;
    const place = isKept ? (this.#place[from] ?? 0) : 0;
    const captured = isKept ? (this.#captured[from] ?? 0) : 0;
    const length = isKept ? (this.#length[from] ?? 0) : 0;
    const at = this.#claim(point, node, port, this.#nowUs());
    this.#place[at] = place;
    this.#captured[at] = captured;
    this.#length[at] = length;
    this.#parentCount[at] = 1;
    this.#parents[at * parentsPerRecord] = parent;
    this.#rule[at] = ruleCodes['same frame'];
    this.#confidence[at] = exact;
    this.#index?.enterLike(this.#next - 1, parent);
    return this.#next - 1;
  }

  /** Logs that the frame of `parent` went no further, and why (TR4). */
  drop(parent: number, node: number, port: number, cause: DropCause): number {
    return this.judge(parent, 'drop', node, port, 'dropped', cause);
  }

  /** `follow` with a verdict of its own: what was held, dropped or doubled on purpose, and where. */
  judge(parent: number, point: Point, node: number, port: number, verdict: Verdict, cause: DropCause = 'none'): number {
    const seq = this.follow(parent, point, node, port);
    this.#judge(seq, verdict, cause);
    return seq;
  }

  /** Logs that a frame that was seen outside of the bridge went no further; what goes before is linked by `continues`. */
  ended(seq: number, cause: DropCause): void {
    this.#judge(seq, 'dropped', cause);
  }

  /** Logs a frame that was made here: of the frame of `parent` by `edited`, or (parent 0) of nothing. */
  made(parent: number, point: Point, node: number, port: number, verdict: Verdict, bytes: Uint8Array): number {
    this.#intake?.before();
    const seq = this.observe(point, node, port, this.#nowUs(), bytes, 0, bytes.length, bytes.length);
    const at = seq % this.#records;
    this.#verdict[at] = verdictCodes[verdict];
    if (parent === 0) return seq;
    this.#parentCount[at] = 1;
    this.#parents[at * parentsPerRecord] = parent;
    this.#rule[at] = ruleCodes.edited;
    this.#confidence[at] = exact;
    return seq;
  }

  /**
   * Takes in a record of another log as it was written, one after the other in the order of seq: a recorded run (WB290).
   * Numbers that are left out stay unknown; a leap of more than the log keeps begins it anew.
   */
  restore({
    seq,
    tUs,
    point,
    node,
    port,
    verdict,
    cause,
    rule,
    confidence,
    parents,
    length,
    frame,
  }: TraceRecord): void {
    if (seq < this.#next && this.logged > 0) throw new RangeError(`record ${seq} behind record ${this.#next - 1}`);
    if (this.#first === this.#next || seq - this.#next >= this.#records) {
      this.#first = seq;
      this.#next = seq;
    }
    while (this.#next < seq) this.#leaveOut();
    this.observe(point, this.node(node), port, tUs, frame, 0, frame.length, length);
    this.#judge(seq, verdict, cause);
    const at = seq % this.#records;
    this.#rule[at] = ruleCodes[rule];
    this.#confidence[at] = confidence;
    const count = Math.min(parents.length, parentsPerRecord);
    this.#parentCount[at] = count;
    for (let i = 0; i < count; i++) this.#parents[at * parentsPerRecord + i] = parents[i] ?? 0;
  }

  /** Links a record that is still kept to those that it is inferred to come from: at most two, confidence below 100 (TR29). */
  infer(seq: number, rule: Rule, confidence: number, parents: ArrayLike<number>, parentCount: number): void {
    if (seq < this.#first || seq >= this.#next) return;
    const at = seq % this.#records;
    const count = Math.min(parentCount, parentsPerRecord);
    this.#parentCount[at] = count;
    for (let i = 0; i < count; i++) this.#parents[at * parentsPerRecord + i] = parents[i] ?? 0;
    this.#rule[at] = ruleCodes[rule];
    this.#confidence[at] = Math.min(confidence, exact - 1);
  }

  /**
   * While an intake is given it is asked before each record, so that what was seen outside of the bridge until then comes
   * first; frames are stored once, and records of the same frame find one another by what is returned (TR10, TR11).
   */
  takeIn(intake: LogIntake): FrameIndex {
    this.#intake = intake;
    this.#index = new FrameIndex({
      records: this.#records,
      snapLength: this.#snapLength,
      arena: this.#arena,
      place: this.#place,
      captured: this.#captured,
      length: this.#length,
      tUs: this.#tUs,
      point: this.#point,
      node: this.#node,
      port: this.#port,
      firstSeq: () => this.#first,
      nextSeq: this.#next,
    });
    return this.#index;
  }

  /** The intake is over: the log is as if there had been none. */
  takeInNoMore(): void {
    this.#intake = undefined;
    this.#index = undefined;
  }

  /** Links a record exactly to the one of the same frame before it; `isShared`: others may continue that one, too. */
  continues(seq: number, origin: number, isShared = false): void {
    const at = seq % this.#records;
    this.#parentCount[at] = 1;
    this.#parents[at * parentsPerRecord] = origin;
    this.#rule[at] = ruleCodes['same frame'];
    this.#confidence[at] = exact;
    if (!isShared) this.#index?.setContinued(origin);
  }

  /** Microsecond stamp of a record that is still kept, else 0. */
  timeOf(seq: number): number {
    return seq >= this.#first && seq < this.#next ? (this.#tUs[seq % this.#records] ?? 0) : 0;
  }

  /** Fills `into` with a record; false when it is not kept any more, or not yet there. */
  look(seq: number, into: LoggedRecord): boolean {
    if (seq < this.#first || seq >= this.#next) return false;
    const at = seq % this.#records;
    if (this.#point[at] === unknownPoint) return false;
    const place = this.#place[at] ?? 0;
    // A frame that was held may be older than its record's neighbours.
    const captured = place >= this.#arena.oldest ? (this.#captured[at] ?? 0) : 0;
    into.seq = seq;
    into.tUs = this.#tUs[at] ?? 0;
    into.point = this.#point[at] ?? 0;
    into.node = this.#node[at] ?? 0;
    into.port = this.#port[at] ?? 0;
    into.verdict = this.#verdict[at] ?? 0;
    into.cause = this.#cause[at] ?? 0;
    into.rule = this.#rule[at] ?? 0;
    into.confidence = this.#confidence[at] ?? 0;
    into.length = this.#length[at] ?? 0;
    into.parentCount = this.#parentCount[at] ?? 0;
    for (let i = 0; i < parentsPerRecord; i++) into.parents[i] = this.#parents[at * parentsPerRecord + i] ?? 0;
    into.bytes = this.#arena.bytes;
    into.start = this.#arena.offsetOf(place);
    into.end = into.start + captured;
    return true;
  }

  /** Name of a node's number. */
  nodeName(node: number): string {
    return this.#nodes.names[node] ?? '';
  }

  #judge(seq: number, verdict: Verdict, cause: DropCause): void {
    const at = seq % this.#records;
    const code = causeCodes[cause];
    this.#verdict[at] = verdictCodes[verdict];
    this.#cause[at] = code;
    if (verdict === 'dropped') this.counts.dropped(code);
  }

  #claim(point: Point, node: number, port: number, tUs: number): number {
    const seq = this.#next;
    this.#next += 1;
    if (this.#next - this.#first > this.#records) this.#first += 1;
    const at = seq % this.#records;
    const code = pointCodes[point];
    this.counts.logged(code);
    this.#tUs[at] = tUs;
    this.#point[at] = code;
    this.#node[at] = node;
    this.#port[at] = port;
    this.#verdict[at] = verdictCodes.passed;
    this.#cause[at] = causeCodes.none;
    return at;
  }

  #leaveOut(): void {
    const at = this.#next % this.#records;
    this.#next += 1;
    if (this.#next - this.#first > this.#records) this.#first += 1;
    this.#point[at] = unknownPoint;
    this.#captured[at] = 0;
    this.#tUs[at] = this.#tUs[(this.#next - 2) % this.#records] ?? 0;
  }

  #forgetOverwritten(): void {
    const { oldest } = this.#arena;
    while (this.#first < this.#next) {
      const at = this.#first % this.#records;
      if ((this.#captured[at] ?? 0) === 0 || (this.#place[at] ?? 0) >= oldest) return;
      this.#first += 1;
    }
  }
}

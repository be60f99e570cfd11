import type { Point } from '../../packet/trace-batch.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { FrameIndex } from '../frame-index.ts';
import type { LogIntake } from '../log-intake.ts';
import type { PacketLog } from '../packet-log.ts';
import { RingReader } from './point-ring.ts';
import type { PointCounters, PointPlace, PointSource } from './point-source.ts';

const sending = { host: 'host.tx', switch: 'sw.tx' } as const;
/** So long a flooded frame is still leaving by further ports. */
const floodUs = 50_000;

/** Logs what was seen outside of the bridge, each frame behind the record of where it was just before (TR10–TR14). */
export class PointIntake implements LogIntake {
  readonly #log: PacketLog;
  readonly #frames: FrameIndex;
  readonly #ring: RingReader;
  readonly #places: readonly (PointPlace & { readonly log: number })[];
  readonly #zeroUs: number;
  readonly #nowUs: () => number;
  readonly #isLate: boolean;
  #isDraining = false;
  #seen = 0;
  #bypassed = 0;

  /** `zeroUs`: the log's zero on the machine's monotonic clock. */
  constructor(source: PointSource, log: PacketLog, nowUs: () => number, zeroUs: number) {
    this.#log = log;
    this.#ring = new RingReader(source.ring);
    this.#places = source.places.map((place) => ({ ...place, log: log.node(place.node) }));
    this.#nowUs = nowUs;
    this.#zeroUs = zeroUs;
    this.#isLate = source.arrival === 'late';
    this.#frames = log.takeIn(this);
  }

  get isLate(): boolean {
    return this.#isLate;
  }

  get counters(): PointCounters {
    return { seen: this.#seen, missed: this.#ring.missed, bypassed: this.#bypassed };
  }

  /** Logs all that was seen until now. */
  drain(): void {
    // What is logged here comes by again.
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (this.#ring.next()) this.#take();
    this.#isDraining = false;
  }

  before(): void {
    this.drain();
  }

  coming(
    point: Point,
    node: number,
    port: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
  ): void {
    this.drain();
    if (this.#isLate && point === 'packet_in' && length === end - start) this.#assumeWay(node, port, bytes, start, end);
  }

  came(seq: number, point: Point, node: number, port: number): void {
    if (point === 'packet_in') this.#link(seq, this.#frames.origin(seq, 'sw.rx', node, port, port));
  }

  close(): void {
    this.drain();
    this.#log.takeInNoMore();
  }

  /**
   * Where seeing takes time: a frame that came with a PACKET_IN was at its port, and before that at the other end of the
   * link, whether that was told already or not (TR15).
   */
  #assumeWay(node: number, port: number, bytes: Uint8Array, start: number, end: number): void {
    const log = this.#log;
    const place = this.#places.find((each) => each.kind === 'switch' && each.log === node && each.port === port);
    const peer = place && this.#places[place.peer];
    if (peer === undefined || this.#frames.seenAt('sw.rx', node, port, this.#nowUs(), bytes, start, end) !== 0) return;
    const point = sending[peer.kind];
    const sent = this.#frames.seenAt(point, peer.log, peer.port, this.#nowUs(), bytes, start, end);
    const first = sent || this.#assume(point, peer.log, peer.port, bytes, start, end);
    log.continues(this.#assume('sw.rx', node, port, bytes, start, end), first);
  }

  #take(): void {
    const { point, cause, atUs, bytes, start, end, length } = this.#ring;
    const place = this.#places[this.#ring.place];
    const peer = place === undefined ? undefined : this.#places[place.peer];
    if (place === undefined || peer === undefined) return;
    const tUs = Math.max(0, Math.min(atUs - this.#zeroUs, this.#nowUs()));
    this.#seen += 1;
    if (this.#isLate && this.#frames.seen(point, place.log, place.port, tUs, bytes, start, end, length) !== 0) return;
    const seq = this.#log.observe(point, place.log, place.port, tUs, bytes, start, end, length);
    if (point === 'host.rx' || point === 'sw.rx') this.#arrived(seq, peer);
    else if (point === 'sw.tx') this.#leftSwitch(seq, place.log, place.port, tUs);
    else if (point === 'drop') {
      this.#log.ended(seq, cause);
      this.#link(seq, this.#sent(seq, place));
    }
  }

  /** What a link delivers was sent into it; a second time when the link doubles. */
  #arrived(seq: number, from: PointPlace & { readonly log: number }): void {
    this.#link(seq, this.#sent(seq, from) || this.#sent(seq, from, true));
  }

  #sent(seq: number, { kind, log, port }: PointPlace & { readonly log: number }, last = false): number {
    return this.#frames.origin(seq, sending[kind], log, port, port, last);
  }

  /** By a PACKET_OUT for this port or for many, else by the switch itself. */
  #leftSwitch(seq: number, node: number, port: number, tUs: number): void {
    const log = this.#log;
    const frames = this.#frames;
    const told = frames.origin(seq, 'packet_out', node, port, port);
    if (told !== 0) {
      log.continues(seq, told);
      return;
    }
    const flooded = frames.origin(seq, 'packet_out', node, portNumbers.Max + 1, portNumbers.None, true);
    const waiting = frames.origin(seq, 'sw.rx', node, 0, portNumbers.Max);
    if (flooded !== 0 && (flooded > waiting || tUs - log.timeOf(flooded) < floodUs)) {
      log.continues(seq, flooded, true);
      return;
    }
    const passed = waiting || frames.origin(seq, 'sw.rx', node, 0, portNumbers.Max, true);
    if (passed === 0) return;
    this.#bypassed += 1;
    log.continues(seq, passed);
  }

  #assume(point: Point, node: number, port: number, bytes: Uint8Array, start: number, end: number): number {
    const seq = this.#log.observe(point, node, port, this.#nowUs(), bytes, start, end, end - start);
    this.#frames.assume(seq);
    return seq;
  }

  #link(seq: number, origin: number): void {
    if (origin !== 0) this.#log.continues(seq, origin);
  }
}

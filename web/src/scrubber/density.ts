import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { shapeOf } from '../ui/frame-shape.ts';
import type { ProtoShape } from '../ui/proto-glyph.tsx';

/** Shapes in the order of their counters. */
export const shapes: readonly ProtoShape[] = ['arp', 'icmp', 'icmp-error', 'tcp', 'udp', 'openflow', 'other'];

const binCount = 1024;
const firstBinUs = 50_000;

/** One column of the time line. */
export interface Column {
  readonly count: number;
  /** The protocol of most of its records. */
  readonly shape: ProtoShape;
  /** Something was dropped or held. */
  readonly marked: boolean;
}

/**
 * How many records a log had over time, by protocol, in a fixed number of bins (SCRUB4): when the log grows beyond them,
 * two become one. A record costs the same whatever the log's length.
 */
export class Density {
  readonly #counts = new Uint32Array(binCount * shapes.length);
  readonly #marks = new Uint8Array(binCount);
  #binUs = firstBinUs;

  /** Microseconds that a bin stands for. */
  get binUs(): number {
    return this.#binUs;
  }

  add(record: TraceRecord): void {
    while (record.tUs >= this.#binUs * binCount) this.#halve();
    const bin = Math.max(0, Math.floor(record.tUs / this.#binUs));
    const at = bin * shapes.length + shapes.indexOf(shapeOf(record.frame));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    if (record.verdict === 'dropped' || record.verdict === 'held') this.#marks[bin] = 1;
  }

  /** The time from `fromUs` to `toUs` in `columns` columns. */
  columns(fromUs: number, toUs: number, columns: number): Column[] {
    const width = Math.max(1, toUs - fromUs) / columns;
    return Array.from({ length: columns }, (_, column) => {
      const start = Math.floor((fromUs + column * width) / this.#binUs);
      const end = Math.max(start + 1, Math.floor((fromUs + (column + 1) * width) / this.#binUs));
      return this.#sum(start, Math.min(binCount, end));
    });
  }

  #sum(start: number, end: number): Column {
    let count = 0;
    let best = 0;
    let shape: ProtoShape = 'other';
    shapes.forEach((each, at) => {
      let own = 0;
      for (let bin = start; bin < end; bin++) own += this.#counts[bin * shapes.length + at] ?? 0;
      count += own;
      if (own > best) [best, shape] = [own, each];
    });
    return { count, shape, marked: this.#marks.subarray(start, end).includes(1) };
  }

  #halve(): void {
    for (let bin = 0; bin < binCount; bin++) {
      const pair = bin * 2;
      for (let at = 0; at < shapes.length; at++) {
        const sum =
          pair < binCount
            ? (this.#counts[pair * shapes.length + at] ?? 0) + (this.#counts[(pair + 1) * shapes.length + at] ?? 0)
            : 0;
        this.#counts[bin * shapes.length + at] = sum;
      }
      this.#marks[bin] = pair < binCount && (this.#marks[pair] === 1 || this.#marks[pair + 1] === 1) ? 1 : 0;
    }
    this.#binUs *= 2;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#marks.fill(0);
    this.#binUs = firstBinUs;
  }
}

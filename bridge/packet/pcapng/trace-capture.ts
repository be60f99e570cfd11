import type { TraceRecord } from '../trace-batch.ts';
import { type CaptureName, type Direction, ethernet } from './blocks.ts';
import { PcapngWriter } from './writer.ts';

export interface TraceCaptureOptions {
  /** Wall time (Unix ms) of t = 0 of the records. */
  readonly epochMs: number;
  readonly application: string;
  /** Of the whole file, for people. */
  readonly comment: string;
  readonly names: readonly CaptureName[];
}

/** Which way a frame went at a point, as its node sees it. */
const directionAt: Readonly<Partial<Record<TraceRecord['point'], Direction>>> = {
  'host.tx': 'out',
  'sw.rx': 'in',
  packet_in: 'in',
  to_router: 'in',
  from_router: 'out',
  packet_out: 'out',
  'sw.tx': 'out',
  'host.rx': 'in',
};

/** Records of the log as pcapng: one interface a point and node, and what people and the log say of a record as its comments (PK43). */
export class TraceCapture {
  readonly #writer = new PcapngWriter();
  readonly #interfaces = new Map<string, number>();
  readonly #epochMs: number;
  #lastNs: bigint;

  constructor({ epochMs, application, comment, names }: TraceCaptureOptions) {
    this.#epochMs = epochMs;
    this.#lastNs = nanosecondsOf(epochMs, 0);
    this.#writer.section(application, comment);
    this.#writer.names(names);
  }

  /** Bytes that `take` would return now. */
  get byteLength(): number {
    return this.#writer.byteLength;
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    return this.#writer.take();
  }

  /** `said`: what people say of it; Wireshark shows that first. */
  record(record: TraceRecord, said?: string): void {
    const { point, node, tUs, length, frame } = record;
    this.#lastNs = nanosecondsOf(this.#epochMs, tUs);
    this.#writer.packet({
      interface: this.#interface(point, node),
      timeNs: this.#lastNs,
      length,
      frame,
      direction: directionAt[point] ?? 'unknown',
      comments: said === undefined ? [commentOf(record)] : [said, commentOf(record)],
    });
  }

  /** Ends the file; nothing may follow but `take`. */
  end(): void {
    this.#writer.statistics(this.#lastNs);
  }

  #interface(point: string, node: string): number {
    const name = `${node} ${point}`;
    const known = this.#interfaces.get(name);
    if (known !== undefined) return known;
    const description = `Frames at ${node}, point ${point}`;
    // What was cut of a frame, its own two lengths say.
    const number = this.#writer.interface({ name, description, linkType: ethernet, snapLength: 0 });
    this.#interfaces.set(name, number);
    return number;
  }
}

/** `seq 12; port 2; dropped: no router; from 9 by forward, inferred 95 %`: what Wireshark shows as the packet's comment. */
export function commentOf({ seq, port, verdict, cause, parents, rule, confidence }: TraceRecord): string {
  const parts = [`seq ${seq}`, `port ${port}`, cause === 'none' ? verdict : `${verdict}: ${cause}`];
  if (parents.length > 0) {
    const how = confidence === 100 ? 'observed' : `inferred ${confidence} %`;
    parts.push(`from ${parents.join(', ')} by ${rule}, ${how}`);
  }
  return parts.join('; ');
}

/** Both clocks are exact to a microsecond. */
function nanosecondsOf(epochMs: number, tUs: number): bigint {
  return BigInt(Math.round(epochMs * 1000)) * 1000n + BigInt(Math.round(tUs * 1000));
}

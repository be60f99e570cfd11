import type { Scheduler } from '../../determinism/scheduler.ts';
import { noOptions, type TcpOptions } from './options.ts';
import { receiveWindowScale } from './receiver.ts';
import { isAfter, isBefore } from './sequence.ts';

/** Of an IPv4 header without options. */
export const headerBytes = 20;
/** Timestamps with two NOPs. */
const timestampsBytes = 12;
/** SACK's kind and length with two NOPs, and each of its blocks. */
const sackBytes = 4;
const sackBlockBytes = 8;
const maxSackBlocks = 3;
/** RFC 9293 §3.7.1: of a peer that says nothing. */
const defaultMss = 536;
/** Below that a segment would carry less than its headers (Linux: min_snd_mss). */
const leastMss = 48;
/** A timestamp that was seen so long ago says nothing any more: half its range is near (RFC 7323 §5.5). */
const recentUs = 24 * 86_400 * 1_000_000;

/** What both sides of a connection agree upon in their SYNs, and the timestamps that follow (RFC 7323, RFC 2018). */
export class Agreement {
  readonly #scheduler: Scheduler;
  /** What this side can take: of its interface. */
  readonly #ownMss: number;
  /** What may be sent, options included. */
  #mss: number;
  #hasTimestamps = true;
  #hasSack = true;
  #isScaling = true;
  #sendScale = 0;
  #recent = 0;
  #recentAtUs = 0;

  constructor(scheduler: Scheduler, mss: number) {
    this.#scheduler = scheduler;
    this.#ownMss = mss;
    this.#mss = mss;
  }

  get hasSack(): boolean {
    return this.#hasSack;
  }

  /** Of the windows that the peer tells. */
  get sendScale(): number {
    return this.#sendScale;
  }

  /** Bytes of data in a full segment. */
  get segmentBytes(): number {
    return this.#mss - (this.#hasTimestamps ? timestampsBytes : 0);
  }

  /** Takes the peer's SYN. */
  take(options: TcpOptions): void {
    this.#mss = Math.max(leastMss, Math.min(this.#mss, options.mss ?? defaultMss));
    this.#hasTimestamps = options.timestamp !== undefined;
    this.#recent = options.timestamp ?? 0;
    this.#recentAtUs = this.#scheduler.nowUs();
    this.#hasSack = options.sackPermitted;
    this.#isScaling = options.windowScale !== undefined;
    this.#sendScale = options.windowScale ?? 0;
  }

  narrow(mss: number): void {
    this.#mss = Math.max(leastMss, Math.min(this.#mss, mss));
  }

  /** A window as it is written: rounded up, since an edge must not move back (RFC 7323 §2.4). */
  scaled(window: number): number {
    if (!this.#isScaling) return Math.min(window, 0xffff);
    return Math.min(Math.ceil(window / (1 << receiveWindowScale)), 0xffff);
  }

  /** PAWS (RFC 7323 §5): the segment is from before what was seen. */
  isOld({ timestamp }: Pick<TcpOptions, 'timestamp'>): boolean {
    if (!this.#hasTimestamps || timestamp === undefined || !isBefore(timestamp, this.#recent)) return false;
    return this.#scheduler.nowUs() - this.#recentAtUs < recentUs;
  }

  isNewer({ timestamp }: TcpOptions): boolean {
    return this.#hasTimestamps && timestamp !== undefined && isAfter(timestamp, this.#recent);
  }

  /** A segment that covers the byte that was acknowledged last (RFC 7323 §4.3). */
  saw({ timestamp }: TcpOptions): void {
    if (!this.#hasTimestamps || timestamp === undefined || this.isOld({ timestamp })) return;
    this.#recent = timestamp;
    this.#recentAtUs = this.#scheduler.nowUs();
  }

  /** An answer to a SYN offers only what the SYN did. */
  synOptions(isAnswer: boolean): TcpOptions {
    return {
      mss: this.#ownMss,
      windowScale: !isAnswer || this.#isScaling ? receiveWindowScale : undefined,
      sackPermitted: !isAnswer || this.#hasSack,
      timestamp: !isAnswer || this.#hasTimestamps ? this.#now() : undefined,
      timestampEcho: isAnswer ? this.#recent : 0,
      sack: noOptions.sack,
    };
  }

  /** Beside `dataLength` bytes there is room for so many SACK blocks only. */
  options(dataLength: number, gaps: { sackEdges(blocks: number): readonly number[] } | undefined): TcpOptions {
    const room = Math.floor((this.segmentBytes - dataLength - sackBytes) / sackBlockBytes);
    const hasBlocks = gaps !== undefined && this.#hasSack && room > 0;
    return {
      mss: undefined,
      windowScale: undefined,
      sackPermitted: false,
      timestamp: this.#hasTimestamps ? this.#now() : undefined,
      timestampEcho: this.#recent,
      sack: hasBlocks ? gaps.sackEdges(Math.min(room, maxSackBlocks)) : noOptions.sack,
    };
  }

  #now(): number {
    return Math.floor(this.#scheduler.nowUs() / 1000) >>> 0;
  }
}

import type { PastScreen } from '../contract/moments.ts';
import type { PtySize } from './pty.ts';
import { Screen } from './screen.ts';

/** Output that is kept, with the screens it continues: at most this much a terminal. */
const keptBytes = 1024 * 1024;
/** A screen is taken again after so much output: no past moment costs more than this to draw. */
const segmentBytes = 64 * 1024;
/** What a step takes in memory beside its output, about: many small ones are no less than a large one. */
const stepBytes = 100;

type Step = { readonly atMs: number; readonly data: Uint8Array } | { readonly atMs: number; readonly size: PtySize };

interface Segment {
  readonly atMs: number;
  readonly size: PtySize;
  /** Draws what was there when the segment began. */
  readonly screen: string;
  readonly steps: Step[];
  bytes: number;
}

/**
 * What a terminal showed at any moment of its latest output (TERM18): stretches of timed output, each behind the screen
 * that it continues. Nothing is parsed a second time until somebody asks.
 */
export class Recording {
  readonly #segments: Segment[] = [];
  #bytes = 0;
  #forgot = false;

  /** `size`: that of the empty screen at `atMs`, Unix milliseconds, as all times here. */
  constructor(size: PtySize, atMs: number) {
    this.#begin('', size, atMs);
  }

  /** Takes output that the terminal's screen has just parsed; `draw` gives that screen when one is due. */
  note(data: Uint8Array, atMs: number, size: PtySize, draw: () => string): void {
    this.#step({ atMs, data }, data.length + stepBytes, size, draw);
  }

  /** The screen has this size from now on; `draw` as for `note`. */
  resized(size: PtySize, atMs: number, draw: () => string): void {
    this.#step({ atMs, size }, stepBytes, size, draw);
  }

  /** The screen as it was. */
  async at(atMs: number): Promise<PastScreen> {
    const segment = this.#segments.findLast((each) => each.atMs <= atMs);
    if (segment === undefined) {
      const { cols, rows } = this.#segments[0]?.size ?? { cols: 80, rows: 24 };
      return { state: this.#forgot ? 'forgotten' : 'early', screen: '', cols, rows };
    }
    const screen = new Screen(segment.size, 'recent');
    try {
      screen.write(Buffer.from(segment.screen), () => {});
      for (const step of segment.steps) {
        if (step.atMs > atMs) break;
        if ('data' in step) screen.write(step.data, () => {});
        else {
          // A screen takes its size at once: what was written before must be drawn first.
          await parsed(screen);
          screen.resize(step.size);
        }
      }
      await parsed(screen);
      return { state: 'kept', screen: screen.draw(), ...screen.size };
    } finally {
      screen.close();
    }
  }

  #step(step: Step, bytes: number, size: PtySize, draw: () => string): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined || segment.bytes + bytes > segmentBytes) this.#begin(draw(), size, step.atMs);
    else {
      segment.steps.push(step);
      this.#grow(segment, bytes);
    }
  }

  #begin(screen: string, size: PtySize, atMs: number): void {
    const segment: Segment = { atMs, size, screen, steps: [], bytes: 0 };
    this.#segments.push(segment);
    this.#grow(segment, screen.length);
  }

  #grow(segment: Segment, bytes: number): void {
    segment.bytes += bytes;
    this.#bytes += bytes;
    while (this.#bytes > keptBytes && this.#segments.length > 1) {
      this.#bytes -= this.#segments.shift()?.bytes ?? 0;
      this.#forgot = true;
    }
  }
}

function parsed(screen: Screen): Promise<void> {
  return new Promise((resolve) => screen.whenParsed(resolve));
}

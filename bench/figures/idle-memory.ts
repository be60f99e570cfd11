import { setTimeout as delay } from 'node:timers/promises';
import { type Figure, figure, quantile } from '../figure.ts';

/** Memory in lines of 64 bytes, as processors cache it. */
const lines = 512;
const wordsPerLine = 16;
const restMs = 100;
const walks = 40;

/**
 * What a line of memory costs that was used 100 ms ago, beside one that was used just now, ns: 32 KiB, which any
 * processor's innermost cache holds, unless others fill it in between. Without it a reader of a ping at 10 a second cannot
 * tell what of it is the machine's.
 */
export async function measureIdleMemory(runs: number): Promise<Figure> {
  const next = ring();
  for (let i = 0; i < 10_000; i++) walk(next); // compiled before the clock starts
  const rested: number[] = [];
  const atOnce: number[] = [];
  for (let i = 0; i < runs; i++) {
    const here: number[] = [];
    const there: number[] = [];
    for (let j = 0; j < walks; j++) {
      await delay(restMs);
      there.push(walk(next));
      here.push(walk(next));
    }
    rested.push(quantile(there, 0.5));
    atOnce.push(quantile(here, 0.5));
  }
  return figure('memory-line-after-100ms', 'ns', rested, {
    peer: { name: 'the same line at once', values: atOnce, inTurns: true },
  });
}

/** A walk through all lines in an order that no processor foresees: each line's first word tells the next. */
function ring(): Int32Array {
  const order = Array.from({ length: lines }, (_, line) => line);
  for (let last = lines - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * last);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  const next = new Int32Array(lines * wordsPerLine);
  order.forEach((line, at) => {
    next[line * wordsPerLine] = (order[(at + 1) % lines] ?? 0) * wordsPerLine;
  });
  return next;
}

/** Nanoseconds a line of one walk. */
function walk(next: Int32Array): number {
  const began = process.hrtime.bigint();
  let at = 0;
  for (let i = 0; i < lines; i++) at = next[at] ?? 0;
  const tookNs = Number(process.hrtime.bigint() - began);
  if (at !== 0) throw new Error(`The walk ended at ${at} and not where it began`);
  return tookNs / lines;
}

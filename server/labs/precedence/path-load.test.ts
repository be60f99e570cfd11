import { expect, test } from 'vitest';
import { PathLoad } from './path-load.ts';

const lookMs = 200;

/** What is needed after each look, `.` for nothing; `loads` are shares of a processor and for how many looks. */
function needs(...loads: readonly (readonly [bySwitch: number, looks: number, byBusiest?: number])[]): string {
  const load = new PathLoad({ fullMs: 1000, calmMs: 2000 });
  let nowMs = 5_000;
  let seen = '';
  for (const [bySwitch, looks, byBusiest = bySwitch] of loads)
    for (let look = 0; look < looks; look++) {
      seen += load.needsPrecedence({ bySwitch, byBusiest }, nowMs) ? 'P' : '.';
      nowMs += lookMs;
    }
  return seen;
}

test('[RUN21] a lab that carries little needs no precedence', () => {
  expect(needs([0.2, 20])).toBe('.'.repeat(20));
});

test('[RUN21] one that carries a lot has it from the next look on, and for a while after', () => {
  expect(needs([0.1, 2], [0.6, 5], [0.1, 12])).toBe(`..${'P'.repeat(5 + 9)}...`);
});

test('[RUN21] a router or a bridge that is busy with something else is no reason', () => {
  expect(needs([0.1, 20, 0.8])).toBe('.'.repeat(20));
});

test('[RUN21] a moment at full speed is no storm', () => {
  expect(needs([0.6, 2], [1, 4], [0.6, 10])).toBe('P'.repeat(16));
});

test('[RUN21] a router in a loop ends it, too', () => {
  expect(needs([0.6, 10, 1])).toBe(`${'P'.repeat(5)}${'.'.repeat(5)}`);
});

test('[RUN21] in a storm it goes back among all others, until some time after', () => {
  expect(needs([0.6, 1], [1, 10], [0.6, 12])).toBe(`P${'P'.repeat(4)}${'.'.repeat(6)}${'.'.repeat(9)}PPP`);
});

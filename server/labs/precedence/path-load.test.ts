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

test('[RUN21] one that carries a lot for a second has it, and for two after', () => {
  expect(needs([0.1, 2], [0.6, 10], [0.1, 15])).toMatch(/^\.{6}P{6}P{10,12}\.{3,5}$/);
});

test('[RUN21] a rush is not a lot', () => {
  expect(needs([0.2, 10], [0.8, 1], [0.2, 10])).toBe('.'.repeat(21));
});

test('[RUN21] a router or a bridge that is busy with something else is no reason', () => {
  expect(needs([0.1, 20, 0.8])).toBe('.'.repeat(20));
});

test('[RUN21] a moment at full speed is no storm', () => {
  expect(needs([0.6, 10], [1, 4], [0.6, 10])).toMatch(/^\.{4}P{20}$/);
});

test('[RUN21] a router in a loop ends it, too', () => {
  expect(needs([0.6, 10], [0.6, 10, 1])).toMatch(/^\.{4}P{10}\.{6}$/);
});

test('[RUN21] in a storm it goes back among all others, until some time after', () => {
  expect(needs([0.6, 10], [1, 10], [0.6, 12])).toMatch(/^\.{4}P{6}P{4}\.{6}\.{9}P{3}$/);
});

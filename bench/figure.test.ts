import { expect, test } from 'vitest';
import { figure } from './figure.ts';

test('[BENCH1] a figure is the median of its runs, with its ratio to a peer and whether the goal is met', () => {
  const peer = { name: 'peer', values: [10, 30, 20] };
  expect(figure('x', 'ms', [4, 1, 3, 2], { goal: { atMost: 2.5 }, peer })).toEqual({
    id: 'x',
    unit: 'ms',
    median: 2.5,
    min: 1,
    max: 4,
    runs: 4,
    peer: { name: 'peer', median: 20 },
    ratio: 0.125,
    goal: '≤ 2.5',
    met: true,
  });
  expect(figure('x', 'ms', [12], { goal: { ratioAtMost: 1.2 }, peer: { name: 'alone', values: [9] } })).toMatchObject({
    ratio: 1.333,
    goal: 'ratio ≤ 1.2',
    met: false,
  });
  expect(figure('y', '/s', [9], { goal: { atLeast: 10 } })).toMatchObject({ goal: '≥ 10', met: false });
});

test('[BENCH1] of runs in turns with a peer each has its own ratio: what the machine did meanwhile met both', () => {
  const peer = { name: 'peer', values: [10, 20, 30], inTurns: true };
  expect(figure('x', 'ms', [11, 22, 90], { goal: { ratioAtMost: 1.2 }, peer })).toMatchObject({
    median: 22,
    peer: { name: 'peer', median: 20 },
    ratio: 1.1,
    met: true,
  });
  expect(figure('x', 'ms', [30, 20, 10], { goal: { ratioAtMost: 1.2 }, peer })).toMatchObject({ ratio: 1, met: true });
  expect(figure('x', 'ms', [30, 40, 31], { goal: { ratioAtMost: 1.2 }, peer })).toMatchObject({ ratio: 2, met: false });
});

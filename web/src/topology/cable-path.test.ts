import { expect, test } from 'vitest';
import { badgePlace, cableCurve, pointAt, smoothPath, wavyPath } from './cable-path.ts';

const curve = cableCurve({ x: 0, y: 0 }, { x: 100, y: 40 }, 'right', 'left');

test('[MAP8] a wave begins and ends where its cable does and stays beside it', () => {
  const points = wavyPath(curve)
    .slice(1)
    .split('L')
    .map((each) => each.split(' ').map(Number));
  expect(points[0]).toEqual([0, 0]);
  expect(points.at(-1)).toEqual([100, 40]);
  const offs = points.map(([x = 0, y = 0], i) => {
    const on = pointAt(curve, i / (points.length - 1));
    return Math.hypot(x - on.x, y - on.y);
  });
  expect(Math.max(...offs)).toBeGreaterThan(3);
  expect(Math.max(...offs)).toBeLessThan(3.6);
});

test('[MAP8] a badge stands under a level cable and on the middle of any other', () => {
  const level = cableCurve({ x: 0, y: 0 }, { x: 100, y: 6 }, 'right', 'left');
  expect([badgePlace(level), badgePlace(curve)]).toEqual(['below', 'on']);
});

test('[MAP2] a cable leaves its jacks straight; two jacks on one side bow out', () => {
  expect(smoothPath(curve)).toBe('M0 0C50 0 50 40 100 40');
  const { c1, c2 } = cableCurve({ x: 0, y: 0 }, { x: 0, y: 40 }, 'left', 'left');
  expect([c1.x, c2.x]).toEqual([-60, -60]);
  expect(pointAt(curve, 0.5)).toEqual({ x: 50, y: 20 });
});

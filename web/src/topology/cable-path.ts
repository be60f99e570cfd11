import type { Jack } from './layout.ts';

type Side = Jack['side'];
interface Point {
  readonly x: number;
  readonly y: number;
}
/** A cubic curve: both ends and the points that pull it. */
export interface Curve {
  readonly a: Point;
  readonly c1: Point;
  readonly c2: Point;
  readonly b: Point;
}

/** Of a wave on a cable, in pixels; it fades within the first and the last of its length. */
const wave = { length: 10, height: 3.4, fade: 1 / 8, samplesPerWave: 12 };

/** How far the ends of a level cable may be apart in height, in pixels. */
const mostLevel = 20;

/** A cable between two jacks: leaves each straight, with control points halfway. Two jacks on one side bow out. */
export function cableCurve(a: Point, b: Point, aSide: Side, bSide: Side): Curve {
  const flat = aSide === 'left' || aSide === 'right';
  const half = flat ? Math.abs(b.x - a.x) / 2 : Math.abs(b.y - a.y) / 2;
  const reach = aSide === bSide ? 60 : half;
  const out = (point: Point, side: Side): Point => {
    if (side === 'left') return { x: point.x - reach, y: point.y };
    if (side === 'right') return { x: point.x + reach, y: point.y };
    return { x: point.x, y: point.y + (side === 'top' ? -reach : reach) };
  };
  return { a, c1: out(a, aSide), c2: out(b, bSide), b };
}

/** Where a badge at a cable's middle hides least: under a level one, on the middle of any other. */
export function badgePlace({ a, b }: Curve): 'below' | 'on' {
  return Math.abs(b.y - a.y) > mostLevel ? 'on' : 'below';
}

/** SVG path data of a curve. */
export function smoothPath({ a, c1, c2, b }: Curve): string {
  return `M${a.x} ${a.y}C${c1.x} ${c1.y} ${c2.x} ${c2.y} ${b.x} ${b.y}`;
}

/** The point at `t`, 0 to 1. */
export function pointAt({ a, c1, c2, b }: Curve, t: number): Point {
  const u = 1 - t;
  const at = (p: number, q: number, r: number, s: number) =>
    u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
  return { x: at(a.x, c1.x, c2.x, b.x), y: at(a.y, c1.y, c2.y, b.y) };
}

/** SVG path data of a wave along a curve that begins and ends on it (MAP8). */
export function wavyPath(curve: Curve): string {
  const waves = Math.max(2, Math.round(lengthOf(curve) / wave.length));
  const samples = waves * wave.samplesPerWave;
  let path = '';
  for (let i = 0; i <= samples; i++) {
    const t = i / samples;
    const here = pointAt(curve, t);
    const before = pointAt(curve, Math.max(0, t - 0.01));
    const after = pointAt(curve, Math.min(1, t + 0.01));
    const [dx, dy] = [after.x - before.x, after.y - before.y];
    const length = Math.hypot(dx, dy) || 1;
    const envelope = Math.min(1, Math.min(t, 1 - t) / wave.fade);
    const off = Math.sin(2 * Math.PI * waves * t) * wave.height * envelope;
    path += `${i === 0 ? 'M' : 'L'}${(here.x - (dy / length) * off).toFixed(1)} ${(here.y + (dx / length) * off).toFixed(1)}`;
  }
  return path;
}

function lengthOf(curve: Curve): number {
  const steps = 16;
  let sum = 0;
  for (let i = 1; i <= steps; i++) {
    const [from, to] = [pointAt(curve, (i - 1) / steps), pointAt(curve, i / steps)];
    sum += Math.hypot(to.x - from.x, to.y - from.y);
  }
  return sum;
}

import { type Point, points } from '../../packet/trace-batch.ts';

/** Where a capture is made: `host` is both ways of a host's interface, as a capture on it has them (WB31). */
const vantagePoints = ['host', 'sw.rx', 'packet_in', 'to_router', 'from_router', 'packet_out', 'sw.tx'] as const;
export type VantagePoint = (typeof vantagePoints)[number];

/** Of what was done to a frame on its way there is no capture: it was seen before. */
const vantageOf = (point: Point): VantagePoint | undefined => {
  if (point === 'host.tx' || point === 'host.rx') return 'host';
  return vantagePoints.find((each) => each === point);
};
const codes: readonly (number | undefined)[] = points.map((point) => {
  const vantage = vantageOf(point);
  return vantage === undefined ? undefined : vantagePoints.indexOf(vantage);
});

/** The number of the vantage of a point (its index in `points`) at a node; undefined where there is none. */
export function vantageAt(point: number, node: number): number | undefined {
  const code = codes[point];
  return code === undefined ? undefined : node * vantagePoints.length + code;
}

/** The number of a vantage at a node. */
export const vantageNumber = (point: VantagePoint, node: number): number =>
  node * vantagePoints.length + vantagePoints.indexOf(point);

/** What a vantage's number stands for. */
export const vantageNamed = (vantage: number): { readonly point: VantagePoint; readonly node: number } => ({
  point: vantagePoints[vantage % vantagePoints.length] ?? 'host',
  node: Math.floor(vantage / vantagePoints.length),
});

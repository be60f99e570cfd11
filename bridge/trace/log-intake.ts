import type { Point } from '../packet/trace-batch.ts';

/** Who logs what is seen outside of the bridge. */
export interface LogIntake {
  /** A record comes: what was seen until now is logged first. */
  before(): void;
  /** The same, for a frame that the bridge has for the first time; `came`: it is logged. */
  coming(point: Point, node: number, port: number, bytes: Uint8Array, start: number, end: number, length: number): void;
  came(seq: number, point: Point, node: number, port: number): void;
}

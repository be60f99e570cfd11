import { useEffect, useReducer, useRef } from 'react';
import type { RowsInSight } from './use-rows-in-sight.ts';

/** So long nothing has moved before the rows' elements are put in order, milliseconds. */
const restMs = 300;

/** Row of each place in the order of `places`; places without a row are left out. A row's place is its index modulo `slots`. */
export function rowsIn(places: readonly number[], { first, last, slots }: RowsInSight): number[] {
  const turn = first - (first % slots);
  return places
    .map((place) => (turn + place < first ? turn + slots + place : turn + place))
    .filter((row) => row <= last);
}

/** All places, that of the first row in sight first. */
export function placesFrom({ first, slots }: RowsInSight): number[] {
  return Array.from({ length: slots }, (_, i) => (first + i) % slots);
}

/**
 * The rows in sight in the order in which their elements stand in the document. A row that comes takes the element of one
 * that leaves, and no element moves while rows do: made or moved, it is styled and laid out anew. When they rest the
 * elements are put in order, for whoever reads or marks from one to the next (TRACE6).
 */
export function useRowPlaces(sight: RowsInSight): number[] {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const { first, slots } = sight;
  const places = useRef<readonly number[]>([]);
  if (places.current.length !== slots) places.current = placesFrom(sight);
  const latest = useRef(sight);
  latest.current = sight;
  useEffect(() => {
    if (places.current[0] === first % slots) return;
    const timer = setTimeout(() => {
      places.current = placesFrom(latest.current);
      redraw();
    }, restMs);
    return () => clearTimeout(timer);
  }, [first, slots]);
  return rowsIn(places.current, sight);
}

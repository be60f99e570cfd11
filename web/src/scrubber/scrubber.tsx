import { lazy, Suspense, useSyncExternalStore } from 'react';
import { useFetchedAtRest } from '../state/rest.ts';
import { traceStore } from '../state/trace-store.ts';

const fetchBar = async () => ({ default: (await import('./time-line-bar.tsx')).TimeLineBar });
const TimeLineBar = lazy(fetchBar);

/** The log over time, and the moment that everything shows; nothing while there is nothing to scrub (SCRUB1). */
export function Scrubber() {
  const empty = useSyncExternalStore(traceStore.subscribe, () => traceStore.ring.size === 0);
  useFetchedAtRest(fetchBar);
  return empty ? null : (
    <Suspense>
      <TimeLineBar />
    </Suspense>
  );
}

import { Suspense, useSyncExternalStore } from 'react';
import { useFetchedAtRest } from '../state/rest.ts';
import { traceStore } from '../state/trace-store.ts';
import { part } from '../ui/part.tsx';

const TimeLineBar = part(async () => (await import('./time-line-bar.tsx')).TimeLineBar);

/** The log over time, and the moment that everything shows; nothing while there is nothing to scrub (SCRUB1). */
export function Scrubber() {
  const empty = useSyncExternalStore(traceStore.subscribe, () => traceStore.ring.size === 0);
  useFetchedAtRest(TimeLineBar.fetch);
  return empty ? null : (
    <Suspense>
      <TimeLineBar />
    </Suspense>
  );
}

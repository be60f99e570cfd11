import { useEffect, useSyncExternalStore } from 'react';
import { useFetchedAtRest, waitForPart } from './rest.ts';

/** What reads packets and filters; a tenth of a lab's code, of which a lab without packets needs nothing (UI49). */
type Reading = typeof import('./reading-code.ts')['readingCode'];

let here: Reading | undefined;
let coming: Promise<Reading> | undefined;
let failure: unknown;
const listeners = new Set<() => void>();

/** What reads packets and filters. Only for those who waited for it. */
export function reading(): Reading {
  if (here === undefined) throw new Error('The code that reads packets was not waited for.');
  return here;
}

export const canRead = (): boolean => here !== undefined;

/** Fetches what reads packets and filters, once. */
export function fetchReading(): Promise<Reading> {
  coming ??= fetchOnce();
  return coming;
}

async function fetchOnce(): Promise<Reading> {
  const arrived = waitForPart();
  try {
    here = (await import('./reading-code.ts')).readingCode;
    return here;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    for (const listener of listeners) listener();
    arrived();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Whether packets and filters can be read; fetches what does when it is wanted, or the page has rested. Throws when that failed. */
export function useReading(isWanted: boolean): boolean {
  useEffect(() => {
    if (isWanted) fetchReading().catch(() => undefined);
  }, [isWanted]);
  useFetchedAtRest(fetchReading);
  const can = useSyncExternalStore(subscribe, canRead);
  const why = useSyncExternalStore(subscribe, () => failure);
  if (isWanted && !can && why !== undefined) throw why;
  return can;
}

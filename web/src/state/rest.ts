import { useEffect, useSyncExternalStore } from 'react';

/** Nothing of the layout was waited for during so long: it stands, milliseconds. */
const stillMs = 400;

let waiting = 0;
let isRested = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** A part of the layout whose code is on its way: the page does not rest before the returned function is called. */
export function waitForPart(): () => void {
  waiting += 1;
  clearTimeout(timer);
  return () => {
    waiting -= 1;
    lookForRest();
  };
}

/** Once its layout stands and the browser has nothing to do, the page has rested, for good (UI49). */
export function lookForRest(): void {
  clearTimeout(timer);
  if (isRested || waiting > 0) return;
  timer = setTimeout(() => whenIdle(rested), stillMs);
}

function rested(): void {
  if (waiting > 0 || isRested) return;
  isRested = true;
  for (const listener of listeners) listener();
}

/** A browser without requestIdleCallback has at least drawn what was asked before. */
function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work);
  else setTimeout(work);
}

/** Tells once that the page has rested: at once if it has. The returned function stops waiting. */
export function onceRested(listener: () => void): () => void {
  if (isRested) {
    listener();
    return () => undefined;
  }
  return subscribe(listener);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Whether the page has rested: what nobody looks at yet may be fetched and drawn. */
export function useRested(): boolean {
  return useSyncExternalStore(subscribe, () => isRested);
}

/** Fetches code once the page has rested. Whoever needs it, later, hears when it does not come. */
export function useFetchedAtRest(fetchCode: () => Promise<unknown>): void {
  useEffect(() => onceRested(() => void fetchCode().catch(() => undefined)), [fetchCode]);
}

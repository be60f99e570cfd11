import { useEffect, useState, useSyncExternalStore } from 'react';
import { serverNowMs } from './server-clock.ts';

/** Whether a media query holds, now and when it changes. */
function useMedia(media: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(media);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(media).matches,
  );
}

/** Under 900 px the page shows one pane at a time. */
export function useNarrow(): boolean {
  return useMedia('(max-width: 899px)');
}

/** Under 1,200 px the top bar has no room for a readiness chip each. */
export function useCompact(): boolean {
  return useMedia('(max-width: 1199px)');
}

/** The time of this page in Unix milliseconds, told again each `everyMs` while `on`. */
export const useNow = (everyMs: number, on = true): number => useClock(Date.now, everyMs, on);

/** The same by the server's clock, for what it dated. */
export const useServerNow = (everyMs: number, on = true): number => useClock(serverNowMs, everyMs, on);

function useClock(clock: () => number, everyMs: number, on: boolean): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    if (!on) return;
    setNow(clock());
    const timer = setInterval(() => setNow(clock()), everyMs);
    return () => clearInterval(timer);
  }, [clock, everyMs, on]);
  return now;
}

import { useEffect, useState, useSyncExternalStore } from 'react';

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

/** The time in Unix milliseconds, told again each `everyMs` while `on`. */
export function useNow(everyMs: number, on = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!on) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, on]);
  return now;
}

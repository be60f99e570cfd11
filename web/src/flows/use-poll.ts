import { useEffect, useRef } from 'react';
import { whyReadOnly } from '../state/recording.ts';

/** Asks again this long after an answer, milliseconds: a switch is not asked more often anyway (WB164). */
const restMs = 1_000;

/**
 * Does `ask` again and again while `active` and while the page is in sight, one after the other. `wake` does it at once.
 * `ask` handles its own faults.
 */
export function usePoll(active: boolean, key: string, ask: () => Promise<void>): { readonly wake: () => void } {
  const latest = useRef(ask);
  latest.current = ask;
  const wake = useRef(() => {});
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another thing to ask about
  useEffect(() => {
    if (!active) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    let again = false;
    const step = async () => {
      if (over) return;
      if (asking) {
        again = true;
        return;
      }
      clearTimeout(timer);
      asking = true;
      if (document.visibilityState === 'visible') await latest.current();
      asking = false;
      if (over) return;
      // What was recorded answers the same each time.
      if (again || whyReadOnly() === undefined) timer = setTimeout(step, again ? 0 : restMs);
      again = false;
    };
    wake.current = () => void step();
    void step();
    return () => {
      over = true;
      wake.current = () => {};
      clearTimeout(timer);
    };
  }, [active, key]);
  return { wake: () => wake.current() };
}

import type { RefObject } from 'react';
import { useWalkCommands, type Walk } from '../state/walk-commands.ts';

interface Stops extends Omit<Walk, 'count' | 'at' | 'begins' | 'goTo'> {
  /** What holds the stops: its elements with `data-stop`. */
  readonly host: RefObject<HTMLElement | null>;
  /** Whether somebody is at this stop. */
  readonly isAt: (stop: HTMLElement) => boolean;
}

/** Keys take the focus from stop to stop. */
export function useStops({ host, isAt, ...walk }: Stops): void {
  const stops = () => [...(host.current?.querySelectorAll<HTMLElement>('[data-stop]') ?? [])];
  useWalkCommands({
    ...walk,
    begins: 'first',
    count: () => stops().length,
    at: () => stops().findIndex(isAt),
    goTo: (index) => {
      const stop = stops()[index];
      stop?.focus();
      stop?.scrollIntoView({ block: 'nearest' });
    },
  });
}

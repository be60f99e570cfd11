import { type RefObject, useLayoutEffect, useState } from 'react';

type Host = RefObject<HTMLElement | null>;

/**
 * What `measure` finds in an element: before it is painted first, and again whenever its size changes; `first` until then.
 * Where it finds nothing what it found before stays. One function for the whole life of the element, else it listens anew.
 */
export function useMeasured<T>(host: Host, first: T, measure: (element: HTMLElement) => T | undefined): T {
  const [found, setFound] = useState(first);
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    const look = () => {
      const now = measure(element);
      if (now !== undefined) setFound(() => now);
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [host, measure]);
  return found;
}

const widthOf = (element: HTMLElement): number => element.clientWidth;

/** Width of an element, CSS pixels; 0 before it is drawn and while it is hidden. */
export const useWidth = (host: Host): number => useMeasured(host, 0, widthOf);

import { type RefObject, useLayoutEffect, useReducer, useRef } from 'react';
import { flushSync } from 'react-dom';

export interface RowsInSight {
  /** The first and the last row to draw; none when `last` is before `first`. */
  readonly first: number;
  readonly last: number;
  /** As many rows as can be in sight at once, wherever the window stands. */
  readonly slots: number;
}

export interface RowsOptions {
  readonly count: number;
  /** All rows are of one height, pixels. */
  readonly rowHeight: number;
  /** Rows drawn beyond the edges, so that scrolling finds them there. */
  readonly overscan: number;
  /** The end is in sight, whatever the scroller says: it comes there with this drawing. */
  readonly atEnd: boolean;
}

/** Rows of a window that shows `height` pixels from `top` on. */
export function rowsAt(top: number, height: number, { count, rowHeight, overscan }: RowsOptions): RowsInSight {
  const first = Math.floor(top / rowHeight);
  const last = Math.ceil((top + height) / rowHeight) - 1;
  return {
    first: Math.max(0, first - overscan),
    last: Math.min(count - 1, last + overscan),
    slots: Math.ceil(height / rowHeight) + 1 + 2 * overscan,
  };
}

/**
 * Which rows are in sight, and again when that changes. Rows of one height need no measuring: a list that grows ten
 * thousand rows a second must not cost more with each of them, and the end that is followed is drawn at once, not after
 * a scroll that had to be drawn first (TRACE6).
 */
export function useRowsInSight(scroller: RefObject<HTMLElement | null>, options: RowsOptions): RowsInSight {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const window = useRef({ top: 0, height: 0 });
  const { count, rowHeight, atEnd } = options;
  const { height } = window.current;
  const most = Math.max(0, count * rowHeight - height);
  const rows = rowsAt(atEnd ? most : Math.min(window.current.top, most), height, options);
  const drawn = useRef({ rows, options });
  drawn.current = { rows, options };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const hasMoved = (): boolean => {
      const { rows: now, options: latest } = drawn.current;
      const next = rowsAt(window.current.top, window.current.height, latest);
      return next.first !== now.first || next.last !== now.last;
    };
    const look = () => {
      if (hasMoved()) redraw();
    };
    const scrolled = ({ isTrusted }: Event) => {
      window.current.top = element.scrollTop;
      // A person's scroll is drawn in its own frame, or there would be nothing in it; the page's own is being drawn already.
      if (isTrusted && hasMoved()) flushSync(redraw);
      else look();
    };
    const resized = new ResizeObserver(() => {
      window.current = { top: element.scrollTop, height: element.clientHeight };
      look();
    });
    window.current = { top: element.scrollTop, height: element.clientHeight };
    look();
    resized.observe(element);
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', scrolled);
    };
  }, [scroller]);
  return rows;
}

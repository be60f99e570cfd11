import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { drawPaced } from '../state/pace.ts';
import type { TraceRows } from './use-trace-rows.ts';

/** What the top of the window shows, so that it can be kept in place while rows come and go above it. */
interface Anchor {
  readonly seq: number;
  /** Pixels of the row that are above the edge. */
  readonly offset: number;
}

export interface Following {
  readonly follow: boolean;
  /** Rows that came since following stopped. */
  readonly fresh: number;
  /** Goes to the end and stays there. */
  start(): void;
  stop(): void;
  /** Brings a row into sight, if it is not. */
  reveal(row: number): void;
}

/** How near to the end counts as the end, pixels: less than any step of a wheel. */
const slack = 1.5;

/**
 * Keeps the newest row in sight, until somebody scrolls up or picks a row: then what is in sight stays where it is, and what
 * comes is counted (TRACE6). To be used before the virtualizer: its drawing must find the scroll noted already.
 */
export function useFollow(rows: TraceRows, scroller: RefObject<HTMLDivElement | null>, rowHeight: number): Following {
  const { log, view, model } = rows;
  const [follow, setFollow] = useState(true);
  // The state comes with the next drawing; a drawing in between must know already, or it would undo the scroll.
  const follows = useRef(true);
  const [stoppedSeq, setStoppedSeq] = useState(0);
  const anchor = useRef<Anchor | undefined>(undefined);
  const lastTop = useRef(0);
  const lastCount = useRef(0);
  const latest = useRef({ rows, rowHeight });
  latest.current = { rows, rowHeight };

  const stop = useCallback(() => {
    follows.current = false;
    setFollow(false);
    setStoppedSeq((seq) => (seq === 0 ? latest.current.rows.log.ring.lastSeq : seq));
  }, []);
  const start = useCallback(() => {
    follows.current = true;
    setFollow(true);
    setStoppedSeq(0);
  }, []);

  const remember = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    lastTop.current = element.scrollTop;
    const { rows: now, rowHeight: height } = latest.current;
    const first = Math.max(0, Math.floor(element.scrollTop / height));
    for (let row = first; row < now.model.count; row++) {
      const found = now.model.at(row);
      if (found.kind !== 'packet') continue;
      const seq = now.view.seqAt(found.position);
      if (seq !== undefined) anchor.current = { seq, offset: element.scrollTop - row * height };
      return;
    }
  }, [scroller]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - slack;
    if (element.scrollTop < lastTop.current && !atEnd) stop();
    else if (atEnd && element.scrollTop > lastTop.current) start();
    remember();
  }, [scroller, stop, start, remember]);
  useLayoutEffect(() => {
    const element = scroller.current;
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => element?.removeEventListener('scroll', onScroll);
  }, [scroller, onScroll]);

  const reveal = useCallback(
    (row: number) => {
      const element = scroller.current;
      if (!element) return;
      const height = latest.current.rowHeight;
      const top = row * height;
      const { scrollTop, clientHeight } = element;
      if (top >= scrollTop && top + height <= scrollTop + clientHeight) return;
      const above = top < scrollTop;
      const near = above ? scrollTop - top < clientHeight : top - scrollTop < 2 * clientHeight;
      if (!near) element.scrollTop = top - clientHeight / 2;
      else element.scrollTop = above ? top - height : top + 2 * height - clientHeight;
      remember();
    },
    [scroller, remember],
  );

  /** At the end, or with the same row at the top as before. */
  const place = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { view, model } = latest.current.rows;
    const height = latest.current.rowHeight;
    // A scroll whose event is still to come counts already; with other rows it is the browser that moved.
    if (model.count === lastCount.current && Math.abs(element.scrollTop - lastTop.current) > 1) onScroll();
    lastCount.current = model.count;
    if (follows.current) element.scrollTop = element.scrollHeight;
    else if (anchor.current) {
      const top = model.rowOf(view.positionOf(anchor.current.seq)) * height + anchor.current.offset;
      if (Math.abs(top - element.scrollTop) >= 1) element.scrollTop = top;
    }
    const moved = element.scrollTop !== lastTop.current;
    lastTop.current = element.scrollTop;
    if (follows.current || !anchor.current) remember();
    // The browser tells of it after this frame; told now, the rows of the new place are drawn in this one and not a void.
    if (moved) element.dispatchEvent(new Event('scroll'));
  }, [scroller, onScroll, remember]);
  // To go to the end the browser has to lay out the rows that came: not in the task that draws them.
  useLayoutEffect(() => {
    if (follows.current) drawPaced.measure(place);
    else place();
  });
  // Another height alone draws nothing here, and the browser keeps the top and not the end.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const resized = new ResizeObserver(place);
    resized.observe(element);
    return () => resized.disconnect();
  }, [scroller, place]);

  const allInSight = model.count * rowHeight <= (scroller.current?.clientHeight ?? 0);
  const fresh =
    allInSight || follow || stoppedSeq === 0 ? 0 : Math.max(0, view.matched - view.positionOf(stoppedSeq + 1));
  return { follow: follow && !log.paused, fresh, start, stop, reveal };
}

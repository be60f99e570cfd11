import { useEffect, useMemo, useReducer, useRef } from 'react';
import { useLab } from '../state/lab-store.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { useTrace, useTraceFilter } from '../state/trace-store.ts';
import type { Names } from './names.ts';
import { rowCells, rowText } from './row-cells.ts';
import { type Marker, markersOf, RowModel } from './row-model.ts';
import { summaryOnce } from './summaries.ts';
import { parseTextFilter, passesFilter } from './text-filter.ts';
import { TraceView } from './trace-view.ts';

/** Runs when the browser has drawn and heard its keys. */
function afterInput(work: () => void): void {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    work();
  };
  channel.port2.postMessage(undefined);
}

function shownMarkers(markers: readonly Marker[], text: string): readonly Marker[] {
  const filter = parseTextFilter(text);
  if (filter.length === 0) return markers;
  return markers.filter((marker) =>
    passesFilter(filter, marker.afterSeq, () => `${marker.text} ${marker.reason}`.toLowerCase()),
  );
}

export interface TraceRows {
  readonly log: TraceLog;
  readonly view: TraceView;
  readonly model: RowModel;
}

/** The rows of the list: the log through the filter, with what happened to the lab between them. */
export function useTraceRows(names: Names): TraceRows {
  const log = useTrace();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const latestNames = useRef(names);
  const mounted = useRef(true);
  const view = useMemo(
    () =>
      new TraceView({
        log,
        textOf: (record) => rowText(rowCells(record, summaryOnce(record), latestNames.current)),
        now: () => performance.now(),
        defer: (work) =>
          afterInput(() => {
            if (mounted.current) work();
          }),
        changed: () => {
          if (mounted.current) redraw();
        },
      }),
    [log],
  );
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const text = useTraceFilter((state) => state.text);
  // Before drawing, not after it: rows, counts and markers must be of one moment. Each does nothing the second time.
  view.update();
  if (latestNames.current !== names) {
    latestNames.current = names;
    view.renamed();
  }
  view.setFilter(text);

  const events = useLab((state) => state.events);
  const startedMs = useLab((state) => state.status?.startedMs ?? 0);
  const { gaps } = log;
  const markers = useMemo(
    () => shownMarkers(markersOf(events, gaps, startedMs), text),
    [events, gaps, startedMs, text],
  );
  const model = new RowModel(view.matched, markers, (seq) => view.positionOf(seq + 1));
  return { log, view, model };
}

import { useEffect } from 'react';
import { useRegisterCommands } from '../state/commands.ts';
import { copyText } from '../state/copy-text.ts';
import { bringPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { marksOf, setMarks, useMarks } from '../state/marks.ts';
import { notify } from '../state/notices.ts';
import { once } from '../state/once.ts';
import { select, useSelection } from '../state/selection.ts';
import { readSeqs, seqsText } from '../state/seqs.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { traceStore } from '../state/trace-store.ts';
import { readViewLink, searchWith, type ViewLink } from '../state/view-link.ts';
import { restoreKept } from './kept-view.ts';

/** The view as it is now: what is selected, filtered and laid out. */
export function currentView(): ViewLink {
  const { current } = useSelection.getState();
  const filter = useTraceFilter.getState().text.trim();
  const run = useLab.getState().status?.startedMs ?? 0;
  const { marked } = marksOf(useMarks.getState(), traceStore.epochMs);
  const { preset, handle } = useDock.getState();
  const dock = handle?.short() ?? '';
  return {
    ...(current?.kind === 'packet' && { packet: current.seq }),
    ...(filter !== '' && { filter }),
    layout: preset,
    ...(dock !== '' && { dock }),
    ...(marked.size > 0 && { marked: seqsText(marked) }),
    ...((current?.kind === 'packet' || marked.size > 0) && run > 0 && { run: Math.round(run) }),
  };
}

/**
 * Brings about what a link says: filter and packet at once, the layout when there is a frame, marks when there is a log,
 * and a word when the packet is of another run of the lab. The returned function stops waiting.
 */
export function restoreView(view: ViewLink): () => void {
  const { filter, packet, layout, dock, marked, run } = view;
  if (filter !== undefined) useTraceFilter.getState().setText(filter);
  if (packet !== undefined) select({ kind: 'packet', seq: packet });
  const stops: (() => void)[] = [];
  if (layout !== undefined || dock !== undefined || packet !== undefined) {
    stops.push(
      once(
        () => useDock.getState().handle !== undefined,
        useDock.subscribe,
        () => {
          const { handle, preset } = useDock.getState();
          if (layout !== undefined && layout !== preset) handle?.preset(layout);
          if (dock !== undefined) handle?.takeLayout(dock);
          if (packet !== undefined) bringPanel('packet');
        },
      ),
    );
  }
  if (marked !== undefined) {
    stops.push(
      once(
        () => traceStore.epochMs !== 0,
        traceStore.subscribe,
        () => setMarks(traceStore.epochMs, readSeqs(marked)),
      ),
    );
  }
  if (run !== undefined) {
    const started = () => Math.round(useLab.getState().status?.startedMs ?? 0);
    stops.push(
      once(
        () => useLab.getState().status !== undefined,
        useLab.subscribe,
        () => {
          if (started() === run) return;
          notify({
            title: 'This link is of another run of the lab',
            detail: `It was made in the run of ${new Date(run).toLocaleString()}. The numbers of packets begin anew with each run.`,
          });
        },
      ),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Restores the view that the address names when a lab is opened, or the one that was there when it is come back to (UI57),
 * and offers a link to the view of now (UI40).
 */
export function useViewLink(lab: string): void {
  useEffect(() => restoreKept(lab) ?? restoreView(readViewLink(location.search)), [lab]);
  useCopyLink();
}

/** Offers a link to the view of now. */
export function useCopyLink(): void {
  useRegisterCommands([
    {
      id: 'view.copy-link',
      title: 'Copy a link to this view',
      group: 'Selection',
      run: () => {
        const search = searchWith(currentView(), location.search);
        return void copyText(`${location.origin}${location.pathname}${search}`, 'Link');
      },
    },
  ]);
}

import { useEffect } from 'react';
import { isRecord } from '../state/is-record.ts';
import { useLab } from '../state/lab-store.ts';
import { type Marks, useMarks } from '../state/marks.ts';
import { once } from '../state/once.ts';
import { readSelection, type Selection, select, useSelection } from '../state/selection.ts';
import { readSeqs, seqsText } from '../state/seqs.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { readViewLink } from '../state/view-link.ts';

/** What a tab shows of a lab beside its layout, which every tab of this browser shares. */
interface KeptView {
  /** The search part of the lab's address then. */
  readonly search: string;
  /** When the lab had been started, Unix ms; 0 unless it was known. In another run numbers are other packets. */
  readonly run: number;
  readonly filter: string;
  readonly selection: Selection | undefined;
  readonly epochMs: number;
  readonly marked: string;
  readonly reference: Marks['reference'];
}

const keyOf = (lab: string): string => `patchbay.view.${lab}`;

const runOf = (): number => useLab.getState().status?.startedMs ?? 0;

/** Keeps the view of a lab in its tab. */
export function keepView(lab: string, search: string): void {
  const { epochMs, marked, reference } = useMarks.getState();
  const selection = useSelection.getState().current;
  const filter = useTraceFilter.getState().text;
  const view: KeptView = { search, run: runOf(), filter, selection, epochMs, marked: seqsText(marked), reference };
  try {
    sessionStorage.setItem(keyOf(lab), JSON.stringify(view));
  } catch {
    // Without storage it begins anew.
  }
}

/** Keeps the view of a lab when it is left, or its page is (UI57). To be used before what empties the stores then. */
export function useKeepView(lab: string): void {
  useEffect(() => {
    // When the lab is left the address is that of what comes.
    const { search } = location;
    const keep = (): void => keepView(lab, search);
    addEventListener('pagehide', keep);
    return () => {
      removeEventListener('pagehide', keep);
      keep();
    };
  }, [lab]);
}

/** Reads what was kept; undefined unless it is a view. An older Patchbay may have written it. */
function readKept(value: unknown): KeptView | undefined {
  if (!isRecord(value)) return undefined;
  const { search, run, filter, epochMs, marked, reference, selection } = value;
  if (typeof search !== 'string' || typeof run !== 'number' || typeof filter !== 'string') return undefined;
  if (typeof epochMs !== 'number' || typeof marked !== 'string') return undefined;
  return {
    search,
    run,
    filter,
    epochMs,
    marked,
    reference: readReference(reference),
    selection: readSelection(selection),
  };
}

function readReference(value: unknown): Marks['reference'] {
  if (!isRecord(value)) return undefined;
  const { seq, tUs } = value;
  return typeof seq === 'number' && typeof tUs === 'number' ? { seq, tUs } : undefined;
}

function takeKept(lab: string): KeptView | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(lab)) ?? 'null');
    sessionStorage.removeItem(keyOf(lab));
    return readKept(kept);
  } catch {
    // What cannot be read was not written by us.
    return undefined;
  }
}

/** Whether the address names a view, and not the one that was named there when this was kept. */
function namesAnother({ search }: KeptView): boolean {
  return search !== location.search && Object.keys(readViewLink(location.search)).length > 0;
}

let hasShownLab = false;

/** Whether somebody comes back: to a lab within this page, or to a page that was there before. */
function comesBack(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  const again = hasShownLab || (navigation !== undefined && 'type' in navigation && navigation.type !== 'navigate');
  hasShownLab = true;
  return again;
}

/**
 * Brings back what the tab showed of a lab before it was left, or its page loaded again: the filter at once, selection and
 * marks when it is known that they are of this run. The returned function stops waiting; undefined when there is nothing to
 * bring back, or the address names something else.
 */
export function restoreKept(lab: string, again = comesBack()): (() => void) | undefined {
  const kept = takeKept(lab);
  if (!again || kept === undefined || namesAnother(kept)) return undefined;
  const { run, filter, selection, epochMs, marked, reference } = kept;
  if (filter !== '') useTraceFilter.getState().setText(filter);
  if (run === 0) return () => undefined;
  return once(
    () => runOf() !== 0,
    useLab.subscribe,
    () => {
      if (runOf() !== run) return;
      useMarks.setState({ epochMs, marked: new Set(readSeqs(marked)), reference });
      // Who selected something meanwhile wants that.
      if (useSelection.getState().current === undefined) select(selection);
    },
  );
}

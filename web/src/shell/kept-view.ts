import { useEffect } from 'react';
import { isRecord } from '../state/is-record.ts';
import { useLab } from '../state/lab-store.ts';
import { type Marks, useMarks } from '../state/marks.ts';
import { once } from '../state/once.ts';
import { readSelection, type Selection, select, useSelection } from '../state/selection.ts';
import { readSeqs, seqsText } from '../state/seqs.ts';
import { useTraceFilter } from '../state/trace-filter.ts';

/** What a tab shows of a lab beside its layout, which every tab of this browser shares. */
interface KeptView {
  readonly lab: string;
  /** When the lab had been started, Unix ms; 0 unless it was known. In another run numbers are other packets. */
  readonly run: number;
  readonly filter: string;
  readonly selection: Selection | undefined;
  readonly epochMs: number;
  readonly marked: string;
  readonly reference: Marks['reference'];
}

const key = 'patchbay.view';

const runOf = (): number => useLab.getState().status?.startedMs ?? 0;

function viewOf(lab: string): KeptView {
  const { epochMs, marked, reference } = useMarks.getState();
  const selection = useSelection.getState().current;
  const filter = useTraceFilter.getState().text;
  return { lab, run: runOf(), filter, selection, epochMs, marked: seqsText(marked), reference };
}

/** Keeps the view of a lab in its tab. */
export function keepView(lab: string): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(viewOf(lab)));
  } catch {
    // Without storage a reload begins anew.
  }
}

/** Keeps the view of a lab when the page goes, for the case that it comes again (UI57). */
export function useKeepView(lab: string): void {
  useEffect(() => {
    const keep = (): void => keepView(lab);
    addEventListener('pagehide', keep);
    return () => removeEventListener('pagehide', keep);
  }, [lab]);
}

/** Reads what was kept; undefined unless it is a view of this lab. An older Patchbay may have written it. */
function readKept(value: unknown, lab: string): KeptView | undefined {
  if (!isRecord(value) || value.lab !== lab) return undefined;
  const { run, filter, epochMs, marked, reference, selection } = value;
  if (typeof run !== 'number' || typeof filter !== 'string') return undefined;
  if (typeof epochMs !== 'number' || typeof marked !== 'string') return undefined;
  return {
    lab,
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
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    sessionStorage.removeItem(key);
    return readKept(kept, lab);
  } catch {
    // What cannot be read was not written by us.
    return undefined;
  }
}

/** Whether this page is one that was there before: loaded again, or come back to. */
function isAgain(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation !== undefined && 'type' in navigation && navigation.type !== 'navigate';
}

/**
 * Brings back what the tab showed of a lab before its page was loaded again: the filter at once, selection and marks when
 * it is known that they are of this run. The returned function stops waiting; undefined when there is nothing to bring back.
 */
export function restoreKept(lab: string, again = isAgain()): (() => void) | undefined {
  const kept = takeKept(lab);
  if (!again || kept === undefined) return undefined;
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

import { decodeTraceBatch } from '../../../bridge/packet/trace-batch.ts';
import type { BundleDetail } from '../../../server/contract/bundle.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { resetComments, takeComments } from '../state/comments.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { setMarks } from '../state/marks.ts';
import { useRecording } from '../state/recording.ts';
import { useSelection } from '../state/selection.ts';
import { readSeqs } from '../state/seqs.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { bundleApi } from './bundle-api.ts';
import { problemOf } from './problem.ts';

/** What a recorded run is read from. */
export type BundleSource = Pick<typeof bundleApi, 'detail' | 'trace'>;

/**
 * Opens a recorded run in place of a live one: its lab and events go into the lab store (as a lab that does not run, so
 * that nothing offers to change it), its packets into `log`, and its view is set. Until the returned function is called.
 */
export function enterBundle(id: number, log: TraceLog, source: BundleSource = bundleApi): () => void {
  let left = false;
  resetLab(undefined);
  useSelection.getState().reset();
  useTraceFilter.getState().clear();
  useRecording.setState({ detail: undefined, loaded: 0 });
  log.reset();

  const load = async () => {
    const detail = await source.detail(id);
    if (left) return;
    show(detail);
    for (let from = 0; ; ) {
      const batch = decodeTraceBatch(await source.trace(id, from));
      if (left) return;
      const last = batch.records.at(-1);
      if (last === undefined) break;
      log.take(batch);
      useRecording.setState(({ loaded }) => ({ loaded: loaded + batch.records.length }));
      from = last.seq + 1;
    }
    const { packet, marked } = detail.content.view;
    if (marked !== undefined) setMarks(log.epochMs, readSeqs(marked));
    if (packet !== undefined) useSelection.getState().select({ kind: 'packet', seq: packet });
  };
  load().catch((error: unknown) => {
    if (!left) useLab.setState({ problem: problemOf(error) });
  });
  return () => {
    left = true;
    useRecording.setState({ detail: undefined, loaded: 0 });
    useTraceFilter.getState().clear();
    resetLab(undefined);
    resetComments();
    log.reset();
  };
}

function show(detail: BundleDetail): void {
  const { lab, status, events, view } = detail.content;
  useRecording.setState({ detail });
  takeComments(detail.content.comments ?? []);
  const stopped: LabStatus = { ...status, phase: 'stopped', terminals: [] };
  useLab.setState({ detail: { lab, guide: '', status: stopped, lacks: [] }, status: stopped, events });
  if (view.filter !== undefined) useTraceFilter.getState().setText(view.filter);
}

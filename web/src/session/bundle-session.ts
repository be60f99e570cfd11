import { decodeTraceBatch } from '../../../bridge/packet/trace-batch.ts';
import type { BundleDetail } from '../../../server/contract/bundle.ts';
import type { LabStatus, TerminalInfo } from '../../../server/contract/status.ts';
import { resetComments, takeComments } from '../state/comments.ts';
import { resetInterventions, useInterventions } from '../state/interventions.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { marksOf, setMarks, useMarks } from '../state/marks.ts';
import { useMoment } from '../state/moment.ts';
import { recordedId, useRecording } from '../state/recording.ts';
import { select, useSelection } from '../state/selection.ts';
import { readSeqs } from '../state/seqs.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { bundleApi } from './bundle-api.ts';
import { forgetRun } from './forget-run.ts';
import { problemOf } from './problem.ts';

/** What a recorded run is read from. */
export type BundleSource = Pick<typeof bundleApi, 'detail' | 'trace'>;

/**
 * Opens a recorded run in place of a live one: lab, status, events, checks, what was set and what the map showed go into
 * the stores as a running lab's do, under an id of its own (UI43); its packets into `log`, and its filter, packet and marks
 * are set. Until the returned function is called.
 */
export function enterBundle(id: number, log: TraceLog, source: BundleSource = bundleApi): () => void {
  let left = false;
  resetLab(undefined);
  forgetRun();
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
    if (marked !== undefined && marksOf(useMarks.getState(), log.epochMs).marked.size === 0)
      setMarks(log.epochMs, readSeqs(marked));
    // Who selected something meanwhile wants that.
    if (packet !== undefined && useSelection.getState().current === undefined) select({ kind: 'packet', seq: packet });
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
    resetInterventions();
    useMoment.setState({ atUs: undefined, playing: false, history: [] });
    log.reset();
  };
}

function show(detail: BundleDetail): void {
  const { info, content } = detail;
  const { lab, events, view, guide = '', grade, moments = [], interventions } = content;
  useRecording.setState({ detail });
  // Nobody looks at it together, and what was held then is not held now.
  const { workbench: _, points: __, ...recorded } = content.status;
  const status: LabStatus = { ...recorded, phase: 'running', viewers: 1, terminals: terminalsOf(content) };
  useLab.setState({
    id: recordedId(info.id),
    detail: { lab, guide, status, lacks: [] },
    status,
    events,
    ...(grade !== undefined && { grade }),
  });
  useMoment.setState({ history: moments });
  if (interventions !== undefined) useInterventions.setState(interventions);
  takeComments(content.comments ?? []);
  if (view.filter !== undefined) useTraceFilter.getState().setText(view.filter);
}

/** Those of which the text was kept; none of them runs. */
const terminalsOf = ({ status, terminals }: BundleDetail['content']): TerminalInfo[] =>
  status.terminals
    .filter(({ id }) => terminals.some((kept) => kept.id === id))
    .map((terminal) => ({ ...terminal, busy: false }));

import { useDock } from '../state/dock-store.ts';
import { resetFindings, takeFindings, useFindings } from '../state/findings.ts';
import { useLab } from '../state/lab-store.ts';
import { whyReadOnly } from '../state/recording.ts';
import { traceStore } from '../state/trace-store.ts';
import { api } from './api.ts';
import { problemOf } from './problem.ts';

/** Between two questions, milliseconds: while the pane is seen, and for the badge alone; when the server has more at once, or the lab is not known yet. */
const restMs = { seen: 1_000, unseen: 2_000, more: 100 } as const;
/** Most findings in one answer. */
const limit = 500;
/** Questions after the last packet: what is missing after a second is found then. */
const afterwards = 2;

/**
 * Keeps what was found in a lab's log in the store while the lab is open: asked again only when something new was logged,
 * and while the page is in sight (EXPERT1). The returned function stops it.
 */
export function followFindings(lab: string): () => void {
  let isLeft = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The run, the last finding and the last packet that are known, and questions still to be asked. */
  let run = -1;
  let after = 0;
  let seenSeq = 0;
  let owed = 1;

  const ask = async (): Promise<number> => {
    const { status } = useLab.getState();
    if (status === undefined) return restMs.more;
    // A recorded run does not run, and can be asked all the same.
    if (status.phase !== 'running' && whyReadOnly() === undefined) return restMs.unseen;
    if (status.startedMs !== run) {
      run = status.startedMs;
      [after, seenSeq, owed] = [0, 0, 1];
      resetFindings();
    }
    const { lastSeq } = traceStore.ring;
    if (lastSeq !== seenSeq) owed = afterwards;
    const isSeen = useDock.getState().visible.includes('findings');
    const rest = isSeen ? restMs.seen : restMs.unseen;
    if (owed === 0 || document.visibilityState !== 'visible') return rest;
    seenSeq = lastSeq;
    owed -= 1;
    try {
      const answer = await api.workbench(lab, 'expert:findings', { after, limit, isGentle: !isSeen });
      if (isLeft || useLab.getState().status?.startedMs !== run) return rest;
      after = answer.findings.at(-1)?.id ?? after;
      takeFindings(answer);
      const hasMore = !answer.isComplete || answer.findings.length === limit;
      if (hasMore) owed = afterwards;
      return hasMore ? restMs.more : rest;
    } catch (error) {
      if (!isLeft) useFindings.setState({ problem: problemOf(error) });
      owed = afterwards;
      return rest;
    }
  };
  const step = async (): Promise<void> => {
    const rest = await ask();
    if (!isLeft) timer = setTimeout(step, rest);
  };
  void step();
  return () => {
    isLeft = true;
    clearTimeout(timer);
    resetFindings();
  };
}

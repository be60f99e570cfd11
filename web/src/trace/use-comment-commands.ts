import { setComment } from '../session/comments.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { beginComment, useComments } from '../state/comments.ts';
import { showPanel } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { useRecording } from '../state/recording.ts';
import { select } from '../state/selection.ts';
import { nextAround } from '../state/seqs.ts';

/** Why no packet can be commented now; undefined when one can. */
export function useWhyNotComment(): string | undefined {
  const isRecorded = useRecording(({ detail }) => detail !== undefined);
  const isRunning = useLab(({ status }) => status?.phase === 'running');
  if (isRecorded) return 'This is a recorded run: it is only looked at.';
  return isRunning ? undefined : 'The lab is not running: its log is gone.';
}

/** Opens the packet's pane where its comment is written. */
export function openComment(seq: number): void {
  showPanel('packet');
  beginComment(seq);
}

/** Comments by keys and palette (TRACE66, TRACE68). `selected` is 0 when no packet is. */
export function useCommentCommands(selected: number): void {
  const off = useWhyNotComment();
  const comments = () => useComments.getState().bySeq;
  const go = (step: 1 | -1) => {
    const seq = nextAround(comments().keys(), selected, step);
    if (seq !== undefined) select({ kind: 'packet', seq });
  };
  const any = () => comments().size > 0;
  const group = 'Trace';
  useRegisterCommands([
    {
      group,
      id: 'trace.comment',
      title: 'Comment the packet, or edit its comment',
      keys: ['Ctrl+Alt+C'],
      when: () => selected !== 0 && off === undefined,
      run: () => openComment(selected),
    },
    {
      group,
      id: 'trace.remove-comment',
      title: 'Remove the packet’s comment',
      when: () => off === undefined && comments().has(selected),
      run: () => setComment(selected, ''),
    },
    {
      group,
      id: 'trace.next-comment',
      title: 'Next packet with a comment',
      keys: ['Ctrl+Alt+N'],
      when: any,
      run: () => go(1),
    },
    {
      group,
      id: 'trace.previous-comment',
      title: 'Previous packet with a comment',
      keys: ['Ctrl+Alt+B'],
      when: any,
      run: () => go(-1),
    },
  ]);
}

import { announce } from '../state/announce.ts';
import { endComment, resetComments, takeComments } from '../state/comments.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { api } from './api.ts';
import { problemOf } from './problem.ts';

/** After a request that failed, milliseconds. */
const againMs = 2_000;

/**
 * Keeps the comments of a lab in the store while it is open: the status says when they are others (TRACE65). The returned
 * function stops it.
 */
export function followComments(lab: string): () => void {
  let known = '';
  let isAsking = false;
  let isLeft = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    const { status } = useLab.getState();
    const comments = status?.phase === 'running' ? status.comments : undefined;
    // A revision counts within one run.
    const now = comments === undefined ? '' : `${status?.startedMs} ${comments.revision}`;
    if (now === known || isAsking || isLeft) return;
    if (comments === undefined || comments.revision === 0) {
      known = now;
      resetComments();
      return;
    }
    isAsking = true;
    api.workbench(lab, 'note:list', {}).then(
      (list) => {
        isAsking = false;
        if (isLeft) return;
        known = now;
        takeComments(list.comments, list.forgotten);
        look();
      },
      () => {
        isAsking = false;
        timer = setTimeout(look, againMs);
      },
    );
  };
  const stop = useLab.subscribe(look);
  look();
  return () => {
    isLeft = true;
    stop();
    clearTimeout(timer);
    resetComments();
    endComment();
  };
}

/** Comments a packet, for everyone who looks at the lab; an empty text removes it. Resolves to whether that was taken. */
export async function setComment(seq: number, text: string): Promise<boolean> {
  const { id } = useLab.getState();
  if (id === undefined) return false;
  try {
    await api.workbench(id, 'note:set', { seq, text });
    // What everyone will be told, at once for whoever wrote it.
    const { comments, forgotten } = await api.workbench(id, 'note:list', {});
    if (useLab.getState().id === id) takeComments(comments, forgotten);
    announce(text.trim() === '' ? `The comment on packet ${seq} is gone.` : `Packet ${seq} has a comment.`);
    return true;
  } catch (error) {
    notify(problemOf(error));
    return false;
  }
}

import { create } from 'zustand';
import type { PacketComment } from '../../../server/contract/notes.ts';

/** What people say of the packets of the log that is open. Written by session/comments.ts and session/bundle-session.ts. */
export interface Comments {
  readonly bySeq: ReadonlyMap<number, string>;
  /** Comments that the server let go of with their packets. */
  readonly forgotten: number;
}

const none: Comments = { bySeq: new Map(), forgotten: 0 };
const nothing: readonly string[] = [];

export const useComments = create<Comments>()(() => none);

/** Takes in every comment there is. */
export function takeComments(comments: readonly PacketComment[], forgotten = 0): void {
  useComments.setState({ bySeq: new Map(comments.map(({ seq, text }) => [seq, text])), forgotten });
}

/** Forgets everything: another lab, or the lab has stopped. */
export function resetComments(): void {
  useComments.setState(none);
}

/** As a filter asks for them: none or one. */
export function commentsOf(seq: number): readonly string[] {
  const text = useComments.getState().bySeq.get(seq);
  return text === undefined ? nothing : [text];
}

/** Longest comment that is kept, characters. */
export const longestComment = 2000;

/** A comment that is being written: it stays while other packets are looked at. */
export const useCommentDraft = create<{
  readonly draft: { readonly seq: number; readonly text: string } | undefined;
}>()(() => ({ draft: undefined }));

/** Begins to write about a packet, or goes on where that was left. */
export function beginComment(seq: number): void {
  const { draft } = useCommentDraft.getState();
  if (draft?.seq === seq) return;
  useCommentDraft.setState({ draft: { seq, text: useComments.getState().bySeq.get(seq) ?? '' } });
}

export function endComment(): void {
  useCommentDraft.setState({ draft: undefined });
}

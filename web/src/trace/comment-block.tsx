import { useEffect, useId, useRef, useState } from 'react';
import { setComment } from '../session/comments.ts';
import { beginComment, endComment, longestComment, useCommentDraft, useComments } from '../state/comments.ts';
import { countOf } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useWhyNotComment } from './use-comment-commands.ts';
import './comment.css';

/** What people say of a packet, above its fields; written and changed here, too (TRACE66). */
export function CommentBlock({ seq }: { seq: number }) {
  const text = useComments(({ bySeq }) => bySeq.get(seq));
  const draft = useCommentDraft((state) => (state.draft?.seq === seq ? state.draft.text : undefined));
  const off = useWhyNotComment();
  if (draft !== undefined && off === undefined) return <Editor seq={seq} text={draft} before={text ?? ''} />;
  if (text === undefined) return null;
  return (
    <section className="comment" aria-label={`Comment on packet ${seq}`} data-testid="packet-comment">
      <Icon name="comment" size="s" />
      <p className="comment-text">{text}</p>
      {off === undefined && (
        <>
          <Button
            id="comment.edit"
            bare
            kind="ghost"
            icon="pencil"
            label="Edit the comment"
            onPress={() => beginComment(seq)}
          />
          <Button
            id="comment.remove"
            bare
            kind="ghost"
            icon="drop"
            label="Remove the comment"
            onPress={() => setComment(seq, '')}
          />
        </>
      )}
    </section>
  );
}

function Editor({ seq, text, before }: { seq: number; text: string; before: string }) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [isSaving, setSaving] = useState(false);
  // The pane that came to the front takes the focus first.
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  const length = [...text.trim()].length;
  const why =
    length > longestComment
      ? `${countOf(length - longestComment)} characters too many.`
      : text.trim() === before
        ? 'Nothing is changed yet.'
        : undefined;
  const save = () => {
    if (why !== undefined || isSaving) return undefined;
    setSaving(true);
    return setComment(seq, text)
      .then((isTaken) => {
        if (isTaken) endComment();
      })
      .finally(() => setSaving(false));
  };
  return (
    <section className="comment comment-editor" aria-label={`Comment on packet ${seq}`} data-testid="packet-comment">
      <label htmlFor={id}>Comment on #{seq}, for everyone who looks at this lab</label>
      <textarea
        ref={field}
        id={id}
        className="comment-field"
        rows={3}
        data-testid="comment-text"
        value={text}
        aria-invalid={length > longestComment}
        aria-describedby={`${id}-count`}
        onChange={(event) => useCommentDraft.setState({ draft: { seq, text: event.target.value } })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') endComment();
          else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <div className="comment-actions">
        <Button
          id="comment.save"
          kind="primary"
          label={text.trim() === '' && before !== '' ? 'Remove' : 'Save'}
          keyHint="Ctrl+Enter"
          off={isSaving ? 'It is being saved.' : why}
          onPress={save}
        />
        <Button id="comment.cancel" kind="ghost" label="Cancel" onPress={endComment} />
        <span id={`${id}-count`} className={length > longestComment ? 'tone-bad' : 'dim'}>
          {countOf(length)} / {countOf(longestComment)}
        </span>
      </div>
    </section>
  );
}

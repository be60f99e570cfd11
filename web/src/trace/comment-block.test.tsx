import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { offered, runCommand, useCommands } from '../state/commands.ts';
import { beginComment, endComment, takeComments, useCommentDraft } from '../state/comments.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { useSelection } from '../state/selection.ts';
import { click, find, freshPage, type } from '../ui/page.fixture.ts';
import { CommentBlock } from './comment-block.tsx';
import type { Names } from './names.ts';
import { recordOf } from './records.fixture.ts';
import { useSelectedSeq } from './trace-list.tsx';
import { TraceRow } from './trace-row.tsx';
import { useCommentCommands } from './use-comment-commands.ts';

let sent: { seq: number; text: string }[] = [];

function Page({ seq }: { seq: number }) {
  useCommentCommands(useSelectedSeq());
  return <CommentBlock seq={seq} />;
}
const draw = (seq: number) => page.draw(<Page seq={seq} />);
const editor = () => document.querySelector<HTMLTextAreaElement>('[data-testid="comment-text"]');
const key = (key: string, ctrlKey = false) =>
  act(async () => editor()?.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true })));

beforeEach(() => {
  sent = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body));
    if (path.endsWith('/set')) sent.push(body);
    return Response.json({ revision: 1, kept: 1, forgotten: 0, comments: sent.filter(({ text }) => text !== '') });
  });
  resetLab('lab');
  useLab.setState({ status: { ...bareStatus, phase: 'running' } });
  useSelection.getState().reset();
  takeComments([{ seq: 3, text: 'Why twice?' }]);
  endComment();
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const page = freshPage();

test('[TRACE66] a comment is written, saved with Ctrl+Enter, changed and removed beside the packet', async () => {
  await draw(4);
  expect(find('packet-comment')).toBeNull();
  await act(async () => beginComment(4));
  expect(find('cmd-comment.save')?.getAttribute('aria-disabled')).toBe('true');
  await type('comment-text', 'Here the TTL is wrong');
  await key('Enter', true);
  await expect.poll(() => sent).toEqual([{ seq: 4, text: 'Here the TTL is wrong' }]);
  await expect.poll(() => find('packet-comment')?.textContent).toBe('Here the TTL is wrong');
  await click('cmd-comment.edit');
  expect(editor()?.value).toBe('Here the TTL is wrong');
  await type('comment-text', 'x'.repeat(2001));
  expect(find('packet-comment')?.textContent).toContain('2,001 / 2,000');
  await click('cmd-comment.save');
  expect(sent.length).toBe(1);
  await key('Escape');
  expect(editor()).toBeNull();
  await click('cmd-comment.remove');
  await expect.poll(() => sent.at(-1)).toEqual({ seq: 4, text: '' });
});

test('[TRACE66] what is being written stays while another packet is looked at', async () => {
  await draw(4);
  await act(async () => beginComment(4));
  await type('comment-text', 'half a tho');
  await draw(3);
  expect(find('packet-comment')?.textContent).toBe('Why twice?');
  await draw(4);
  expect(editor()?.value).toBe('half a tho');
  expect(useCommentDraft.getState().draft).toEqual({ seq: 4, text: 'half a tho' });
});

test('[TRACE67] a lab that does not run shows its comments, read only', async () => {
  useLab.setState({ status: { ...bareStatus, phase: 'stopped' } });
  await draw(3);
  expect(find('packet-comment')?.textContent).toBe('Why twice?');
  expect(find('cmd-comment.edit')).toBeNull();
  await act(async () => useSelection.getState().select({ kind: 'packet', seq: 3 }));
  expect(offered(useCommands.getState().commands).some(({ id }) => id === 'trace.comment')).toBe(false);
});

test('[TRACE67] a row says with a sign, a tooltip and words that it has a comment', async () => {
  const names: Names = { nameOf: () => undefined, placeOf: (node) => node, hostAt: () => undefined };
  const row = { sinceUs: undefined, marked: false, names, rowNumber: 1, selected: false, chain: 'none' } as const;
  await page.draw(<TraceRow {...row} record={recordOf(3)} comment="Why twice?" compact={false} />);
  expect(find('trace-comment')?.title).toBe('Why twice?');
  expect(find('trace-comment')?.textContent).toBe('commented: Why twice?');
});

test('[TRACE68] the next and the previous packet with a comment, around the end', async () => {
  takeComments([2, 5, 9].map((seq) => ({ seq, text: 'x' })));
  await draw(5);
  await act(async () => useSelection.getState().select({ kind: 'packet', seq: 5 }));
  const at = async (id: string) => {
    await act(async () => runCommand(id));
    return useSelection.getState().current;
  };
  expect(await at('trace.next-comment')).toEqual({ kind: 'packet', seq: 9 });
  expect(await at('trace.next-comment')).toEqual({ kind: 'packet', seq: 2 });
  expect(await at('trace.previous-comment')).toEqual({ kind: 'packet', seq: 9 });
});

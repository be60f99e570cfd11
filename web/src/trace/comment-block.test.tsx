import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { offered, runCommand, useCommands } from '../state/commands.ts';
import { beginComment, endComment, takeComments, useCommentDraft } from '../state/comments.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { useSelection } from '../state/selection.ts';
import { CommentBlock } from './comment-block.tsx';
import type { Names } from './names.ts';
import { recordOf } from './records.fixture.ts';
import { useSelectedSeq } from './trace-list.tsx';
import { TraceRow } from './trace-row.tsx';
import { useCommentCommands } from './use-comment-commands.ts';

let sent: { seq: number; text: string }[] = [];
let root: Root;

function Page({ seq }: { seq: number }) {
  useCommentCommands(useSelectedSeq());
  return <CommentBlock seq={seq} />;
}
const draw = (seq: number) => act(async () => root.render(<Page seq={seq} />));
const find = <E extends HTMLElement>(id: string) => document.querySelector<E>(`[data-testid="${id}"]`);
const press = (id: string) => act(async () => find(id)?.click());
const type = (text: string) =>
  act(async () => {
    const field = find<HTMLTextAreaElement>('comment-text');
    if (field === null) throw new Error('there is no editor');
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
const key = (key: string, ctrlKey = false) =>
  act(async () => find('comment-text')?.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true })));

beforeEach(async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
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
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test('[TRACE66] a comment is written, saved with Ctrl+Enter, changed and removed beside the packet', async () => {
  await draw(4);
  expect(find('packet-comment')).toBeNull();
  await act(async () => beginComment(4));
  expect(find('cmd-comment.save')?.getAttribute('aria-disabled')).toBe('true');
  await type('Here the TTL is wrong');
  await key('Enter', true);
  await expect.poll(() => sent).toEqual([{ seq: 4, text: 'Here the TTL is wrong' }]);
  await vi.waitFor(() => expect(find('packet-comment')?.textContent).toBe('Here the TTL is wrong'));
  await press('cmd-comment.edit');
  expect(find<HTMLTextAreaElement>('comment-text')?.value).toBe('Here the TTL is wrong');
  await type('x'.repeat(2001));
  expect(find('packet-comment')?.textContent).toContain('2,001 / 2,000');
  await press('cmd-comment.save');
  expect(sent.length).toBe(1);
  await key('Escape');
  expect(find('comment-text')).toBeNull();
  await press('cmd-comment.remove');
  await expect.poll(() => sent.at(-1)).toEqual({ seq: 4, text: '' });
});

test('[TRACE66] what is being written stays while another packet is looked at', async () => {
  await draw(4);
  await act(async () => beginComment(4));
  await type('half a tho');
  await draw(3);
  expect(find('packet-comment')?.textContent).toBe('Why twice?');
  await draw(4);
  expect(find<HTMLTextAreaElement>('comment-text')?.value).toBe('half a tho');
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
  await act(async () => root.render(<TraceRow {...row} record={recordOf(3)} comment="Why twice?" compact={false} />));
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

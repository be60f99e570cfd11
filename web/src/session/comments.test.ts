import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { commentsOf, useComments } from '../state/comments.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { useNotices } from '../state/notices.ts';
import { followComments, setComment } from './comments.ts';

/** What a server would keep; every request is noted. */
const server = { revision: 0, comments: [] as { seq: number; text: string }[], asked: [] as string[], fails: 0 };
let stop: () => void;

function answer(path: string, body: unknown): Response {
  server.asked.push(path);
  if (server.fails-- > 0) return Response.json({ code: 'x', title: 'x', status: 500, detail: 'no' }, { status: 500 });
  if (path.endsWith('/note/set')) {
    const { seq, text } = body as { seq: number; text: string };
    if (seq > 100)
      return Response.json(
        { code: 'not-found', title: 'Not found', status: 404, detail: 'Too late.' },
        { status: 404 },
      );
    server.comments = [...server.comments.filter((each) => each.seq !== seq), ...(text === '' ? [] : [{ seq, text }])];
    server.revision++;
  }
  return Response.json({ revision: server.revision, kept: 0, forgotten: 2, comments: server.comments });
}

const tell = (startedMs: number, change: Partial<LabStatus> = {}) =>
  useLab.setState({
    status: {
      ...bareStatus,
      phase: 'running',
      startedMs,
      comments: { revision: server.revision, kept: 0, forgotten: 0 },
      ...change,
    },
  });

beforeEach(() => {
  Object.assign(server, { revision: 0, comments: [], asked: [], fails: 0 });
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => answer(path, JSON.parse(String(init.body))));
  resetLab('lab');
  stop = followComments('lab');
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

test('[TRACE65] what somebody else says is asked for once, when the status says that it is new', async () => {
  tell(1);
  tell(1);
  expect(server.asked).toEqual([]);
  server.comments = [{ seq: 3, text: 'Why twice?' }];
  server.revision = 1;
  tell(1);
  tell(1);
  await expect.poll(() => commentsOf(3)).toEqual(['Why twice?']);
  expect(useComments.getState().forgotten).toBe(2);
  expect(server.asked).toEqual(['/api/labs/lab/workbench/note/list']);
  // Another run begins to count anew, and may come to the same number.
  server.comments = [];
  tell(2);
  await expect.poll(() => commentsOf(3)).toEqual([]);
  tell(2, { phase: 'stopped' });
  expect(useComments.getState().bySeq.size).toBe(0);
});

test('[TRACE65] what could not be asked for is asked for again', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  server.fails = 1;
  server.comments = [{ seq: 3, text: 'x' }];
  server.revision = 1;
  tell(1);
  await expect.poll(() => server.asked.length).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  await expect.poll(() => commentsOf(3)).toEqual(['x']);
  vi.useRealTimers();
});

test('[TRACE66] one’s own comment is there when the server took it; a refusal is told and keeps nothing', async () => {
  tell(1);
  expect(await setComment(3, 'Here')).toBe(true);
  expect(commentsOf(3)).toEqual(['Here']);
  expect(await setComment(3, '')).toBe(true);
  expect(commentsOf(3)).toEqual([]);
  expect(await setComment(101, 'late')).toBe(false);
  expect(commentsOf(101)).toEqual([]);
  expect(JSON.stringify(useNotices.getState())).toContain('Too late.');
});

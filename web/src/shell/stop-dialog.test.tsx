import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { askToStop } from '../session/lab-actions.ts';
import { resetLab } from '../state/lab-store.ts';
import { useNotices } from '../state/notices.ts';
import { useStopQuestion } from '../state/stop-question.ts';
import { byTestId, click, find, freshPage } from '../ui/page.fixture.ts';
import { StopDialog } from './stop-dialog.tsx';

let asked: string[];
let hasFile: boolean;
beforeEach(() => {
  asked = [];
  hasFile = true;
  resetLab(undefined);
  useNotices.setState({ notices: [] });
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit = {}) => {
    asked.push(`${method} ${url.replace(/\?.*/, '')}`);
    if (!url.includes('/bundle')) return Response.json({ ...bareStatus, phase: 'stopping' });
    if (hasFile) return new Response('run', { headers: { 'content-disposition': 'attachment; filename="run.gz"' } });
    const problem = { code: 'conflict', title: 'It cannot be saved', status: 409, detail: 'The lab is starting.' };
    return Response.json(problem, { status: 409 });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  useStopQuestion.setState({ question: undefined });
});
const page = freshPage();

function Place() {
  const question = useStopQuestion((state) => state.question);
  return question === undefined ? null : <StopDialog question={question} />;
}

/** Wants to stop a lab with so many packets; resolves to how that ended. */
async function want(packets: number, viewers = 0, phase: LabStatus['phase'] = 'running') {
  const status: LabStatus = { ...bareStatus, phase, viewers, counters: { ...bareStatus.counters, logged: packets } };
  const settled = vi.fn();
  await page.draw(<Place />);
  await act(async () => void askToStop({ id: 'made', title: 'Made' }, status).then(settled));
  return settled;
}
const stop = 'POST /api/labs/made/stop';

test('[UI59] a lab without packets stops at once; one with packets after a question that says what is lost', async () => {
  await want(0);
  expect([asked, find('stop-dialog')]).toEqual([[stop], null]);
  asked = [];
  const settled = await want(1_724, 2);
  expect(byTestId('stop-dialog').textContent).toMatch(
    /^Stop Made\?1,724 packets .* go with it\.2 other pages look at it now\./,
  );
  await click('cmd-stop.cancel');
  expect([asked, find('stop-dialog')]).toEqual([[], null]);
  await want(5, 0, 'failed');
  expect(byTestId('cmd-stop.save').getAttribute('aria-disabled')).toBe('true');
  await click('cmd-stop.cancel');
  await expect.poll(() => settled.mock.calls.length).toBe(1);
  await want(1);
  await click('cmd-stop.sure');
  await expect.poll(() => asked).toEqual([stop]);
  expect(find('stop-dialog')).toBeNull();
});

test('[UI59] the run is kept as a file, and only then the lab stops; without the file it goes on', async () => {
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  hasFile = false;
  await want(3);
  await click('cmd-stop.save');
  await expect.poll(() => useNotices.getState().notices.map(({ title }) => title)).toEqual(['It cannot be saved']);
  expect([asked, saved.mock.calls.length]).toEqual([['GET /api/labs/made/bundle'], 0]);
  hasFile = true;
  asked = [];
  const settled = await want(3);
  await click('cmd-stop.save');
  await expect.poll(() => settled.mock.calls.length).toBe(1);
  expect(asked).toEqual(['GET /api/labs/made/bundle', stop]);
  expect(saved.mock.contexts).toEqual([expect.objectContaining({ download: 'run.gz' })]);
  saved.mockRestore();
});

import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabStatus, RouterProcess, SecondStatus } from '../../../server/contract/status.ts';
import { useDock } from '../state/dock-store.ts';
import { labOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { useRecording } from '../state/recording.ts';
import { useRequirement } from '../state/requirement.ts';
import { byTestId, freshPage, type, wait } from '../ui/page.fixture.ts';
import { secondNotes, secondState } from './second-text.ts';
import { ShadowPane } from './shadow-pane.tsx';

const program: RouterProcess = {
  state: 'running',
  choice: { kind: 'command', argv: ['./sr', '-p', '{port}'], cwd: '/home/me' },
  command: './sr -p 4711',
  pid: 7,
  startedMs: 0,
  stopped: false,
  packetsRouted: 0,
};
const second: SecondStatus = {
  state: 'ready',
  toRouter: 12,
  fromRouter: 9,
  dropped: 0,
  ignored: 0,
  answered: 0,
  unanswered: 0,
  silentMs: 0,
  endedBecause: '',
  process: program,
};
const frame = { seq: null, interface: 'eth1', info: 'Echo request', bytesBase64: 'AAECAwQF' };
const difference = {
  seq: 613,
  tUs: 1,
  what: 'different',
  text: 'Time to live is 63, in your other build 64.',
  requirement: { rule: 'RT6', text: 'Its TTL is one less.' },
  expected: frame,
  observed: { ...frame, seq: 614 },
  fields: [{ name: 'ip.ttl', label: 'Time to live', expected: '64', observed: '63' }],
  agrees: 'router',
};
const answer = (agrees: unknown, requirement: unknown = difference.requirement) => ({
  router: 'router',
  compared: 12,
  alike: 11,
  pending: 0,
  more: 0,
  until: null,
  differences: [{ ...difference, agrees, requirement }],
});

const asked: [string, unknown][] = [];
const answers = { builds: answer('router') as unknown };

const lab = (routers: readonly unknown[]): LabStatus =>
  ({ phase: 'running', routers, terminals: [] }) as never as LabStatus;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (url: string, { body }: { body?: string }) => {
    asked.push([url, body === undefined ? undefined : JSON.parse(body)]);
    const started = lab([{ name: 'router', state: 'ready', second }]);
    return { ok: true, status: 200, json: async () => (url.includes('/workbench/') ? answers.builds : started) };
  });
  asked.length = 0;
  useDock.setState({ visible: ['compare'] });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const page = freshPage();
const draw = async (status: LabStatus) => {
  await act(async () => useLab.setState({ id: 'lab', detail: { lab: labOf(1, 1, 1) } as never, status }));
  await page.draw(<ShadowPane />);
  await wait(0);
};

test('[SHADOW10] another build is started from a form, compared from then on, and stopped', async () => {
  await draw(lab([{ name: 'router', state: 'absent' }]));
  await act(async () => byTestId('shadow-other-build').click());
  expect(byTestId('cmd-second.start').getAttribute('aria-disabled')).toBe('true');
  await type('router-command', './sr -p {port}');
  await type('router-cwd', '/home/me');
  asked.length = 0;
  await act(async () => byTestId('cmd-second.start').click());
  await act(async () => await vi.advanceTimersByTimeAsync(0));
  expect(asked).toEqual([
    [
      '/api/labs/lab/routers/router/second/start',
      { router: { kind: 'command', argv: ['./sr', '-p', '{port}'], cwd: '/home/me' } },
    ],
    ['/api/labs/lab/workbench/shadow/builds', { router: 'router', limit: 100 }],
  ]);
  expect(byTestId('second-build').textContent).toContain('./sr -p 4711ready');
  expect(byTestId('second-counts').textContent).toBe('Given 12 frames, sent 9 frames, which went nowhere.');
  asked.length = 0;
  await act(async () => byTestId('cmd-second.stop').click());
  expect(asked[0]).toEqual(['/api/labs/lab/routers/router/second/stop', undefined]);
});

test('[SHADOW11] [SHADOW13] both sides are named, and with whom the reference agrees', async () => {
  await draw(lab([{ name: 'router', state: 'ready', second }]));
  const card = () => byTestId('shadow-first').textContent ?? '';
  expect(card()).toContain('The reference does as the router. Your other build breaks requirement RT6');
  expect(card()).toContain('Your other buildEcho request on eth1sent by it, went nowhere');
  const heads = [...document.querySelectorAll('[data-testid="shadow-fields"] thead th')].map(
    (each) => each.textContent,
  );
  expect(heads).toEqual(['Field', 'Other build', 'Router in #614']);
  await act(async () => byTestId('shadow-requirement').click());
  expect(useRequirement.getState().asked).toEqual({ id: 'RT6', sentence: 'Its TTL is one less.' });
  answers.builds = answer('build');
  await act(async () => await vi.advanceTimersByTimeAsync(2_000));
  expect(card()).toContain('The reference does as your other build. The router breaks requirement RT6');
  answers.builds = answer(null, null);
  await act(async () => await vi.advanceTimersByTimeAsync(2_000));
  expect(byTestId('shadow-agreement').textContent).toContain('The reference does as neither of the two');
});

test('[SHADOW10] a recorded run is compared with the reference: of another build it has nothing', async () => {
  useRecording.setState({ detail: {} as never });
  await draw(lab([{ name: 'router', state: 'ready', second }]));
  expect(document.querySelector('[data-testid="shadow-other-build"]')).toBeNull();
  expect(document.querySelector('[data-testid="second-build"]')).toBeNull();
  expect(asked.map(([url]) => url)).toEqual(['/api/labs/lab/workbench/shadow/compare']);
  await act(async () => useRecording.setState({ detail: undefined }));
});

test('[SHADOW12] a crash, a hang, a flood and lost frames are told', () => {
  const texts = (part: Partial<SecondStatus>) => secondNotes({ ...second, ...part }).map(({ text }) => text);
  expect(texts({})).toEqual([]);
  expect(texts({ unanswered: 12, silentMs: 8_000 })).toEqual([
    'It has sent nothing for 8.0 s, and was given 12 frames since. Does it hang?',
  ]);
  expect(texts({ unanswered: 12, silentMs: 1_000 })).toEqual([]);
  expect(texts({ dropped: 3, until: { seq: 99, why: 'queue full' } })).toEqual([
    'Not comparable from #99 on: it read too slowly, and frames were lost to it. Start it again to compare it anew.',
    '3 frames were dropped for it: its queue was full.',
  ]);
  const over = { state: 'ended', endedBecause: 'The connection was closed', until: { seq: 7, why: 'ended' } } as const;
  expect(texts(over)).toEqual([
    'Not comparable from #7 on: it ended.',
    'Its connection is over: The connection was closed.',
  ]);
  expect(texts({ ...over, process: { ...program, state: 'ended', stopped: true } })).toEqual([]);
  const state = (process: Partial<RouterProcess>) =>
    secondState({ ...second, process: { ...program, ...process } }).label;
  expect(state({ state: 'ended', signal: 'SIGSEGV' })).toBe('ended by SIGSEGV');
  expect(state({ state: 'ended', exitCode: 1 })).toBe('ended, exit code 1');
  expect(state({ state: 'ended', stopped: true })).toBe('stopped');
  expect(secondState({ ...second, state: 'absent' }).label).toBe('connecting');
});

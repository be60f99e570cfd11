import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followFindings } from '../session/findings.ts';
import { useDock } from '../state/dock-store.ts';
import {
  type Finding,
  type FindingKind,
  findingsOf,
  resetFindings,
  takeFindings,
  useFindings,
} from '../state/findings.ts';
import { labOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { useRecording } from '../state/recording.ts';
import { useRequirement } from '../state/requirement.ts';
import { useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { byTestId, click, freshPage } from '../ui/page.fixture.ts';
import { FindingsPane } from './findings-pane.tsx';

const requirement = { rule: 'RT6', text: 'A packet for somebody else goes on with its TTL one less.' };
const kind = (name: string, count: number, change: Partial<FindingKind> = {}): FindingKind => ({
  kind: name,
  severity: 'error',
  title: `Title of ${name}`,
  requirement,
  count,
  firstSeq: 614,
  lastSeq: 614,
  kept: count,
  keptFromId: 1,
  ...change,
});
const finding = (id: number, change: Partial<Finding> = {}): Finding => ({
  id,
  kind: 'ttl-not-decremented',
  severity: 'error',
  tUs: 1,
  node: 'router',
  seqs: [614, 613],
  sentence: 'eth1: TTL 64 left as 64; it must be 63.',
  field: 'ip.ttl',
  requirement,
  inference: 'the frame that it was forwarded from',
  ...change,
});
const answer = (kinds: readonly FindingKind[], findings: readonly Finding[] = []) => ({
  packets: 1204,
  scannedTo: 1204,
  isComplete: true,
  total: findings.length,
  dropped: 0,
  kinds: [...kinds],
  findings: [...findings],
});

const running = (startedMs = 1, logged = 0) =>
  useLab.setState({
    id: 'lab',
    detail: { lab: { ...labOf(1, 1, 1), requirements: [{ rule: 'RT6', section: 'r6' }] } } as never,
    status: { phase: 'running', startedMs, routers: [], terminals: [], counters: { logged } } as never,
  });
beforeEach(() => {
  resetFindings();
  running();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const page = freshPage('findings');
const draw = () => page.draw(<FindingsPane />);

test('[EXPERT2] by severity and kind, the worst first and open; the others fold', async () => {
  takeFindings(
    answer(
      [
        kind('tcp-reset', 1, { severity: 'note', requirement: null, firstSeq: 9 }),
        kind('ttl-not-decremented', 2),
        kind('sent-twice', 0, { severity: 'warning' }),
      ],
      [finding(1), finding(2, { seqs: [700, 699] })],
    ),
  );
  await draw();
  expect(byTestId('findings-counts').textContent).toBe('2 errors, 1 note in 1,204 packets');
  expect(byTestId('findings-open-ttl-not-decremented').getAttribute('aria-expanded')).toBe('true');
  expect(byTestId('finding-1').textContent).toContain('TTL 64 left as 64; it must be 63.');
  expect(byTestId('findings-open-tcp-reset').textContent).toContain('first #9');
  expect(document.querySelector('[data-testid="findings-kind-sent-twice"]')).toBeNull();
  expect(byTestId('findings-looked').textContent).toContain('Title of sent-twice');
  await click('findings-open-ttl-not-decremented');
  expect(document.querySelector('[data-testid="finding-1"]')).toBeNull();
});

test('[EXPERT3] a click selects the packet, another its evidence; the filter and the guide are one click away', async () => {
  takeFindings(answer([kind('ttl-not-decremented', 1)], [finding(1)]));
  await draw();
  await click('finding-select-1');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 614 });
  await click('finding-evidence');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 613 });
  await click('cmd-findings.show-ttl-not-decremented');
  expect(useTraceFilter.getState().good).toBe('lab.finding == "ttl-not-decremented"');
  await click('cmd-findings.together-1');
  expect(useTraceFilter.getState().good).toBe('lab.seq in {614, 613}');
  await click('findings-guide-RT6');
  expect(useRequirement.getState().asked).toEqual({ id: 'RT6', sentence: requirement.text });
});

test('[EXPERT2] nothing found says in how many packets, and what is looked for', async () => {
  takeFindings(answer([kind('ttl-not-decremented', 0)]));
  await draw();
  expect(byTestId('findings-none').textContent).toContain('Nothing found in 1,204 packets');
  expect(byTestId('findings-looked').textContent).toContain('Title of ttl-not-decremented');
});

test('[EXPERT2] before the first answer the log is being looked at; that nothing was is said of an empty one only', async () => {
  await draw();
  expect(byTestId('findings-waiting').textContent).toContain('Nothing has been looked at yet');
  running(1, 180_020);
  await draw();
  expect(byTestId('findings-waiting').textContent).toContain('180,020 packets are being looked at');
});

test('[EXPERT1] the first question is not long in coming when the lab is known only after the page', async () => {
  vi.useFakeTimers();
  const asked = vi.fn(async () => Response.json(answer([])));
  vi.stubGlobal('fetch', asked);
  const { status } = useLab.getState();
  useLab.setState({ status: undefined });
  const stop = followFindings('lab');
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).not.toHaveBeenCalled();
  useLab.setState({ status });
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toHaveBeenCalledOnce();
  stop();
});

test('[EXPERT1] what the server no longer keeps goes; what is new is added', () => {
  takeFindings(answer([kind('ttl-not-decremented', 2)], [finding(1), finding(2)]));
  expect(findingsOf(614).map(({ id }) => id)).toEqual([1, 2]);
  takeFindings(answer([kind('ttl-not-decremented', 3, { keptFromId: 2 })], [finding(3, { seqs: [9] })]));
  expect(useFindings.getState().findings.map(({ id }) => id)).toEqual([2, 3]);
  expect(findingsOf(9)).toHaveLength(1);
});

test('[EXPERT1] asked every two seconds, only after something new, and anew for another run; a recorded one, too', async () => {
  vi.useFakeTimers();
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
    asked.push(JSON.parse(body));
    return Response.json(answer([kind('ttl-not-decremented', 1)], asked.length === 1 ? [finding(7)] : []));
  });
  useDock.setState({ visible: [] });
  const stop = followFindings('lab');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([{ after: 0, limit: 500, isGentle: true }]);
  running(2);
  useLab.setState((state) => ({ status: { ...state.status, phase: 'stopped' } as never }));
  await vi.advanceTimersByTimeAsync(4_000);
  expect(asked).toHaveLength(1);
  useRecording.setState({ detail: {} as never });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked[1]).toEqual({ after: 0, limit: 500, isGentle: true });
  stop();
  useRecording.setState({ detail: undefined });
  expect(useFindings.getState().findings).toEqual([]);
});

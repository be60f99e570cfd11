import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabStatus, RouterStatus } from '../../../server/contract/status.ts';
import { toBase64 } from '../state/base64.ts';
import { useDock } from '../state/dock-store.ts';
import { labOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { useSelection } from '../state/selection.ts';
import { byTestId, click, find, freshPage, press, wait } from '../ui/page.fixture.ts';
import { ShadowPane } from './shadow-pane.tsx';
import type { Comparison, Difference } from './use-comparison.ts';

/** An ARP request, as a frame that the reference would have sent. */
const frame = `ffffffffffff0200000000010806${'0001080006040001'}${'020000000001c0a80201'}${'000000000000c0a80202'}`;
const bytesBase64 = toBase64(Uint8Array.from(frame.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)));

const wrongTtl: Difference = {
  seq: 613,
  tUs: 1,
  what: 'different',
  text: 'The TTL is 64, expected 63: it was not taken down by one.',
  requirement: { rule: 'R6', text: 'decrement first, then test' },
  expected: { seq: null, interface: 'eth1', info: 'Echo request ttl=63', bytesBase64 },
  observed: { seq: 614, interface: 'eth1', info: 'Echo request ttl=64', bytesBase64 },
  fields: [{ name: 'ip.ttl', label: 'Time to live', expected: '63', observed: '64' }],
};
const silent: Difference = {
  ...wrongTtl,
  seq: 700,
  what: 'missing',
  text: 'An echo reply. The router sent nothing like it.',
  observed: null,
  fields: [],
};
const tooMuch: Difference = { ...wrongTtl, seq: 710, what: 'extra', requirement: null, expected: null, fields: [] };

const server: { answer: Comparison; refuses: boolean } = { answer: {} as never, refuses: false };
const asked: [string, unknown][] = [];

const compared = (differences: readonly Difference[], more = 0): Comparison => ({
  router: 'router',
  compared: 12,
  alike: 9,
  pending: 1,
  differences: [...differences],
  more,
});
const lab = (phase: string, routers: readonly Partial<RouterStatus>[]) =>
  useLab.setState({
    id: 'lab',
    detail: { lab: labOf(1, 1, 1) } as never,
    status: { phase, routers, terminals: [] } as never as LabStatus,
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (url: string, { body }: { body: string }) => {
    asked.push([url, JSON.parse(body)]);
    const problem = { code: 'conflict', title: 'No', status: 409, detail: 'The routing table cannot be used.' };
    return { ok: !server.refuses, status: 200, json: async () => (server.refuses ? problem : server.answer) };
  });
  asked.length = 0;
  Object.assign(server, { answer: compared([wrongTtl, silent, tooMuch]), refuses: false });
  useSelection.getState().reset();
  useDock.setState({ visible: ['compare'] });
  lab('running', [{ name: 'router', state: 'ready' }]);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const page = freshPage('compare');
const draw = async () => {
  await page.draw(<ShadowPane />);
  await wait(0);
};

test('[SHADOW1] it is asked every two seconds while the pane is shown and the lab runs; the last answer stays', async () => {
  await draw();
  expect(asked).toEqual([['/api/labs/lab/workbench/shadow/compare', { router: 'router', limit: 100 }]]);
  expect(byTestId('shadow-counts').textContent).toBe('12 frames compared, 9 alike, 1 may still come');
  await wait(2_000);
  expect(asked).toHaveLength(2);
  server.refuses = true;
  await wait(2_000);
  expect(byTestId('shadow-stale').textContent).toBe('Not compared anew: The routing table cannot be used.');
  expect(find('shadow-first')).not.toBeNull();
  await act(async () => useDock.setState({ visible: ['packet'] }));
  await wait(10_000);
  expect(asked).toHaveLength(3);
  await act(async () => lab('stopped', [{ name: 'router', state: 'absent' }]));
  expect(byTestId('shadow-pane').textContent).toContain('this is how it was compared last');
  expect(find('shadow-first')).not.toBeNull();
});

test('[SHADOW2] the first difference stands in full, the others open one at a time', async () => {
  server.answer = compared([wrongTtl, silent, tooMuch], 5);
  await draw();
  const first = byTestId('shadow-first');
  expect(first.textContent).toContain('First difference, after #613different');
  expect(first.textContent).toContain('The TTL is 64, expected 63');
  expect(first.textContent).toContain('Requirement R6: decrement first, then test');
  const rows = () => [...document.querySelectorAll<HTMLElement>('[data-testid="shadow-row"]')];
  expect(rows().map((row) => [row.dataset.seq, row.dataset.what])).toEqual([
    ['700', 'missing'],
    ['710', 'extra'],
  ]);
  expect(byTestId('shadow-pane').textContent).toContain('Then 7 more differences');
  expect(byTestId('shadow-more').textContent).toBe('The first 3 are listed; 5 others are not.');
  const openings = () => rows().map((row) => row.querySelector('button')?.getAttribute('aria-expanded'));
  await act(async () => rows()[0]?.querySelector('button')?.click());
  expect(openings()).toEqual(['true', 'false']);
  expect(rows()[0]?.textContent).toContain('Observednothing');
  await act(async () => rows()[1]?.querySelector('button')?.click());
  expect(openings()).toEqual(['false', 'true']);
  expect(rows()[1]?.textContent).toContain('Expectednothing');
});

test('[SHADOW2] keys walk the differences', async () => {
  await draw();
  document.querySelector<HTMLElement>('[data-pane]')?.focus();
  const focused = () => document.activeElement?.closest('[data-seq]')?.getAttribute('data-seq') ?? 'first';
  const walked: string[] = [];
  for (const key of ['j', 'ArrowDown', 'j', 'j', 'k', 'Home', 'End']) {
    await press(key);
    walked.push(focused());
  }
  expect(walked).toEqual(['first', '700', '710', '710', '700', 'first', '710']);
});

test('[SHADOW3] expected beside observed, each labelled, and the fields that differ', async () => {
  await draw();
  const cells = [...byTestId('shadow-fields').querySelectorAll('tbody tr > *')].map((cell) => cell.textContent);
  expect(cells).toEqual(['Time to live ip.ttl', '63', '64']);
  const text = byTestId('shadow-first').textContent;
  expect(text).toContain('Echo request ttl=63 on eth1computed by the reference, never sent');
  expect(text).toContain('≈ came of #613, inferred');
  await click('shadow-given');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 613 });
  await click('shadow-observed');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 614 });
});

test('[SHADOW3] fields that only one of the frames has fold away behind those that both have', async () => {
  const only = { name: 'icmp.unused', label: 'Unused', expected: null, observed: '0' };
  server.answer = compared([{ ...wrongTtl, fields: [...wrongTtl.fields, only] }]);
  await draw();
  const rest = byTestId('shadow-fields').querySelector('details');
  expect(rest?.open).toBe(false);
  expect(rest?.querySelector('summary')?.textContent).toBe('1 field that only one of them has');
  const cells = [...(rest?.querySelectorAll('tbody tr > *') ?? [])].map((cell) => cell.textContent);
  expect(cells).toEqual(['Unused icmp.unused', 'not there', '0']);
});

test('[SHADOW3] the expected frame opens to its fields and bytes', async () => {
  await draw();
  expect(find('shadow-frame')).toBeNull();
  await click('cmd-shadow.frame');
  expect(byTestId('shadow-frame').querySelector('[role="tree"]')?.textContent).toContain('192.168.2.2');
  expect(find('shadow-bytes')).not.toBeNull();
  await click('cmd-shadow.frame');
  expect(find('shadow-frame')).toBeNull();
});

test('[SHADOW4] no router, one that is not there, nothing given yet, and the reference itself', async () => {
  lab('running', []);
  await draw();
  expect(byTestId('shadow-none').textContent).toContain('this lab has none');
  server.answer = { ...compared([]), compared: 0, alike: 0, pending: 0 };
  await act(async () => lab('running', [{ name: 'router', state: 'absent' }]));
  await wait(0);
  expect(byTestId('shadow-absent').textContent).toContain('router is not connected');
  const reference = { choice: { kind: 'reference' } } as RouterStatus['process'] & object;
  await act(async () => lab('running', [{ name: 'router', state: 'ready', process: reference }]));
  expect(byTestId('shadow-nothing').textContent).toContain('Nothing compared yet');
  server.answer = compared([]);
  await wait(2_000);
  expect(byTestId('shadow-itself').textContent).toContain('It is the reference itself');
  expect(byTestId('shadow-alike').textContent).toContain('No difference');
  const wrong = { choice: { kind: 'reference', flags: ['--wrong=ttl-own-echo'] } } as typeof reference;
  await act(async () => lab('running', [{ name: 'router', state: 'ready', process: wrong }]));
  expect(find('shadow-itself')).toBeNull();
});

import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabStatus } from '../../../server/contract/status.ts';
import type { FollowedStream } from '../../../server/contract/stream.ts';
import { toBase64 } from '../state/base64.ts';
import { useDock } from '../state/dock-store.ts';
import { followStream, useFollowed } from '../state/followed.ts';
import { useLab } from '../state/lab-store.ts';
import { select, useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { byTestId, click, freshPage, wait } from '../ui/page.fixture.ts';
import { StreamPane } from './stream-pane.tsx';

const base64 = (text: string) => toBase64(new TextEncoder().encode(text));
const piece = (direction: 'client' | 'server', seqs: number[], text: string) => ({
  ...{ direction, seqs, tUs: 1, bytesBase64: base64(text), gap: 0, why: null, differs: [] },
});
const stream: FollowedStream = {
  transport: 'tcp',
  stream: 3,
  filter: 'tcp.stream == 3',
  vantage: { point: 'to_router', node: 'r0' },
  vantages: [
    { point: 'to_router', node: 'r0', packets: 9 },
    { point: 'host', node: 'client', packets: 7 },
  ],
  client: { address: '10.0.1.100', port: 4000, packets: 5, bytes: 18 },
  server: { address: '192.168.2.2', port: 80, packets: 4, bytes: 6 },
  isStartSeen: true,
  isStartForgotten: false,
  endings: [],
  pieces: [
    piece('client', [21, 40], 'GET / HTTP/1.0\r\n\r\n'),
    { ...piece('server', [], ''), gap: 12, why: 'not captured' },
    piece('server', [25], '200 OK'),
  ],
  repeatedBytes: 18,
  droppedSegments: 0,
  isTruncated: false,
};

const server: { answer: unknown; refuses: boolean } = { answer: undefined, refuses: false };
const asked: unknown[] = [];

const lines = () => [...document.querySelectorAll<HTMLElement>('.stream-line')];
const selectedSeq = () => {
  const { current } = useSelection.getState();
  return current?.kind === 'packet' ? current.seq : 0;
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  // Without a layout nothing would be in sight.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
    const { asker: _, ...question } = JSON.parse(body);
    asked.push(question);
    const problem = { code: 'not-found', title: 'No such packet', status: 404, detail: 'Record 21 is not kept.' };
    return { ok: !server.refuses, status: 200, json: async () => (server.refuses ? problem : server.answer) };
  });
  asked.length = 0;
  Object.assign(server, { answer: { stream, seenTo: 60 }, refuses: false });
  useSelection.getState().reset();
  useTraceFilter.getState().clear();
  useDock.setState({ visible: ['stream'] });
  useLab.setState({ id: 'lab', status: { phase: 'running' } as never as LabStatus });
  useFollowed.setState({ seq: 0, vantage: undefined });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const page = freshPage('stream');
const draw = async () => {
  await page.draw(<StreamPane />);
  await wait(50);
};

test('[STREAM1] nothing is asked before a stream is followed, and another selection does not change it', async () => {
  await draw();
  expect(byTestId('stream-none').textContent).toContain('No stream is followed');
  expect(asked).toEqual([]);
  await act(async () => followStream(21));
  await wait(0);
  expect(asked).toEqual([{ seq: 21 }]);
  await act(async () => select({ kind: 'packet', seq: 99 }));
  expect(byTestId('stream-pane').dataset.stream).toBe('tcp.stream == 3');
});

test('[STREAM3] [STREAM6] pieces stand with arrows and numbers, holes are lines, what is missing is said', async () => {
  useFollowed.setState({ seq: 21 });
  await draw();
  expect(lines().map((line) => line.textContent)).toEqual([
    '→#21GET / HTTP/1.0',
    '',
    '←12 bytes are missing: not captured here',
    '←#25200 OK',
  ]);
  expect(byTestId('stream-warning').textContent).toContain('12 bytes are missing: holes are marked.');
  expect(document.body.textContent).toContain('client 10.0.1.100:4000 5 packets, 18 bytes');
  await click('stream-sides-server');
  expect(lines()).toHaveLength(2);
});

test('[STREAM7] a press selects the packet, keys go on, and a packet that was sent again marks its piece', async () => {
  useFollowed.setState({ seq: 21 });
  await draw();
  await act(async () => lines()[3]?.click());
  expect(selectedSeq()).toBe(25);
  await act(async () => {
    byTestId('stream-list').focus();
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', bubbles: true, cancelable: true }));
  });
  // The hole between them has no packet.
  expect(selectedSeq()).toBe(21);
  await act(async () => select({ kind: 'packet', seq: 40 }));
  expect(lines().map((line) => line.getAttribute('aria-selected'))).toEqual(['true', 'true', 'false', 'false']);
});

test('[STREAM5] [STREAM8] the trace is filtered by it, and it is looked at from somewhere else', async () => {
  useFollowed.setState({ seq: 21 });
  await draw();
  await click('cmd-stream.only');
  expect(useTraceFilter.getState().good).toBe('tcp.stream == 3');
  await click('cmd-stream.without');
  expect(useTraceFilter.getState().good).toBe('not (tcp.stream == 3)');
  await click('cmd-stream.vantage');
  const other = [...document.querySelectorAll('button')].find(
    ({ textContent }) => textContent === 'at host client: 7 packets',
  );
  await act(async () => other?.click());
  await wait(0);
  expect(asked.at(-1)).toEqual({ seq: 21, vantage: { point: 'host', node: 'client' } });
});

test('[STREAM6] it is asked again while it is in sight, and stays when it cannot be followed any more', async () => {
  useFollowed.setState({ seq: 21 });
  await draw();
  server.answer = { stream: null, seenTo: 61 };
  await wait(1_000);
  expect(asked.at(-1)).toEqual({ seq: 21, sinceSeq: 60 });
  expect(lines()).toHaveLength(4);
  server.answer = { stream: { ...stream, pieces: [...stream.pieces, piece('client', [70], 'bye')] }, seenTo: 70 };
  await wait(1_000);
  expect(lines()).toHaveLength(5);
  server.refuses = true;
  await wait(1_000);
  expect(document.body.textContent).toContain('Not followed any more: Record 21 is not kept.');
  expect(lines()).toHaveLength(5);
  await act(async () => useDock.setState({ visible: ['packet'] }));
  const before = asked.length;
  await wait(5_000);
  expect(asked).toHaveLength(before);
});

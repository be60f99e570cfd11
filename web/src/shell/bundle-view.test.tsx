import { act } from 'react';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { TraceBatchWriter } from '../../../bridge/packet/trace-batch.ts';
import type { BundleDetail } from '../../../server/contract/bundle.ts';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { offered, useCommands } from '../state/commands.ts';
import { useDock } from '../state/dock-store.ts';
import { labOf } from '../state/lab.fixture.ts';
import { useRecording } from '../state/recording.ts';
import { click, find, freshPage } from '../ui/page.fixture.ts';
import { BundleView } from './bundle-view.tsx';

const terminal = (id: 'mininet' | 'router') => ({ id, title: id, kind: id, state: 'running', busy: false }) as const;
const detail: BundleDetail = {
  info: {
    id: 4,
    lab: 'made',
    title: 'Made <b>here</b>',
    writtenMs: 0,
    name: 'run.gz',
    bytes: 9,
    importedMs: 7,
    records: 3,
    firstSeq: 1,
    lastSeq: 3,
  },
  content: {
    lab: labOf(1, 1, 1),
    status: { ...bareStatus, runtime: 'emulated', terminals: [terminal('mininet'), terminal('router')] },
    events: [],
    rtables: [],
    build: { version: '9.9', commit: 'abcdef0123456789', node: '20', platform: 'linux x64', parts: {} },
    seeds: { runtime: 1, faults: [] },
    terminals: [
      { id: 'mininet', title: 'Network', text: 'mininet> client ping\n' },
      { id: 'router', title: 'Router', text: 'router ready' },
    ],
    view: {
      packet: 2,
      filter: 'frame.len == 60',
      layout: 'debug',
      dock: 'h(400:*held.terminal:router,600(500:*trace,500:*packet))',
    },
    writtenMs: 0,
  },
};

function batchFrom(from: number): Uint8Array<ArrayBuffer> {
  const writer = new TraceBatchWriter();
  writer.begin(1000, ['sw0']);
  for (let seq = Math.max(1, from); seq <= 3; seq++)
    writer.record(seq, seq, 2, 0, 1, 0, 0, 0, 0, 60, [], 0, new Uint8Array(60), 0, 60);
  return new Uint8Array(writer.finish());
}

const asked: string[] = [];

beforeAll(async () => {
  // Loaded when first drawn: that takes its time and is not what is tested.
  await Promise.all([import('../trace/packet-pane.tsx'), import('../trace/trace-pane.tsx')]);
});
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const from = /^\/api\/bundles\/4\/trace\?from=(\d+)$/.exec(url)?.[1];
    if (from !== undefined) return new Response(batchFrom(Number(from)));
    if (url === '/api/bundles/4') return Response.json(detail);
    const problem = {
      code: 'not-found',
      title: 'There is no such thing',
      status: 404,
      detail: 'There is no bundle 5.',
    };
    return Response.json(problem, { status: 404 });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const page = freshPage();

/** Draws until it is so. */
const drawn = (isSo: () => void) =>
  vi.waitFor(
    async () => {
      await act(() => new Promise<void>((resolve) => setTimeout(resolve, 1)));
      isSo();
    },
    { timeout: 15_000 },
  );

test('[UI41] [UI42] [UI44] a recorded run says that it is recorded, and shows packets and terminals as they were', async () => {
  await page.draw(<BundleView id={4} />);
  await drawn(() => expect(find('packet')?.dataset.seq).toBe('2'));
  const banner = find('banner-recorded');
  expect(banner?.textContent).toContain('Recorded, not live');
  expect(banner?.textContent).toContain('3 packets of the emulated network');
  expect(banner?.textContent).toContain('Patchbay 9.9 (abcdef0123)');
  expect(document.title).toBe('Made <b>here</b>, recorded · Patchbay');
  const textOf = (id: string) => find(`pane-terminal-${id}`)?.querySelector('pre')?.textContent;
  await drawn(() => expect([textOf('mininet'), textOf('router')]).toEqual(['mininet> client ping', 'router ready']));
  // Where its panes were, and the terminals that no layout names, too.
  expect(useDock.getState().open).toEqual(
    expect.arrayContaining(['held', 'terminal:router', 'trace', 'packet', 'terminal:mininet']),
  );
  expect(useDock.getState().preset).toBe('debug');
  expect(find('recorded-held')?.textContent).toContain('Nothing can be held in a recorded run');
  const titles = offered(useCommands.getState().commands).map(({ id }) => id);
  expect(titles).toContain('layout.debug');
  expect(titles.filter((id) => /^(lab|shell|run|bundle\.save|checks\.run)/.test(id))).toEqual([]);
  // Nothing was asked of a lab that may run under the same name.
  expect(asked.filter((url) => url.includes('/labs/'))).toEqual([]);
});

test('[TRACE40] [UI41] a recorded run exports its own packets', async () => {
  const saved: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.getAttribute('href') ?? '');
  });
  await page.draw(<BundleView id={4} />);
  await drawn(() => expect(useRecording.getState().loaded).toBe(3));
  await drawn(() => expect(find('cmd-trace.export')).not.toBeNull());
  for (const choice of ['export.all', 'export.filtered', 'export.chain']) {
    await click('cmd-trace.export');
    await click(`menu-${choice}`);
  }
  expect(saved).toEqual([
    '/api/bundles/4/trace.pcapng',
    '/api/bundles/4/trace.pcapng?filter=frame.len%20%3D%3D%2060',
    '/api/bundles/4/trace.pcapng?seqs=2',
  ]);
});

test('[UI41] a recorded run that is gone says so and leads back', async () => {
  await page.draw(<BundleView id={5} />);
  await drawn(() => expect(find('bundle-problem')?.textContent).toContain('There is no bundle 5.'));
  expect(find('cmd-labs')).not.toBeNull();
});

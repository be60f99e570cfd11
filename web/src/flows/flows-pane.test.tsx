import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FlowLookup, FlowRow, FlowTable } from '../../../server/contract/flows.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { useMoment } from '../state/moment.ts';
import { select, useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { byTestId, click as clickAlone, find, freshPage, type } from '../ui/page.fixture.ts';
import { PanelContext, setToolSlot } from '../ui/pane-tools.tsx';
import { flowRow, pastRow } from './flow.fixture.ts';
import { FlowsPane } from './flows-pane.tsx';

const dpid = '0000000000000001';
/** What the server answers, by method; what it was asked. */
const server: { entries: FlowRow[]; changes: FlowTable['changes']; lookup: FlowLookup; refuses: string } = {
  entries: [],
  changes: [],
  lookup: {
    confidence: 'inferred',
    tableUs: 2_000_000,
    packetUs: 1_000_000,
    matched: '',
    now: '',
    outranked: [],
    nearMisses: [],
    text: 'A miss.',
  },
  refuses: '',
};
const asked: [string, unknown][] = [];

function answer(method: string): unknown {
  if (method === 'flows/read')
    return {
      dpid,
      switch: 'sw0',
      tUs: 2_000_000,
      previousUs: 1_000_000,
      entries: server.entries,
      tables: [],
      packets: 30,
      bytes: 1800,
      changes: server.changes,
    };
  if (method === 'flows/lookup') return server.lookup;
  if (method === 'flows/at')
    return {
      dpid,
      switch: 'sw0',
      atUs: 12_304_000,
      entries: [
        pastRow(),
        pastRow({ id: '0/6/in_port=2', priority: 6, confidence: 'observed', packets: 4, countedUs: 12_000_000 }),
        pastRow({
          id: '0/5/',
          priority: 5,
          match: [],
          doubt: 'Its idle time-out may have ended it since 11.000 s: nothing tells.',
        }),
      ],
      isWhole: true,
      answerUs: 12_000_000,
      nextAnswerUs: 0,
      text: 'Followed from FLOW_MODs.',
    };
  return { id: '', text: `Did ${method}`, counters: 'anew', note: '' };
}

const settle = () => act(async () => await new Promise((resolve) => setTimeout(resolve, 5)));
const click = async (id: string) => {
  await clickAlone(id);
  await settle();
};

beforeEach(() => {
  // Without layout nothing has a height, and a virtual list draws nothing.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(900);
  vi.stubGlobal('fetch', async (url: string, { body }: { body: string }) => {
    const method = url.split('/workbench/')[1] ?? '';
    asked.push([method, JSON.parse(body)]);
    const isRefused = server.refuses !== '' && method !== 'flows/read';
    const problem = { code: 'not-possible', title: 'No', status: 409, detail: server.refuses };
    return { ok: !isRefused, status: 200, json: async () => (isRefused ? problem : answer(method)) };
  });
  asked.length = 0;
  Object.assign(server, { entries: [], changes: [], refuses: '' });
  useSelection.getState().reset();
  useDock.setState({ visible: ['flows'] });
  const ports = [1, 2].map((port) => ({ port, name: `eth${port}`, mac: '', up: true }));
  useLab.setState({
    id: 'lab',
    status: {
      phase: 'running',
      switches: [{ name: 'sw0', dpid, connected: true, description: '', ports }],
    } as never as LabStatus,
  });
  const tools = document.createElement('div');
  document.body.append(tools);
  setToolSlot('flows', tools);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const page = freshPage();
const draw = async () => {
  await page.draw(
    <PanelContext value="flows">
      <FlowsPane />
    </PanelContext>,
  );
  await settle();
};

test('[FLOW1] an empty table says what that means, a stopped lab that there is none', async () => {
  await draw();
  expect(byTestId('flows-empty').textContent).toContain('The table is empty: every packet goes to the controller.');
  await act(async () => useLab.setState({ status: { phase: 'stopped', switches: [] } as never as LabStatus }));
  expect(byTestId('flows-stopped').textContent).toContain('The lab is not running');
});

test('[FLOW3] an entry is selected for the whole page, told in full, and leads to its packets', async () => {
  server.entries = [flowRow(), flowRow({ id: '0/3/', priority: 3, match: [], matchText: '' })];
  await draw();
  const rows = document.querySelectorAll('[data-testid="flow-entry"]');
  expect([...rows].map((row) => [row.getAttribute('data-flow'), row.getAttribute('data-heat')])).toEqual([
    ['0/7/in_port=1', '2'],
    ['0/3/', '2'],
  ]);
  await click('flow-entry');
  expect(useSelection.getState().current).toEqual({ kind: 'flow', dpid, id: '0/7/in_port=1' });
  expect(byTestId('flow-card').textContent).toContain('after 10 s: ≈9 s left');
  await click('cmd-flows.packets');
  expect(useTraceFilter.getState().text).toBe(
    'lab.node == "sw0" && lab.point in {"packet_in", "sw.rx"} && lab.port == 1',
  );
});

test('[FLOW4] of a selected packet the entry that takes it and the near misses are told, as inferred', async () => {
  server.entries = [flowRow(), flowRow({ id: '0/3/', priority: 3, match: [], matchText: '' })];
  server.lookup = {
    ...server.lookup,
    matched: '0/3/',
    now: '0/3/',
    text: 'Taken by the entry of priority 3.',
    nearMisses: [{ id: '0/7/in_port=1', priority: 7, field: 'in_port', expected: '1', observed: '2' }],
  };
  await draw();
  await act(async () => select({ kind: 'packet', seq: 12 }));
  await settle();
  expect(asked).toContainEqual(['flows/lookup', { dpid, seq: 12 }]);
  expect(byTestId('flow-lookup').textContent).toMatch(/Packet #12inferredTaken by the entry of priority 3\./);
  const marks = [...document.querySelectorAll('[data-testid="flow-entry"]')].map((row) => row.className);
  expect(marks[0]).toContain('flows-near');
  expect(marks[1]).toContain('flows-matched');
  await click('flow-near-miss');
  expect(useSelection.getState().current).toMatchObject({ kind: 'flow', id: '0/7/in_port=1' });
});

test('[FLOW5] what is wrong is said while typing; what is right is sent; a refusal is said in the form', async () => {
  await draw();
  await click('cmd-flows.add');
  expect(find('flow-fault-actions')).toBeNull();
  await type('flow-match', 'in_port=1, nw_dst=10.0.0');
  await type('flow-actions', 'output:9');
  expect(byTestId('flow-fault-match').textContent).toBe(
    'nw_dst: expected an address or a prefix as 10.0.1.0/24, got “10.0.0”',
  );
  expect(byTestId('flow-fault-actions').textContent).toContain('expected a port of the switch (1, 2)');
  await click('cmd-flows.send');
  expect(asked.some(([method]) => method === 'flows/add')).toBe(false);

  await type('flow-match', 'in_port=1, ip.dst=10.0.0.1');
  await type('flow-actions', 'output:2');
  server.refuses = 'sw0 refused with flowModFailed.allTablesFull';
  await click('cmd-flows.send');
  expect(byTestId('flow-refused').textContent).toBe('sw0 refused with flowModFailed.allTablesFull');
  server.refuses = '';
  await click('cmd-flows.send');
  expect(asked.findLast(([method]) => method === 'flows/add')?.[1]).toEqual({
    dpid,
    entry: {
      match: 'in_port=1, ip.dst=10.0.0.1',
      actions: 'output:2',
      priority: 32768,
      idleTimeoutS: 0,
      hardTimeoutS: 0,
      cookie: '0x0',
    },
  });
  expect(find('flow-form')).toBeNull();
});

test('[FLOW5] what was deleted can be taken back at once', async () => {
  server.entries = [flowRow()];
  await draw();
  await click('flow-entry');
  server.changes = [{ id: 1, tUs: 1, text: 'Deleted in_port=1 → output:2' }];
  await click('cmd-flows.delete');
  expect(asked.findLast(([method]) => method === 'flows/delete')?.[1]).toEqual({ dpid, id: '0/7/in_port=1' });
  expect(byTestId('flows-done').textContent).toContain('Did flows/delete');
  await click('cmd-flows.undo-this');
  expect(asked.findLast(([method]) => method === 'flows/undo')?.[1]).toEqual({ dpid });
});

test('[FLOW20] [FLOW21] at a moment of the past the table is as it was: told how it is known, and not to be changed', async () => {
  server.entries = [flowRow()];
  await draw();
  asked.length = 0;
  await act(async () => useMoment.setState({ atUs: 12_304_000.4 }));
  await settle();
  expect(asked).toEqual([['flows/at', { dpid, atUs: 12_304_000 }]]);
  expect(byTestId('flows-past').textContent).toContain('sw0 as it was at 12.304 s');
  expect(byTestId('flows-past').textContent).toContain('Followed from FLOW_MODs.');
  expect(find('cmd-flows.add') ?? find('cmd-flows.undo')).toBeNull();
  const rows = [...document.querySelectorAll<HTMLElement>('[data-testid="flow-entry"]')];
  expect(rows.map(({ dataset }) => [dataset.known, dataset.doubt])).toEqual([
    ['inferred', undefined],
    ['observed', undefined],
    ['inferred', ''],
  ]);
  expect(rows[0]?.textContent).toContain('not known');
  expect(byTestId('flows-sums').textContent).toBe('3 entries1 observed2 inferred1 not sure');
  await act(async () => rows[2]?.click());
  expect(byTestId('flow-past-doubt').textContent).toContain('idle time-out may have ended it');
  expect(find('cmd-flows.edit') ?? find('cmd-flows.delete')).toBeNull();
  await act(async () => rows[1]?.click());
  expect(byTestId('flow-card').textContent).toContain('4, as told at 12.000 s');
  await click('cmd-flows.live');
  expect(useMoment.getState().atUs).toBeUndefined();
  expect(find('flows-past')).toBeNull();
});

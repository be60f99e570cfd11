import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ControlMessage } from '../../../server/contract/flows.ts';
import { byTestId, click, find, freshPage, press, type } from '../ui/page.fixture.ts';
import { PanelContext, setToolSlot } from '../ui/pane-tools.tsx';
import { useControlFilter } from './control-filter.ts';
import { ControlTab } from './control-tab.tsx';

const message = (id: number, type: string): ControlMessage => ({
  ...{ id, tUs: id, lastUs: id, direction: 'to switch', switch: 'sw0', peer: '', type, info: '', xid: id },
  ...{ lengthBytes: 8, count: 1, isError: false, request: 0, answer: 0, answerUs: 0, about: '', packetSeq: 0 },
});
const messages = [message(1, 'HELLO'), message(2, 'FLOW_MOD'), message(3, 'STATS_REQUEST'), message(4, 'FLOW_MOD')];
/** What the server finds, and what it was asked. */
let found: (fromId: number) => { ids: number[]; scannedTo: number; isComplete: boolean };
let asked: { filter: string; fromId: number }[];

function answer(path: string, body: { fromId: number; filter: string }): unknown {
  if (path.endsWith('openflow/log'))
    return {
      firstId: 1,
      nextId: 5,
      messages: messages.filter(({ id }) => id >= body.fromId),
      packetsIn: 0,
      packetsOut: 0,
    };
  asked.push({ filter: body.filter, fromId: body.fromId });
  return found(body.fromId);
}

beforeEach(() => {
  asked = [];
  found = () => ({ ids: [2, 4], scannedTo: 4, isComplete: true });
  useControlFilter.getState().clear();
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => ({
    ok: true,
    json: async () => answer(path, JSON.parse(body)),
  }));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const page = freshPage('flows');
const settle = () => act(async () => await new Promise((resolve) => setTimeout(resolve, 10)));
async function draw(): Promise<void> {
  const tools = document.createElement('div');
  document.body.firstElementChild?.before(tools);
  setToolSlot('flows', tools);
  await page.draw(
    <PanelContext value="flows">
      <ControlTab lab="lab" isSeen compact={false} />
    </PanelContext>,
  );
  await settle();
}
const filter = async (text: string) => {
  await type('control-filter', text);
  await settle();
};

test('[FLOW23] what passes is shown and counted, asked once and then behind what was looked at', async () => {
  found = (fromId) =>
    fromId < 3 ? { ids: [2], scannedTo: 2, isComplete: false } : { ids: [4], scannedTo: 4, isComplete: true };
  await draw();
  expect(byTestId('control-grid').dataset.rows).toBe('4');
  await filter('of.flow_mod');
  expect(asked).toEqual([
    { filter: 'of.flow_mod', fromId: 1 },
    { filter: 'of.flow_mod', fromId: 3 },
  ]);
  expect(byTestId('control-grid').dataset.rows).toBe('2');
  expect(byTestId('control-count').textContent).toBe('2 of 4 messages');
});

test('[FLOW23] a wrong filter is said at its place, and the messages of the last good one stay', async () => {
  await draw();
  await filter('of.flow_mod');
  await act(async () => byTestId('control-filter').focus());
  await filter('of.flow_mod and ip.src == 10.0.1.1');
  expect(byTestId('control-filter-wrong').textContent).toBe('ip.src');
  expect(byTestId('control-filter-says').textContent).toMatch(/^ip\.src is a field of packets, .*They have of\.\*/);
  expect(byTestId('control-grid').dataset.rows).toBe('2');
  expect(asked.length).toBe(1);
});

test('[FLOW23] the field has the keys of the trace’s, offers only what a message has, and can be cleared', async () => {
  await draw();
  await act(async () => byTestId('control-grid').focus());
  await press('/');
  expect(document.activeElement).toBe(byTestId('control-filter'));
  await type('control-filter', 'of.flow_mod.pri');
  const offered = [...document.querySelectorAll('[role="option"] code')].map(({ textContent }) => textContent);
  expect(offered).toEqual(['of.flow_mod.priority']);
  await press('Tab');
  expect(byTestId('control-filter')).toMatchObject({ value: 'of.flow_mod.priority ' });
  await press('Escape');
  await press('Escape');
  expect(useControlFilter.getState().text).toBe('');
  await settle();
  expect(byTestId('control-grid').dataset.rows).toBe('4');
});

test('[FLOW23] where none passes all can be shown again', async () => {
  found = () => ({ ids: [], scannedTo: 4, isComplete: true });
  await draw();
  await filter('of.error');
  expect(find('control-grid')).toBeNull();
  expect(byTestId('control-none').textContent).toContain('0 of 4 messages');
  await click('cmd-control.clear-none');
  expect(byTestId('control-grid').dataset.rows).toBe('4');
});

import { beforeEach, expect, test } from 'vitest';
import { select, useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { byTestId, click, find, freshPage } from '../ui/page.fixture.ts';
import { PacketPane } from './packet-pane.tsx';
import { recordsOf } from './records.fixture.ts';

beforeEach(() => {
  traceStore.reset();
  select(undefined);
});
const page = freshPage();
const reasonOf = (id: string): string => byTestId(id).textContent ?? '';

test('[TRACE93] without a packet the pane says where one comes from, and opens the newest', async () => {
  await page.draw(<PacketPane />);
  expect(reasonOf('packet-empty')).toContain('The first one that crosses the bridge can be opened here.');
  traceStore.take({ epochMs: 1, records: recordsOf(5, 9) });
  await page.draw(<PacketPane key="with a log" />);
  await click('cmd-packet.newest');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 9 });
});

test('[TRACE93] a packet that was let go is not here, and what is there is said', async () => {
  traceStore.take({ epochMs: 1, records: recordsOf(5, 9) });
  select({ kind: 'packet', seq: 3 });
  await page.draw(<PacketPane />);
  expect(reasonOf('packet-gone')).toContain('Packet #3 is not here');
  expect(reasonOf('packet-gone')).toContain('There are #5 to #9; older ones were let go.');
});

test('[TRACE93] what only the server has is being fetched; what its log was kept without is not here', async () => {
  traceStore.take({ epochMs: 1, records: recordsOf(5, 9) });
  traceStore.setKeptFrom(1);
  select({ kind: 'packet', seq: 3 });
  await page.draw(<PacketPane />);
  expect(reasonOf('packet-fetching')).toContain('Packet #3 is being fetched');
  traceStore.takePast({ epochMs: 1, records: [] }, [3]);
  await page.draw(<PacketPane key="answered" />);
  expect(find('packet-fetching')).toBeNull();
  expect(reasonOf('packet-gone')).toContain('There are #1 to #9; the log was kept without this one.');
});

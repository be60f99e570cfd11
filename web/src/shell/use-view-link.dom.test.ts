import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { useNotices } from '../state/notices.ts';
import { select, useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { traceStore } from '../state/trace-store.ts';
import { currentView, restoreView } from './use-view-link.ts';

const handle = {
  short: vi.fn(() => ''),
  takeLayout: vi.fn(() => true),
  show: vi.fn(),
  bring: vi.fn(),
  close: vi.fn(),
  focusNext: vi.fn(),
  preset: vi.fn(),
  reset: vi.fn(),
};
const reset = () => {
  vi.clearAllMocks();
  useSelection.getState().reset();
  useTraceFilter.getState().setText('');
  useDock.setState({ handle: undefined, preset: 'default' });
  useLab.setState({ status: undefined });
  useNotices.setState({ notices: [] });
};
beforeEach(reset);
afterEach(reset);

test('[UI40] packet and filter are there at once, the layout with the frame', () => {
  const stop = restoreView({ packet: 427, filter: 'icmp', layout: 'debug' });
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 427 });
  expect(useTraceFilter.getState().text).toBe('icmp');
  expect(handle.preset).not.toHaveBeenCalled();
  useDock.setState({ handle });
  expect(handle.preset.mock.calls).toEqual([['debug']]);
  expect(handle.bring.mock.calls).toEqual([['packet']]);
  useDock.setState({ preset: 'grade' });
  expect(handle.preset).toHaveBeenCalledTimes(1);
  stop();
});

test('[UI42] where the panes were comes after the preset, and marks when there is a log', () => {
  traceStore.reset();
  restoreView({ layout: 'debug', dock: 'h(1000:*map)', marked: '3,5-6' });
  useDock.setState({ handle });
  expect([handle.preset.mock.calls, handle.takeLayout.mock.calls]).toEqual([[['debug']], [['h(1000:*map)']]]);
  handle.short.mockReturnValueOnce('v(1000:*trace)');
  expect(currentView().dock).toBe('v(1000:*trace)');
});

test('[UI40] a layout that is there already is not built anew, and a view that is left waits for nothing', () => {
  useDock.setState({ preset: 'learn' });
  restoreView({ layout: 'learn' });
  restoreView({ layout: 'debug' })();
  useDock.setState({ handle });
  expect(handle.preset).not.toHaveBeenCalled();
});

test('[UI40] the packet of another run is told to be one', () => {
  restoreView({ packet: 1, run: 1_700_000_000_000 });
  expect(useNotices.getState().notices).toEqual([]);
  useLab.setState({ status: { ...bareStatus, startedMs: 1_700_000_000_000.4 } });
  expect(useNotices.getState().notices).toEqual([]);
  restoreView({ packet: 1, run: 1_600_000_000_000 });
  expect(useNotices.getState().notices.map(({ title }) => title)).toEqual(['This link is of another run of the lab']);
});

test('[UI40] the link of the view of now restores it', () => {
  useLab.setState({ status: { ...bareStatus, startedMs: 1000.2 } });
  expect(currentView()).toEqual({ layout: 'default' });
  select({ kind: 'packet', seq: 5 });
  useTraceFilter.getState().setText(' arp ');
  useDock.setState({ preset: 'debug' });
  const view = currentView();
  expect(view).toEqual({ packet: 5, filter: 'arp', layout: 'debug', run: 1000 });
  reset();
  useLab.setState({ status: { ...bareStatus, startedMs: 1000.2 } });
  useDock.setState({ handle });
  restoreView(view);
  expect({ ...currentView(), layout: handle.preset.mock.calls[0]?.[0] }).toEqual(view);
});

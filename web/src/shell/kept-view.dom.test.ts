import { beforeEach, expect, test } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { setMarks, toggleReference, useMarks } from '../state/marks.ts';
import { type Selection, select, useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { keepView, restoreKept } from './kept-view.ts';

const startedMs = 1_700_000_000_000.25;
const run = (started: number) => useLab.setState({ status: { ...bareStatus, startedMs: started } });
/** As a page is that was just loaded. */
const load = () => {
  useSelection.getState().reset();
  useTraceFilter.getState().clear();
  useMarks.setState({ epochMs: 0, marked: new Set(), reference: undefined });
  useLab.setState({ status: undefined });
};
const seen = () => {
  const { epochMs, marked, reference } = useMarks.getState();
  return {
    selection: useSelection.getState().current,
    filter: useTraceFilter.getState().text,
    marks: { epochMs, marked: [...marked], reference },
  };
};
const nothing = { selection: undefined, filter: '', marks: { epochMs: 0, marked: [], reference: undefined } };
beforeEach(() => {
  sessionStorage.clear();
  load();
});

test('[UI57] a page that is loaded again shows filter, selection, marks and time reference of before', () => {
  run(startedMs);
  useTraceFilter.getState().setText('icmp');
  setMarks(7, [2, 3, 9]);
  toggleReference(7, { seq: 4, tUs: 1_000 });
  const selections: Selection[] = [
    { kind: 'packet', seq: 5 },
    { kind: 'node', name: 'client' },
    { kind: 'link', a: 'client', b: 'sw0' },
    { kind: 'check', id: 'ping' },
    { kind: 'flow', dpid: '1', id: 'a' },
  ];
  for (const selection of selections) {
    useMarks.setState({ epochMs: 7, marked: new Set([2, 3, 9]), reference: { seq: 4, tUs: 1_000 } });
    run(startedMs);
    useTraceFilter.getState().setText('icmp');
    select(selection);
    const before = seen();
    keepView('lab', location.search);
    load();
    restoreKept('lab', true);
    expect(seen()).toEqual({ ...nothing, filter: 'icmp' });
    run(startedMs);
    expect(seen()).toEqual(before);
    load();
  }
});

test('[UI57] in another run the filter alone comes back, and what somebody selected meanwhile stays', () => {
  const keep = () => {
    run(startedMs);
    useTraceFilter.getState().setText('icmp');
    setMarks(7, [2]);
    select({ kind: 'packet', seq: 5 });
    keepView('lab', location.search);
    load();
    restoreKept('lab', true);
  };
  keep();
  run(startedMs + 60_000);
  expect(seen()).toEqual({ ...nothing, filter: 'icmp' });
  keep();
  select({ kind: 'packet', seq: 8 });
  run(startedMs);
  expect(seen().selection).toEqual({ kind: 'packet', seq: 8 });
});

test('[UI57] an address that names another view comes first; one that names none, or the same as then, does not', () => {
  const comeTo = (search: string, keptAt: string) => {
    load();
    run(startedMs);
    select({ kind: 'packet', seq: 5 });
    keepView('lab', keptAt);
    load();
    history.replaceState(null, '', `/lab/lab${search}`);
    restoreKept('lab', true);
    run(startedMs);
    return seen().selection !== undefined;
  };
  expect([
    comeTo('?packet=3', ''),
    comeTo('?packet=3', '?packet=4'),
    comeTo('?packet=3', '?packet=3'),
    comeTo('', '?packet=3'),
    comeTo('?renderer=dom', ''),
  ]).toEqual([false, false, true, true, true]);
  history.replaceState(null, '', '/');
});

test('[UI57] somebody who comes new, another lab, and what is no view of ours begin with nothing', () => {
  const keep = () => {
    load();
    run(startedMs);
    useTraceFilter.getState().setText('icmp');
    keepView('lab', location.search);
    useTraceFilter.getState().clear();
  };
  keep();
  expect(restoreKept('lab', false)).toBeUndefined();
  expect(restoreKept('lab', true), 'it is taken once').toBeUndefined();
  keep();
  expect(restoreKept('other', true)).toBeUndefined();
  for (const text of ['{', 'null', '3', '{"search":""}', '{"search":"","run":1,"filter":"x","epochMs":1,"marked":3}']) {
    sessionStorage.setItem('patchbay.view.lab', text);
    expect(restoreKept('lab', true), text).toBeUndefined();
  }
  const view = { search: location.search, run: startedMs, filter: '', epochMs: 1, marked: 'x,2', reference: 3 };
  for (const selection of [3, null, {}, { kind: 'packet', seq: '5' }, { kind: 'flow', id: 'a' }, { kind: 'dream' }]) {
    load();
    sessionStorage.setItem('patchbay.view.lab', JSON.stringify({ ...view, selection }));
    restoreKept('lab', true);
    run(startedMs);
    expect(seen(), JSON.stringify(selection)).toEqual({
      ...nothing,
      marks: { epochMs: 1, marked: [2], reference: undefined },
    });
  }
});

import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { offered, runCommand, useCommands } from '../state/commands.ts';
import { marksOf, useMarks } from '../state/marks.ts';
import { useSelection } from '../state/selection.ts';
import type { TraceLog } from '../state/trace-log.ts';
import type { Names } from './names.ts';
import { recordOf } from './records.fixture.ts';
import { useSelectedSeq } from './trace-list.tsx';
import { TraceRow } from './trace-row.tsx';
import { useMarkCommands } from './use-mark-commands.ts';

const records = [1, 2, 3].map((seq) => recordOf(seq, { tUs: seq * 1_000_000 }));
const log = { epochMs: 7, record: (seq: number) => records[seq - 1] } as Partial<TraceLog> as TraceLog;
const names: Names = { nameOf: () => undefined, placeOf: (node) => node, hostAt: () => undefined };

/** The rows of a list, with its commands. */
function Rows() {
  const selected = useSelectedSeq();
  const { marked, reference } = marksOf(useMarks(), log.epochMs);
  useMarkCommands(log, selected);
  return records.map((record, i) => (
    <TraceRow
      key={record.seq}
      record={record}
      sinceUs={reference?.tUs}
      marked={marked.has(record.seq)}
      names={names}
      rowNumber={i}
      selected={record.seq === selected}
      chain="none"
      compact={false}
    />
  ));
}

let root: Root;
beforeEach(async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  useMarks.setState({ epochMs: 0, marked: new Set(), reference: undefined });
  useSelection.getState().reset();
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  await act(async () => root.render(<Rows />));
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
});

const select = (seq: number) => act(async () => useSelection.getState().select({ kind: 'packet', seq }));
const run = (id: string) => act(async () => runCommand(id));
const marked = () => [...document.querySelectorAll<HTMLElement>('[data-marked]')].map((row) => Number(row.dataset.seq));
const times = () => [...document.querySelectorAll('.trace-cell-time')].map((cell) => cell.textContent);
const isOffered = (id: string) => offered(useCommands.getState().commands).some((command) => command.id === id);

test('[TRACE63] m marks the selected packet with a flag that says so; n and N walk the marks', async () => {
  expect([isOffered('trace.mark'), isOffered('trace.next-mark')]).toEqual([false, false]);
  for (const seq of [3, 1]) {
    await select(seq);
    await run('trace.mark');
  }
  expect(marked()).toEqual([1, 3]);
  expect(document.querySelector('[data-marked]')?.textContent).toContain('marked');
  await run('trace.next-mark');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 3 });
  await run('trace.next-mark');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 1 });
  await run('trace.mark');
  expect(marked()).toEqual([3]);
  await run('trace.clear-marks');
  expect(marked()).toEqual([]);
});

test('[TRACE64] t lets times count from the selected packet, and from the beginning again', async () => {
  expect(isOffered('trace.time-reference')).toBe(false);
  await select(2);
  await run('trace.time-reference');
  expect(times()).toEqual(['−1.000 s', '+0 µs', '+1.000 s']);
  await run('trace.time-reference');
  expect(times()).toEqual(['1.000000', '2.000000', '3.000000']);
});

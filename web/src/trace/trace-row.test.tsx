import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { AbsentRow, MarkerRow } from './trace-row.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

test('[TRACE9] what happened between two packets stands apart from when: a text may end with a number', () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  const marker = {
    key: 'e1',
    atMs: 1_244_064,
    afterSeq: 1,
    level: 'warn' as const,
    text: 'Fault f1 began: lose',
    reason: '',
  };
  act(() => root.render(<MarkerRow marker={marker} rowNumber={0} epochMs={1_000_000} />));
  expect(host.querySelector('b')?.textContent).toBe('Fault f1 began: lose');
  expect(host.querySelector('.trace-marker-time')?.textContent).toBe('at 244.064 s');
  act(() => root.unmount());
});

test.each([
  [false, 'fetching…'],
  [true, 'not in the log'],
])('[TRACE90] a row without its packet says why (left out: %s)', (leftOut, says) => {
  const host = document.createElement('div');
  const root = createRoot(host);
  act(() => root.render(<AbsentRow seq={7} rowNumber={0} selected={false} leftOut={leftOut} />));
  expect(host.querySelector('.trace-cell-absent')?.textContent).toBe(says);
  act(() => root.unmount());
});

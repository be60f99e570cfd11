import { act, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test, vi } from 'vitest';
import { drawPaced } from '../state/pace.ts';
import { type Following, useFollow } from './use-follow.ts';
import type { TraceRows } from './use-trace-rows.ts';

const rowHeight = 20;

/** A log of `count` packets, all of them shown. */
function rowsOf(count: number): TraceRows {
  const log = { paused: false, ring: { lastSeq: count } };
  const view = { matched: count, positionOf: (seq: number) => seq - 1, seqAt: () => undefined };
  const model = {
    count,
    rowOf: (position: number) => position,
    at: (position: number) => ({ kind: 'packet', position }),
  };
  return { log, view, model } as unknown as TraceRows;
}

let following: Following | undefined;
function List({ count }: { count: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  following = useFollow(rowsOf(count), scroller, rowHeight);
  const sized = (element: HTMLDivElement | null) => {
    scroller.current = element;
    if (element === null) return;
    Object.defineProperty(element, 'scrollHeight', { value: count * rowHeight, configurable: true });
    Object.defineProperty(element, 'clientHeight', { value: 400, configurable: true });
  };
  return <div ref={sized} data-testid="scroller" />;
}

async function openList() {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  await act(async () => root.render(<List count={10} />));
  const told: number[] = [];
  const scroller = host.querySelector('[data-testid="scroller"]');
  scroller?.addEventListener('scroll', () => told.push(scroller.scrollTop));
  return { root, told };
}

test('[TRACE6] at the end the place is told within the drawing, not after a frame without rows; what is all in sight is not new', async () => {
  const { root, told } = await openList();
  act(() => root.render(<List count={500} />));
  expect(told).toEqual([500 * rowHeight]);
  await act(async () => following?.stop());
  await act(async () => root.render(<List count={510} />));
  expect(following?.fresh).toBe(10);
  await act(async () => root.render(<List count={20} />));
  expect(following?.fresh).toBe(0);
  await act(async () => root.unmount());
});

test('[UI32] the rows that come are laid out behind the task that draws them', async () => {
  const { root, told } = await openList();
  const toldWhileDrawn = await new Promise((resolve) => {
    drawPaced(() => {
      act(() => root.render(<List count={500} />));
      resolve([...told]);
    });
  });
  expect(toldWhileDrawn).toEqual([]);
  await vi.waitUntil(() => drawPaced.isIdle());
  expect(told).toEqual([500 * rowHeight]);
  await act(async () => root.unmount());
});

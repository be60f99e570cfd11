import { useEffect, useRef } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { useLab } from '../state/lab-store.ts';
import { kept, useMoment } from '../state/moment.ts';
import { whyReadOnly } from '../state/recording.ts';
import { serverNowMs } from '../state/server-clock.ts';
import { traceStore } from '../state/trace-store.ts';
import { Density, shapes } from './density.ts';

/** Pixels of a column and of the gap behind it. */
const column = { width: 3, step: 5 };
/** The picture is drawn at most so often while packets come, milliseconds. */
const drawEveryMs = 250;
/** The tallest column leaves room for marks above it, pixels. */
const headroom = 7;

/** Time that the line shows, µs: from the first record that is kept until now, which is `nowMs` of the server's clock. */
export function shownRange(nowMs: number): { readonly fromUs: number; readonly toUs: number } | undefined {
  const range = kept();
  if (range === undefined) return undefined;
  const running = useLab.getState().status?.phase === 'running' && whyReadOnly() === undefined;
  const nowUs = running ? (nowMs - traceStore.epochMs) * 1000 : 0;
  // An empty stretch would be a point.
  return { fromUs: range.fromUs, toUs: Math.max(range.toUs, nowUs, range.fromUs + 1_000_000) };
}

function colours(canvas: HTMLElement) {
  const style = getComputedStyle(canvas);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    base: token('line-2'),
    bad: token('bad'),
    at: token('accent'),
    shapes: new Map(shapes.map((shape) => [shape, shape === 'other' ? token('text-3') : token(`proto-${shape}-edge`)])),
  };
}

function draw(canvas: HTMLCanvasElement, density: Density): void {
  const range = shownRange(serverNowMs());
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext('2d');
  if (range === undefined || context === null || width === 0) return;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const { base, bad, at, shapes: fills } = colours(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = base;
  context.fillRect(0, height - 3, width, 1);
  const columns = density.columns(range.fromUs, range.toUs, Math.max(1, Math.floor(width / column.step)));
  const most = Math.max(1, ...columns.map(({ count }) => count));
  columns.forEach(({ count, shape, marked }, index) => {
    if (count === 0) return;
    const x = index * column.step;
    // A single packet beside a storm is still to be seen.
    const tall = 2 + (Math.log1p(count) / Math.log1p(most)) * (height - headroom - 5);
    context.fillStyle = fills.get(shape) ?? base;
    context.fillRect(x, height - 3 - tall, column.width, tall);
    if (!marked) return;
    context.fillStyle = bad;
    context.beginPath();
    context.moveTo(x - 1, 0);
    context.lineTo(x + column.width + 1, 0);
    context.lineTo(x + column.width / 2, 5);
    context.fill();
  });
  const { atUs } = useMoment.getState();
  const share = atUs === undefined ? 1 : (atUs - range.fromUs) / (range.toUs - range.fromUs);
  context.fillStyle = at;
  context.fillRect(Math.min(width - 2, Math.max(0, share * width - 1)), 0, 2, height);
}

/** Draws the log's density into a canvas, outside of React: again when packets came, time passed or the moment changed. */
export function useTimeLine(): React.RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const density = new Density();
    let { generation } = traceStore;
    let frame = 0;
    let dirty = true;
    const fill = () => {
      density.clear();
      const { ring } = traceStore;
      for (let index = ring.first; index < ring.end; index++) density.add(ring.at(index));
    };
    const soon = () => {
      if (frame === 0)
        frame = requestAnimationFrame(() => {
          frame = 0;
          draw(element, density);
        });
    };
    const take = (records: readonly TraceRecord[]) => {
      for (const record of records) density.add(record);
      dirty = true;
    };
    fill();
    soon();
    const stops = [
      traceStore.onBatch(take),
      traceStore.subscribe(() => {
        if (generation === traceStore.generation) return;
        generation = traceStore.generation;
        fill();
        soon();
      }),
      useMoment.subscribe(soon),
    ];
    let drawnMs = 0;
    const timer = setInterval(() => {
      // Time passes on the line, too, but a quiet second may wait for the next.
      if (document.hidden || (!dirty && performance.now() - drawnMs < 1_000)) return;
      dirty = false;
      drawnMs = performance.now();
      soon();
    }, drawEveryMs);
    const sized = new ResizeObserver(soon);
    sized.observe(element);
    const themed = new MutationObserver(soon);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      for (const stop of stops) stop();
      clearInterval(timer);
      cancelAnimationFrame(frame);
      sized.disconnect();
      themed.disconnect();
    };
  }, []);
  return canvas;
}

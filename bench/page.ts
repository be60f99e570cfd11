import { setTimeout as pause } from 'node:timers/promises';
import { type Devtools, startChromium } from './devtools.ts';

/** The lab's page in a Chromium of its own. */
export interface ViewedPage extends AsyncDisposable {
  /** Forgets the tasks so far. */
  watchTasks(): Promise<void>;
  /** The longest task since then; 0 when none took the 50 ms from which on a browser tells of them. */
  longestTaskMs(): Promise<number>;
  /** Scrolls the trace up and down by wheel for so long: frames a second that the page drew. */
  scrollTrace(forMs: number): Promise<number>;
  /** What the page's JavaScript holds after a collection, bytes. */
  heapBytes(): Promise<number>;
}

const size = { width: 1440, height: 900 };
const openMs = 30_000;

/** Opens an address until disposed; resolves when the trace is drawn. */
export async function openPage(executablePath: string, url: string): Promise<ViewedPage> {
  const chromium = await startChromium(executablePath, size);
  try {
    await chromium.send('Page.navigate', { url });
    await traceDrawn(chromium);
    await chromium.evaluate(`(${watchTasks})()`);
  } catch (error) {
    await chromium[Symbol.asyncDispose]();
    throw error;
  }
  return {
    watchTasks: async () => void (await chromium.evaluate('window.longestTaskMs = 0')),
    longestTaskMs: async () => Number(await chromium.evaluate('window.longestTaskMs')),
    scrollTrace: (forMs) => scrollTrace(chromium, forMs),
    heapBytes: async () => {
      await chromium.send('HeapProfiler.collectGarbage');
      const { usedSize } = await chromium.send('Runtime.getHeapUsage');
      return Number(usedSize);
    },
    [Symbol.asyncDispose]: () => chromium[Symbol.asyncDispose](),
  };
}

async function traceDrawn(chromium: Devtools): Promise<void> {
  const until = performance.now() + openMs;
  while ((await chromium.evaluate(`document.querySelector('[data-testid=trace]') !== null`)) !== true) {
    if (performance.now() > until) throw new Error(`The page did not draw the trace within ${openMs} ms`);
    await pause(20);
  }
}

/** Runs in the page. */
function watchTasks(): void {
  Reflect.set(window, 'longestTaskMs', 0);
  new PerformanceObserver((list) => {
    const longest = Math.max(...list.getEntries().map(({ duration }) => duration));
    Reflect.set(window, 'longestTaskMs', Math.max(longest, Number(Reflect.get(window, 'longestTaskMs'))));
  }).observe({ type: 'longtask' });
}

/** Runs in the page: frames a second for so long. */
function framesPerSecond(ms: number): Promise<number> {
  return new Promise((resolve) => {
    const start = performance.now();
    let count = 0;
    const next = (now: number): void => {
      if (now - start >= ms) resolve((count * 1000) / (now - start));
      else {
        count += 1;
        requestAnimationFrame(next);
      }
    };
    requestAnimationFrame(next);
  });
}

/** Runs in the page: the middle of the trace. */
function middleOfTrace(): { x: number; y: number } | undefined {
  const box = document.querySelector('[data-testid=trace]')?.getBoundingClientRect();
  return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function scrollTrace(chromium: Devtools, forMs: number): Promise<number> {
  const at = (await chromium.evaluate(`(${middleOfTrace})()`)) as ReturnType<typeof middleOfTrace>;
  const frames = chromium.evaluate(`(${framesPerSecond})(${forMs})`);
  const until = performance.now() + forMs;
  for (let turn = 0; performance.now() < until; turn++) {
    // Up for a second, down for a second, a screenful each time.
    const deltaY = Math.floor(turn / 60) % 2 === 0 ? -400 : 400;
    await chromium.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...at, deltaX: 0, deltaY });
    await pause(16);
  }
  return Number(await frames);
}

import { chromium, type Page } from 'playwright-core';

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

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** Opens an address until disposed; resolves when the trace is drawn. */
export async function openPage(executablePath: string, url: string): Promise<ViewedPage> {
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.getByTestId('trace').waitFor();
  await page.evaluate(watchTasks);
  return {
    watchTasks: () => page.evaluate(() => Reflect.set(window, 'longestTaskMs', 0)).then(() => undefined),
    longestTaskMs: () => page.evaluate(() => Number(Reflect.get(window, 'longestTaskMs'))),
    scrollTrace: (forMs) => scrollTrace(page, forMs),
    heapBytes: async () => {
      const session = await page.context().newCDPSession(page);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return usedSize;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Runs in the page. */
function watchTasks(): void {
  Reflect.set(window, 'longestTaskMs', 0);
  new PerformanceObserver((list) => {
    const longest = Math.max(...list.getEntries().map(({ duration }) => duration));
    Reflect.set(window, 'longestTaskMs', Math.max(longest, Number(Reflect.get(window, 'longestTaskMs'))));
  }).observe({ type: 'longtask' });
}

async function scrollTrace(page: Page, forMs: number): Promise<number> {
  await page.getByTestId('trace').hover();
  const frames = page.evaluate(
    (ms) =>
      new Promise<number>((resolve) => {
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
      }),
    forMs,
  );
  const until = performance.now() + forMs;
  for (let turn = 0; performance.now() < until; turn++) {
    // Up for a second, down for a second, a screenful each time.
    await page.mouse.wheel(0, Math.floor(turn / 60) % 2 === 0 ? -400 : 400);
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
  return await frames;
}

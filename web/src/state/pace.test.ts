import { expect, test } from 'vitest';
import { type PaceClock, paced } from './pace.ts';

/** A browser whose time is told: frames come each 16 ms, and a drawing takes `costMs`, a fifth of it in the frame. */
class Browser implements PaceClock {
  ms = 0;
  costMs = 0;
  isInFrame = false;
  readonly drawnAt: number[] = [];
  #unpaintedMs = 0;
  readonly #planned: { atMs: number; work: () => void }[] = [];

  now = () => this.ms;
  beforeFrame = (work: () => void) =>
    this.#plan((Math.floor(this.ms / 16) + 1) * 16, () => {
      this.isInFrame = true;
      work();
      this.isInFrame = false;
      this.ms += this.#unpaintedMs;
      this.#unpaintedMs = 0;
    });
  // A timer that is set before the drawing comes after it.
  after = (ms: number, work: () => void) => this.#plan(this.ms + ms, work);
  soon = (work: () => void) => this.#plan(this.ms, work);
  settled = (work: () => void) => work();

  readonly draw = () => {
    expect(this.isInFrame).toBe(false);
    this.drawnAt.push(this.ms);
    this.ms += this.costMs * 0.8;
    this.#unpaintedMs += this.costMs * 0.2;
  };

  run(untilMs: number): void {
    for (;;) {
      this.#planned.sort((a, b) => a.atMs - b.atMs);
      if (this.#planned[0] === undefined || this.#planned[0].atMs > untilMs) break;
      const next = this.#planned.shift();
      this.ms = Math.max(this.ms, next?.atMs ?? 0);
      next?.work();
    }
    this.ms = Math.max(this.ms, untilMs);
  }

  #plan(atMs: number, work: () => void): void {
    this.#planned.push({ atMs, work });
  }
}

/** When it was drawn, if something new comes 20 times a second for two seconds. */
function drawings(costMs: number): number[] {
  const browser = new Browser();
  browser.costMs = costMs;
  const plan = paced(browser);
  let isPlanned = false;
  for (let ms = 0; ms < 2000; ms += 50) {
    if (!isPlanned) {
      isPlanned = true;
      plan(() => {
        isPlanned = false;
        browser.draw();
      });
    }
    browser.run(ms + 50);
  }
  return browser.drawnAt;
}

test('[UI32] what is cheap to draw is drawn ten times a second: in two seconds at most 21 times', () => {
  expect(drawings(1)).toHaveLength(21);
});

test('[UI32] what is dear leaves the page three quarters of its time, and is never older than 0.4 s and a drawing', () => {
  for (const costMs of [20, 40, 80]) {
    const many = drawings(costMs).length;
    expect(many * costMs).toBeLessThanOrEqual(2100 / 4 + costMs);
    expect(many).toBeGreaterThanOrEqual(5);
  }
  const late = drawings(300);
  for (const [i, at] of late.entries()) expect(at - (late[i - 1] ?? 0)).toBeLessThanOrEqual(300 + 400 + 2 * 50);
});

test('[UI32] after a rest the next one is drawn behind the next frame', () => {
  const browser = new Browser();
  browser.costMs = 100;
  const plan = paced(browser);
  plan(browser.draw);
  browser.run(1000);
  plan(browser.draw);
  browser.run(2000);
  expect(browser.drawnAt).toEqual([16, 1008]);
});

test('[UI32] what is planned together is drawn together', () => {
  const browser = new Browser();
  const plan = paced(browser);
  plan(browser.draw);
  plan(browser.draw);
  browser.run(10);
  plan(browser.draw);
  browser.run(1000);
  expect(browser.drawnAt).toEqual([16, 16, 16]);
});

/** Draws something for so long whose layout takes so long, and tells when and where it was laid out. */
function laidOut(browser: Browser, plan: ReturnType<typeof paced>, drawMs: number, layoutMs: number) {
  const at: [ms: number, isInFrame: boolean][] = [];
  const layOut = () => {
    at.push([browser.ms, browser.isInFrame]);
    browser.ms += layoutMs;
  };
  plan(() => {
    browser.draw();
    browser.ms += drawMs;
    plan.measure(layOut);
    plan.measure(layOut);
  });
  return at;
}

test('[UI32] what needs the layout runs once, in a task behind the drawing or in the frame that would paint it', () => {
  const browser = new Browser();
  const plan = paced(browser);
  const quick = laidOut(browser, plan, 5, 5);
  browser.run(1000);
  expect(quick).toEqual([[21, false]]);
  // Some frames are due already when this drawing is done.
  browser.soon = (work) => browser.after(1, work);
  const slow = laidOut(browser, plan, 40, 5);
  browser.run(2000);
  expect(slow).toEqual([[1048, true]]);
});

test('[UI32] layout counts as drawing: the page rests for it, too', () => {
  const browser = new Browser();
  const plan = paced(browser);
  laidOut(browser, plan, 10, 50);
  browser.run(20);
  plan(browser.draw);
  browser.run(1000);
  expect(browser.drawnAt[1]).toBeGreaterThanOrEqual(16 + 60 + 3 * 60);
});

test('[UI32] while nothing is being drawn, or its layout is done, what needs the layout runs at once', () => {
  const browser = new Browser();
  const plan = paced(browser);
  let times = 0;
  const count = () => {
    times += 1;
  };
  plan.measure(count);
  expect(times).toBe(1);
  plan(() => browser.beforeFrame(() => plan.measure(count)));
  browser.run(1000);
  expect(times).toBe(2);
});

test('[UI32] it is idle before something is planned and when that is drawn', () => {
  const browser = new Browser();
  const plan = paced(browser);
  expect(plan.isIdle()).toBe(true);
  plan(browser.draw);
  expect(plan.isIdle()).toBe(false);
  browser.run(100);
  expect([browser.drawnAt.length, plan.isIdle()]).toEqual([1, true]);
});

/** What drawing is timed and planned with; a test gives its own. */
export interface PaceClock {
  readonly now: () => number;
  /** Runs before the next frame is drawn. */
  readonly beforeFrame: (work: () => void) => void;
  readonly after: (ms: number, work: () => void) => void;
  /** Runs in a task of its own, ahead of the next frame where the browser lets a task go first. */
  readonly soon: (work: () => void) => void;
  /** Runs when what was drawn just now stands in the document. */
  readonly settled: (work: () => void) => void;
}

const browserClock: PaceClock = {
  now: () => performance.now(),
  beforeFrame: (work) => requestAnimationFrame(work),
  after: (ms, work) => setTimeout(work, ms),
  soon: (work) => {
    if ('scheduler' in window) void scheduler.postTask(work, { priority: 'user-blocking' });
    else setTimeout(work);
  },
  // React draws what a store tells it in a microtask, and this one comes behind that.
  settled: (work) => queueMicrotask(work),
};

/** Plans a drawing. */
type Paced = ((draw: () => void) => void) & {
  /** Nothing is planned and nothing is being drawn. */
  readonly isIdle: () => boolean;
  /**
   * For what has to know where things stand: what was just drawn is laid out in a task of its own, and in any case before
   * the frame that paints it; what is asked for twice runs once. Runs at once while nothing is being drawn.
   */
  readonly measure: (work: () => void) => void;
};

/** After a drawing the page rests this many times as long as the drawing took. */
const restShare = 3;
/** With the frames before and after a drawing ten times a second, as often as anybody reads what changes, milliseconds. */
const shortestRestMs = 64;
/** Longer than this nobody waits for what is new, milliseconds. */
const longestRestMs = 400;

/**
 * Plans drawings at a pace that the machine keeps up with: a quarter of the page's time at most goes into them, styles,
 * layout and painting included. A page that is drawn without end takes the processor from what it shows, when both are on
 * one machine, and its keys from whoever types. What is planned together is drawn together: the browser lays out once.
 * It is drawn in one task, laid out in another and painted in the frame after that: keys are heard in between.
 */
export function paced({ now, beforeFrame, after, soon, settled }: PaceClock = browserClock): Paced {
  let restUntil = 0;
  let state: 'idle' | 'planned' | 'drawing' | 'painting' = 'idle';
  let planned: (() => void)[] = [];
  let measuring = new Set<() => void>();
  let tookMs = 0;
  const rest = (): void => {
    restUntil = now() + Math.min(longestRestMs, Math.max(shortestRestMs, tookMs * restShare));
    state = 'idle';
    if (planned.length > 0) begin();
  };
  const layOut = (): void => {
    const works = measuring;
    measuring = new Set();
    for (const work of works) work();
  };
  const draw = (): void => {
    const began = now();
    const draws = planned;
    planned = [];
    state = 'drawing';
    beforeFrame(() => {
      const frameBegan = now();
      state = 'painting';
      // The browser paints behind what runs before a frame, and comes to timers after that.
      after(0, () => {
        tookMs += now() - frameBegan;
        rest();
      });
      layOut();
    });
    try {
      for (const each of draws) each();
    } finally {
      settled(() => {
        tookMs = now() - began;
        if (measuring.size === 0) return;
        soon(() => {
          const layoutBegan = now();
          layOut();
          tookMs += now() - layoutBegan;
        });
      });
    }
  };
  // A page that nobody sees has no frames: it draws nothing.
  const frame = (): void => beforeFrame(() => after(0, draw));
  const begin = (): void => {
    state = 'planned';
    const waitMs = restUntil - now();
    if (waitMs <= 0) frame();
    else after(waitMs, frame);
  };
  const plan = (work: () => void): void => {
    planned.push(work);
    if (state === 'idle') begin();
  };
  const measure = (work: () => void): void => {
    if (state === 'drawing') measuring.add(work);
    else work();
  };
  return Object.assign(plan, { isIdle: () => state === 'idle', measure });
}

/** The one pace of the page. */
export const drawPaced = paced();

/** What drawing is timed and planned with; a test gives its own. */
export interface PaceClock {
  readonly now: () => number;
  /** Runs before the next frame is drawn. */
  readonly beforeFrame: (work: () => void) => void;
  readonly after: (ms: number, work: () => void) => void;
}

const browserClock: PaceClock = {
  now: () => performance.now(),
  beforeFrame: (work) => requestAnimationFrame(work),
  after: (ms, work) => setTimeout(work, ms),
};

/** Plans a drawing. */
type Paced = ((draw: () => void) => void) & {
  /** Nothing is planned and nothing is being drawn. */
  readonly isIdle: () => boolean;
};

/** After a drawing the page rests this many times as long as the drawing took. */
const restShare = 3;
/** Ten times a second is as often as anybody reads what changes: the next drawing waits at least so long, milliseconds. */
const shortestRestMs = 80;
/** Longer than this nobody waits for what is new, milliseconds. */
const longestRestMs = 400;

/**
 * Plans drawings at a pace that the machine keeps up with: a quarter of the page's time at most goes into them, styles,
 * layout and painting included. A page that is drawn without end takes the processor from what it shows, when both are on
 * one machine, and its keys from whoever types. What is planned for one frame is drawn in one: the browser lays out once.
 */
export function paced({ now, beforeFrame, after }: PaceClock = browserClock): Paced {
  let restUntil = 0;
  let state: 'idle' | 'planned' | 'drawing' = 'idle';
  let planned: (() => void)[] = [];
  const frame = (): void =>
    beforeFrame(() => {
      const began = now();
      const draws = planned;
      planned = [];
      state = 'drawing';
      // The browser lays out and paints behind what runs before a frame, and comes to timers after that.
      after(0, () => {
        const ended = now();
        restUntil = ended + Math.min(longestRestMs, Math.max(shortestRestMs, (ended - began) * restShare));
        state = 'idle';
        if (planned.length > 0) begin();
      });
      for (const draw of draws) draw();
    });
  const begin = (): void => {
    state = 'planned';
    const rest = restUntil - now();
    if (rest <= 0) frame();
    else after(rest, frame);
  };
  const plan = (draw: () => void): void => {
    planned.push(draw);
    if (state === 'idle') begin();
  };
  return Object.assign(plan, { isIdle: () => state === 'idle' });
}

/** The one pace of the page. */
export const drawPaced = paced();

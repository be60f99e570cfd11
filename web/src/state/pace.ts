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

/** After a drawing the page rests this many times as long as the drawing took. */
const restShare = 3;
/** Longer than this nobody waits for what is new, milliseconds. */
const longestRestMs = 400;

/**
 * Plans drawings at a pace that the machine keeps up with: a quarter of the page's time at most goes into them, styles,
 * layout and painting included. A page that is drawn without end takes the processor from what it shows, when both are on
 * one machine, and its keys from whoever types.
 */
export function paced({ now, beforeFrame, after }: PaceClock = browserClock): (draw: () => void) => void {
  let restUntil = 0;
  let isDrawing = false;
  let waiting: (() => void)[] = [];
  const plan = (draw: () => void): void => {
    // What the drawing that is under way costs is not known yet.
    if (isDrawing) {
      waiting.push(draw);
      return;
    }
    const begin = () =>
      beforeFrame(() => {
        const began = now();
        isDrawing = true;
        // The browser lays out and paints behind what runs before a frame, and comes to timers after that.
        after(0, () => {
          const ended = now();
          restUntil = ended + Math.min(longestRestMs, (ended - began) * restShare);
          isDrawing = false;
          const planned = waiting;
          waiting = [];
          for (const next of planned) plan(next);
        });
        draw();
      });
    const rest = restUntil - now();
    if (rest <= 0) begin();
    else after(rest, begin);
  };
  return plan;
}

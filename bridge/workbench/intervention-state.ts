/** What people have set that changes frames or their timing, for the page's banner. */
export interface InterventionState {
  /** Frames held at breakpoints at the moment. */
  readonly held: number;
  /** Breakpoints that are on. */
  readonly breakpoints: number;
  /** Faults that are or will be at work. */
  readonly faults: number;
  readonly replaying: boolean;
  /** Times in the log are not the network's own: a frame is held, a fault is at work, or a replay runs. */
  readonly distorted: boolean;
  /** Whoever runs a router's program is to stop it now, and to let it go on when this is false. */
  readonly stopsRouter: boolean;
}

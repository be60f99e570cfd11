import type { FieldEdit } from '../../packet/edit-fields.ts';
import type { InterceptPoint } from '../../trace/intercept.ts';

/** A breakpoint as it is asked for: frames of the filter ('' is all) are held at these points. */
export interface BreakpointSpec {
  readonly id: string;
  readonly filter: string;
  readonly points: readonly InterceptPoint[];
  readonly enabled: boolean;
  /** So many frames are held, then no more until `hold:run`; 0: any number. */
  readonly limit: number;
}
/** `hits`: frames held since it was set or run. */
export interface Breakpoint extends BreakpointSpec {
  readonly hits: number;
}
export interface HoldSettings {
  /** Stops the router's program while a frame is held, where this machine runs it. */
  readonly stopRouter: boolean;
  /** A frame that is held for longer is dropped, visibly; an edit begins that time anew. */
  readonly holdMs: number;
  /** Frames held at once; one more is dropped, visibly. */
  readonly capacity: number;
}
export interface Breakpoints extends HoldSettings {
  readonly breakpoints: readonly Breakpoint[];
}

/** Why a frame is held: it fits a breakpoint, it is behind such a frame of its flow, or it was stepped here. */
export type HeldWhy =
  | { readonly kind: 'breakpoint'; readonly id: string }
  | { readonly kind: 'behind'; readonly id: number }
  | { readonly kind: 'step' };

export interface HeldFrame {
  readonly id: number;
  /** Its record at point `hold`. */
  readonly seq: number;
  readonly point: InterceptPoint;
  /** Switch or router. */
  readonly node: string;
  readonly port: number;
  /** Where it goes from here, for a person: `router eth1`, `out of port 2 of sw0`. */
  readonly next: string;
  readonly why: HeldWhy;
  /** As it is now, base64. */
  readonly bytes: string;
  readonly isEdited: boolean;
  /** False when the switch sent only the beginning: such a frame takes raw bytes only. */
  readonly isWhole: boolean;
  /** On the trace's clock. */
  readonly heldUs: number;
  readonly deadlineUs: number;
}
interface HeldFrames {
  readonly nowUs: number;
  /** In the order in which they came. */
  readonly frames: readonly HeldFrame[];
}

export type HoldAction =
  | { readonly kind: 'forward' }
  | { readonly kind: 'drop' }
  /** Forwards it twice. */
  | { readonly kind: 'duplicate' }
  /** Undoes every edit. */
  | { readonly kind: 'revert' }
  /** The frame stays held. Base64. */
  | { readonly kind: 'edit-bytes'; readonly bytes: string }
  /** Checksums are made right, left as they are, or made wrong on purpose. */
  | {
      readonly kind: 'edit-fields';
      readonly edits: readonly FieldEdit[];
      readonly checksums: 'recompute' | 'keep' | 'break';
    };

export interface HoldMethods {
  /** Without `breakpoints` only asks; with them they replace those that were set. */
  'hold:breakpoints'(
    argument: Partial<HoldSettings> & { readonly breakpoints?: readonly BreakpointSpec[] | undefined },
  ): Breakpoints;
  'hold:list'(argument: Record<string, never>): HeldFrames;
  /** On the frames of these ids, or all; `gone` are ids that are no longer held. */
  'hold:act'(argument: { readonly ids: readonly number[] | 'all'; readonly action: HoldAction }): {
    readonly done: number;
    readonly gone: readonly number[];
  };
  /** Forwards all, and lets used-up breakpoints hold again. */
  'hold:run'(argument: Record<string, never>): { readonly released: number };
  /** Lets one frame (the oldest, when none is named) go to its next point and holds it there. */
  'hold:step'(argument: { readonly id?: number | undefined }): StepOutcome;
}

/**
 * `held` again, as frame `id`; `awaited`: it went into the router, whose next frame within 5 s will be held; `left`: it
 * went where it cannot be followed, out of the switch or to a fault that delays it; `dropped`, as the log says why.
 */
export interface StepOutcome {
  readonly outcome: 'held' | 'awaited' | 'left' | 'dropped';
  readonly id: number;
}

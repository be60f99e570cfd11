import type { FrameSpec } from '../../packet/build.ts';
import type { InterceptPoint } from '../../trace/intercept.ts';
import type { FramePlace } from '../place.ts';

/** What a form gives: a frame's headers, and its payload as base64. */
export interface BuildRequest extends Omit<FrameSpec, 'layer'> {
  readonly layer:
    | Extract<FrameSpec['layer'], { kind: 'arp' }>
    | (Omit<Extract<FrameSpec['layer'], { kind: 'ipv4' }>, 'payload'> & { readonly payload: string });
}

/** Which frames a replay sends, and when: `speed` 1 is as recorded, 2 twice as fast, 0 as fast as is allowed. */
export interface ReplayRequest {
  readonly from: /** Records at this point, each to where it was seen, or all to `at`. */
    | {
        readonly kind: 'log';
        readonly fromSeq: number;
        readonly toSeq: number;
        readonly point: InterceptPoint;
        readonly at?: Omit<FramePlace, 'point'> | undefined;
      }
    /** Frames as base64, with times in µs of any zero. */
    | {
        readonly kind: 'frames';
        readonly at: FramePlace;
        readonly frames: readonly { readonly atUs: number; readonly bytes: string }[];
      };
  readonly speed: number;
}

export interface ReplayStatus {
  readonly state: 'none' | 'running' | 'done' | 'cancelled';
  readonly total: number;
  readonly sent: number;
  /** Records that the log holds only in part, or whose place is gone. */
  readonly skipped: number;
  /** Records of the injected frames, first and last; 0: none yet. */
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export interface InjectMethods {
  /** Puts a frame in at a place, as if it had come there; `seq` is its record at point `inject`. */
  'inject:frame'(argument: FramePlace & { readonly bytes: string }): { readonly seq: number };
  /** The bytes of a frame, base64, with checksums and lengths. */
  'inject:build'(argument: BuildRequest): { readonly bytes: string };
  /** Starts a replay; there is one at a time. */
  'inject:replay'(argument: ReplayRequest): ReplayStatus;
  'inject:status'(argument: Record<string, never>): ReplayStatus;
  'inject:cancel'(argument: Record<string, never>): ReplayStatus;
}

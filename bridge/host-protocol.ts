import type { BridgeConfig, BridgeEvent, BridgeState } from './api.ts';
import type { PointSource } from './trace/points/point-source.ts';
import type { WorkbenchError } from './workbench/method.ts';
import type { MethodName } from './workbench/methods.ts';

/** What the owner of a bridge's thread tells it. `id` is answered with the same id. */
export type ToThread =
  | { readonly kind: 'start'; readonly config: BridgeConfig }
  | { readonly kind: 'trace'; readonly isWanted: boolean }
  | { readonly kind: 'readTrace'; readonly id: number; readonly fromSeq: number; readonly limit: number }
  | { readonly kind: 'points'; readonly id: number; readonly source: PointSource | undefined }
  | { readonly kind: 'closeRouter'; readonly id: number; readonly name: string; readonly reason: string }
  | { readonly kind: 'call'; readonly id: number; readonly method: MethodName; readonly argument: unknown }
  | { readonly kind: 'close' };

/** What the thread tells its owner; the first message is `started` or `failed`. */
export type FromThread =
  | { readonly kind: 'started'; readonly state: BridgeState; readonly systemThread: number | undefined }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'state'; readonly state: BridgeState }
  /** With the state that the event led to. */
  | { readonly kind: 'event'; readonly event: BridgeEvent; readonly state: BridgeState }
  | { readonly kind: 'trace'; readonly batch: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'read'; readonly id: number; readonly batch: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | {
      readonly kind: 'refused';
      readonly id: number;
      /** Undefined: a bug of ours. */
      readonly code: WorkbenchError['code'] | undefined;
      readonly message: string;
    }
  | { readonly kind: 'closed' };

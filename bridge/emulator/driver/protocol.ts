import type { SharedRing } from '../../trace/points/point-ring.ts';
import type { EmulatorConfig, TerminalSize } from './api.ts';
import type { LinkQueues } from './queue-watch.ts';

export type Opened =
  | { readonly kind: 'console' }
  | { readonly kind: 'shell'; readonly host: string }
  | { readonly kind: 'test'; readonly name: string };

/** What the owner of an emulated network's thread tells it; terminals and commands have an id that the owner chose. */
export type ToThread =
  | { readonly kind: 'start'; readonly config: EmulatorConfig }
  | { readonly kind: 'open'; readonly id: number; readonly what: Opened; readonly size: TerminalSize }
  | { readonly kind: 'input'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'resize'; readonly id: number; readonly size: TerminalSize }
  /** So many bytes of output were taken: more may come. */
  | { readonly kind: 'taken'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'hangUp'; readonly id: number }
  | {
      readonly kind: 'exec';
      readonly id: number;
      readonly host: string;
      readonly argv: readonly string[];
      readonly outputLimitBytes: number;
    }
  | { readonly kind: 'abort'; readonly id: number }
  /** Tells the ring of every frame on a link; undefined ends that. */
  | { readonly kind: 'points'; readonly ring: SharedRing | undefined }
  | { readonly kind: 'close' };

/** What the thread tells its owner; the first message is `started` or `failed`. */
export type FromThread =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'output'; readonly id: number; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'exit'; readonly id: number; readonly exitCode: number }
  | {
      readonly kind: 'executed';
      readonly id: number;
      readonly exitCode: number | null;
      readonly output: string;
      readonly truncated: boolean;
    }
  /** What waits on the links, when it has changed. */
  | { readonly kind: 'queues'; readonly queues: readonly LinkQueues[] }
  | { readonly kind: 'closed' };

import type { BridgeHandle } from '../../../bridge/index.ts';
import type { Lab } from '../../contract/lab.ts';
import type { LinkQueues, RuntimeKind } from '../../contract/status.ts';
import type { Pty, PtySize } from '../../terminals/pty.ts';

/** Outcome of a command on a host; `output` is stdout and stderr as they came, cut at a bound. */
export interface ExecResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

/** A lab's running network; everything above it is the same on every runtime. */
export interface Network extends AsyncDisposable {
  /** The runtime's command line (`mininet>`). */
  readonly console: Pty;
  /** Resolves when every host is ready (addresses, routes, services answer); rejects with what it waited for. */
  readonly ready: Promise<void>;
  /** The process on which the network hangs; undefined for one inside this process. */
  readonly pid: number | undefined;
  /** The process that forwards the lab's frames, from when it is linked; undefined for one inside this process. */
  readonly switchPid: number | undefined;
  readonly notes: readonly string[];
  /** How far it is: links and switches are made, and these hosts are ready. */
  readonly progress: { readonly linked: boolean; readonly readyHosts: readonly string[] };
  /** What waits on links that have a bandwidth; undefined where this runtime cannot tell. */
  readonly queues: readonly LinkQueues[] | undefined;
  /** Called when `progress` or `queues` changed. */
  onProgress(listener: () => void): void;
  /** Opens a shell on a host; its prompt is `host$ `. Throws not-found, network-failed. */
  openShell(host: string, size: PtySize): Pty;
  /** Runs argv on a host; rejects with the signal's reason when aborted, with AppError for a host that is not there. */
  exec(
    host: string,
    argv: readonly string[],
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ExecResult>;
  /**
   * Begins to see frames at hosts and switches and has the bridge log them, until it is closed. Rejects with an Error
   * that says why that cannot be.
   */
  watchPoints(bridge: Pick<BridgeHandle, 'watchPoints'>): Promise<PointsWatch>;
  /**
   * Called once, when the network is gone without having been closed: `why` is a sentence, `asked` is true when its own
   * command line was told to end.
   */
  onLost(listener: (why: string, asked: boolean) => void): void;
  close(): Promise<void>;
}

export interface PointsWatch {
  /** Called once when it ended by itself; `why` is a sentence. */
  onLost(listener: (why: string) => void): void;
  /** Resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

export interface Runtime {
  readonly kind: RuntimeKind;
  /** Whether it can run here, and why not or what to know. */
  probe(): Promise<{ available: boolean; notes: string[] }>;
  /** What the lab needs and this runtime does not have here, a sentence each; such a lab is not started (RUN9). */
  lacks(lab: Lab): Promise<string[]>;
  /**
   * Makes the lab's private place (namespaces, run directory) and says where the bridge must listen for its switches,
   * before the network itself starts: the controller is up first, so no switch has to retry.
   */
  prepare(lab: Lab): Promise<PreparedNetwork>;
  /** Ends and deletes what a killed server left behind; touches nothing that it did not make. */
  sweep(): Promise<void>;
}
export interface PreparedNetwork {
  /** Path of the unix socket on which the bridge listens for the lab's switches. */
  readonly openflowSocket: string;
  start(size: PtySize): Promise<Network>;
  /** Undoes `prepare` when the lab never started. */
  discard(): Promise<void>;
}

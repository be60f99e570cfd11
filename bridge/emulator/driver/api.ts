import type { ListenAddress } from '../../api.ts';
import type { PointSource } from '../../trace/points/point-source.ts';
import type { NetworkConfig } from '../config.ts';
import type { LinkQueues } from './queue-watch.ts';

/** What the server asks of an emulated network and hears from it. */
export interface EmulatorConfig {
  readonly network: NetworkConfig;
  /** Where its switches connect, again and again; undefined leaves them without a controller. */
  readonly controller: ListenAddress | undefined;
  /** Whether `source FILE` may read this machine's files: only for who could read them anyway. */
  readonly mayReadFiles: boolean;
}

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** A command line of the network; listeners have one owner, who pauses it when output comes too fast. */
export interface EmulatorTerminal {
  onData(listener: (data: Uint8Array) => void): void;
  /** After the last byte of output was delivered. */
  onExit(listener: (exitCode: number) => void): void;
  write(data: Uint8Array | string): void;
  resize(size: TerminalSize): void;
  pause(): void;
  resume(): void;
  /** As Ctrl-C. */
  interrupt(): void;
  /** The terminal is gone: what runs in it ends. */
  hangUp(): void;
}

export interface EmulatorExec {
  /** Null when it was ended before it ended itself. */
  readonly exitCode: number | null;
  /** stdout and stderr as they came, cut at the limit. */
  readonly output: string;
  readonly truncated: boolean;
}

/** A running emulated network, on its own thread. */
export interface EmulatorHandle extends AsyncDisposable {
  /** The `mininet>` command line; the network is over when it exits. */
  openConsole(size: TerminalSize): EmulatorTerminal;
  openShell(host: string, size: TerminalSize): EmulatorTerminal;
  /** Runs one of `mn --test`'s tests once every switch has its controller; exits with 0 when it passed. */
  openTest(name: string, size: TerminalSize): EmulatorTerminal;
  /** Runs argv on a host. Aborting interrupts the program (SIGINT), then gives it up. */
  exec(
    host: string,
    argv: readonly string[],
    options: { readonly outputLimitBytes: number; readonly signal?: AbortSignal },
  ): Promise<EmulatorExec>;
  /** Every link is seen from now on, until `watchPoints(undefined)`: the source is what a bridge takes in. */
  watchPoints(source: PointSource | undefined): void;
  /** Called with what waits on the links that have a bandwidth, at most twice a second and only when it has changed. */
  onQueues(listener: (queues: readonly LinkQueues[]) => void): () => void;
  /** Called once when the thread died without having been closed. */
  onLost(listener: (why: string) => void): () => void;
  close(): Promise<void>;
}

import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';
import type { Endpoint, TcpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { Process, Program } from './program.ts';

/** Ctrl-C, or the terminal is gone. */
export class Interrupted extends Error {}
/** What was waited for did not come in time. */
export class TimedOut extends Error {}

/** What a shell makes of a program that SIGINT ended. */
export const interruptedExitCode = 130;

/**
 * Waits for `promise`, at most `limitUs`; throws TimedOut, or Interrupted once `interrupted` is aborted. What the promise
 * does later is nobody's business any more.
 */
export function within<T>(
  { scheduler, interrupted }: { readonly scheduler: Scheduler; readonly interrupted?: AbortSignal },
  promise: Promise<T>,
  limitUs?: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let cancel: Cancel | undefined;
    const finish = () => {
      cancel?.();
      interrupted?.removeEventListener('abort', interrupt);
    };
    const interrupt = () => {
      finish();
      reject(new Interrupted());
    };
    if (limitUs !== undefined && limitUs !== Number.POSITIVE_INFINITY) {
      cancel = scheduler.after(limitUs, () => {
        finish();
        reject(new TimedOut());
      });
    }
    promise.then(
      (value) => {
        finish();
        resolve(value);
      },
      (fault) => {
        finish();
        reject(fault);
      },
    );
    if (interrupted?.aborted) interrupt();
    else interrupted?.addEventListener('abort', interrupt);
  });
}

/** A program that Ctrl-C ends where it stands (EP50): its sockets are the concern of what it was doing. */
export const endedByInterrupt =
  (run: Program): Program =>
  async (process: Process) => {
    try {
      return await run(process);
    } catch (fault) {
      if (fault instanceof Interrupted) return interruptedExitCode;
      throw fault;
    }
  };

/** Connects within `limitUs`: rejects as `Tcp.connect` does, and with HostError ETIMEDOUT and Interrupted; nothing of it stays. */
export async function connectWithin(
  process: Process,
  to: Endpoint,
  limitUs?: number,
  options: { readonly localPort?: number } = {},
): Promise<TcpSocket> {
  const abandoned = new AbortController();
  const connecting = process.host.tcp.connect(to, { ...options, signal: abandoned.signal });
  try {
    return await within(process, connecting, limitUs);
  } catch (fault) {
    if (fault instanceof HostError) throw fault;
    connecting.then(
      (socket) => socket.abort(),
      () => undefined,
    );
    abandoned.abort(fault);
    throw fault instanceof TimedOut ? new HostError('ETIMEDOUT') : fault;
  }
}

import { spawn } from 'node:child_process';
import { commandMark, killMarked } from './processes.ts';
import type { ExecResult } from './runtime.ts';

const outputLimitBytes = 256 * 1024;
/** How long a background process may hold on to the output of a command that has ended. */
const lingerMs = 200;

export interface ExecOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Where a command runs: `enter` is the argv that enters the place and runs what is appended to it. */
export interface ExecPlace {
  readonly enter: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs argv in a place (RUN4): no shell reads it, standard output and error come as one stream, at most 256 KiB are kept.
 * At the time-out, when aborted, and when it leaves something behind, everything that it started is killed.
 * Rejects with the signal's reason when aborted.
 */
export async function execIn(place: ExecPlace, argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const mark = commandMark();
  const started = performance.now();
  const assignments = Object.entries(place.env).map(([name, value]) => `${name}=${value}`);
  // The script is constant and the words are its parameters: it only joins the two outputs in their order.
  const words = [...place.enter, 'env', '-i', '-C', place.cwd, ...assignments, mark.join('=')];
  const [program = '', ...rest] = [...words, 'sh', '-c', 'exec "$0" "$@" 2>&1', ...argv];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: place.env.PATH ?? '', ...Object.fromEntries([mark]) },
  });

  const chunks: Buffer[] = [];
  let kept = 0;
  let truncated = false;
  let timedOut = false;
  const keep = (data: Buffer): void => {
    const part = data.subarray(0, outputLimitBytes - kept);
    truncated ||= part.length < data.length;
    kept += part.length;
    if (part.length > 0) chunks.push(part);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);

  const end = (): void => void killMarked(mark);
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeoutMs);
  options.signal?.addEventListener('abort', end);
  let linger: NodeJS.Timeout | undefined;
  try {
    const exit = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal }));
      child.on('exit', () => {
        linger = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
          end();
        }, lingerMs);
      });
    });
    options.signal?.throwIfAborted();
    return {
      exitCode: timedOut ? null : exit.code,
      signal: timedOut ? 'SIGKILL' : exit.signal,
      output: Buffer.concat(chunks).toString('utf8'),
      truncated,
      timedOut,
      durationMs: performance.now() - started,
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(linger);
    options.signal?.removeEventListener('abort', end);
  }
}

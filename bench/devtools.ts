import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const args = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-component-update',
  '--disable-background-networking',
  '--no-first-run',
];

interface Reply {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A Chromium with one page, asked over its debugging pipe (Chrome DevTools Protocol: JSON texts, each ended by NUL). */
export interface Devtools extends AsyncDisposable {
  /** Rejects with the browser's words, or when it has ended. */
  send(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The value of an expression in the page, a promise's once it is kept. */
  evaluate(expression: string): Promise<unknown>;
}

/**
 * Starts a browser until disposed. Nothing but what is asked for goes over the pipe: a driver that listens to the network,
 * as those for tests do, is told each message of the page's socket, megabytes a second of a live trace, and would be
 * measured with it.
 */
export async function startChromium(
  executablePath: string,
  size: { width: number; height: number },
): Promise<Devtools> {
  const profile = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  const browser = spawn(executablePath, [...args, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    // A session of its own, as a person's browser has: where sessions are scheduled as groups, it is one beside the server's.
    detached: true,
  });
  const exited = once(browser, 'exit');
  const ask = asker(browser);
  const close = async (): Promise<void> => {
    browser.kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { targetInfos } = await ask('Target.getTargets', {});
    const page = (targetInfos as { type: string; targetId: string }[]).find(({ type }) => type === 'page');
    if (page === undefined) throw new Error('Chromium has no page');
    const { sessionId } = await ask('Target.attachToTarget', { targetId: page.targetId, flatten: true });
    const send: Devtools['send'] = (method, params = {}) => ask(method, params, String(sessionId));
    await send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
    return {
      send,
      evaluate: async (expression) => {
        const { result, exceptionDetails } = await send('Runtime.evaluate', {
          expression,
          awaitPromise: true,
          returnByValue: true,
        });
        if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
        return (result as { value?: unknown }).value;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Ask = (method: string, params: Record<string, unknown>, sessionId?: string) => Promise<Record<string, unknown>>;

function asker(browser: ChildProcess): Ask {
  const [, , , input, output] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { keep: (result: Record<string, unknown>) => void; fail: (error: Error) => void }>();
  const end = (error: Error): void => {
    for (const { fail } of waiting.values()) fail(error);
    waiting.clear();
  };
  browser.once('error', end);
  browser.once('exit', (code) => end(new Error(`Chromium ended with ${code}`)));
  // What is written to one that has ended fails with its exit.
  input.on('error', () => {});
  let text = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const whole = (text + chunk).split('\0');
    text = whole.pop() ?? '';
    for (const each of whole) {
      const { id, result, error }: Reply = JSON.parse(each);
      const asked = id === undefined ? undefined : waiting.get(id);
      if (id === undefined || asked === undefined) continue;
      waiting.delete(id);
      if (error === undefined) asked.keep(result ?? {});
      else asked.fail(new Error(error.message));
    }
  });
  let lastId = 0;
  return (method, params, sessionId) =>
    new Promise((keep, fail) => {
      const id = ++lastId;
      waiting.set(id, { keep, fail });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
}

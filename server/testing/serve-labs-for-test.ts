import { pino } from 'pino';
import type { Checks } from '../grading/check-service.ts';
import type { Labs } from '../labs/lab-service.ts';
import { serve } from '../serve.ts';
import { FakeChecks } from './fake-labs.ts';

/** A server with real labs, on a free port of loopback; it closes them, too. */
export async function serveLabsForTest(
  labs: Labs,
  checks: Checks = new FakeChecks(),
): Promise<{ readonly url: string } & AsyncDisposable> {
  const config = { host: '127.0.0.1', port: 0, password: undefined, publicHosts: [] };
  const log = pino({ level: 'silent' });
  const { url, close } = await serve(config, { labs, checks, log, webDir: '/no/page' });
  return { url, [Symbol.asyncDispose]: close };
}

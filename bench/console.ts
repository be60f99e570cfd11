import { join } from 'node:path';
import { pino } from 'pino';
import { chromium } from 'playwright-core';
import { createGrader } from '../server/grading/grader.ts';
import type { LabRun, Labs } from '../server/labs/lab-service.ts';
import { createLabs } from '../server/labs/labs.ts';
import { createMininetRuntime } from '../server/labs/runtimes/mininet.ts';
import { serve } from '../server/serve.ts';
import { root } from './support.ts';

/** The console with Simple Router and the reference router running, as a person would have it. */
export interface MeasuredConsole extends AsyncDisposable {
  readonly run: LabRun;
  readonly url: string;
  /** From the request to six green chips, ms. */
  readonly startMs: number;
  /** Opens the lab's page in Chromium until disposed. */
  openPage(chromiumPath: string): Promise<AsyncDisposable>;
}

const lab = 'simple-router';

/** Waits until the start is through; rejects with what went wrong. */
function running(labs: Labs): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = labs.onStatus(({ phase, error }) => {
      if (phase === 'starting') return;
      stop();
      if (phase === 'running') resolve();
      else reject(new Error(error?.detail ?? phase));
    });
  });
}

export async function startConsole(): Promise<MeasuredConsole> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  const labs = await createLabs({
    catalogDir: join(root, 'server/catalog'),
    runtimes: [createMininetRuntime()],
    defaultRuntime: 'mininet',
    log,
    vnsHost: '127.0.0.1',
    vnsPort: 0,
  });
  const checks = createGrader({ labs, log });
  const config = { host: '127.0.0.1', port: 0, password: undefined, publicHosts: [] };
  const server = await serve(config, { labs, checks, log, webDir: join(root, 'dist/web') });
  const started = performance.now();
  await labs.start(lab, { router: { kind: 'reference' } });
  await running(labs);
  const run = labs.run(lab);
  await run.whenReady(30_000);
  return {
    run,
    url: server.url,
    startMs: performance.now() - started,
    openPage: async (executablePath) => {
      const args = [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ];
      const browser = await chromium.launch({ executablePath, args });
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(`${server.url}/lab/${lab}?renderer=dom`);
      await page.getByTestId('trace').waitFor();
      return { [Symbol.asyncDispose]: () => browser.close() };
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

import { join } from 'node:path';
import { pino } from 'pino';
import { createGrader } from '../server/grading/grader.ts';
import type { LabRun, Labs } from '../server/labs/lab-service.ts';
import { createLabs } from '../server/labs/labs.ts';
import { createMininetRuntime } from '../server/labs/runtimes/mininet.ts';
import { serve } from '../server/serve.ts';
import { openPage, type ViewedPage } from './page.ts';
import { root } from './support.ts';

/** The console with Simple Router and the reference router running, as a person would have it. */
export interface MeasuredConsole extends AsyncDisposable {
  readonly run: LabRun;
  readonly url: string;
  /** From the request to six green chips, ms. */
  readonly startMs: number;
  /** Opens the lab's page in Chromium until disposed. */
  openPage(chromiumPath: string): Promise<ViewedPage>;
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

/** Starts it; `traceRecords` of the lab's trace are kept, as many as the product keeps unless given. */
export async function startConsole({ traceRecords = 1_000_000 } = {}): Promise<MeasuredConsole> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  const labs = await createLabs({
    catalogDir: join(root, 'server/catalog'),
    runtimes: [createMininetRuntime()],
    defaultRuntime: 'mininet',
    log,
    vnsHost: '127.0.0.1',
    vnsPort: 0,
    traceRecords,
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
    openPage: (executablePath) => openPage(executablePath, `${server.url}/lab/${lab}?renderer=dom`),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

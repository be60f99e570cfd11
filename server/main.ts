import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { type Config, ConfigError, help, readConfig } from './config.ts';
import { AppError } from './errors.ts';
import { createGrader } from './grading/grader.ts';
import { createLabs } from './labs/labs.ts';
import { catalogDir, projectDir } from './labs/project-paths.ts';
import { createRuntimes } from './labs/runtimes/runtimes.ts';
import { type RunningServer, serve } from './serve.ts';

/** Everything that is closed has this long, for a container is given ten seconds; then the process ends anyway. */
const exitTimeoutMs = 8000;

/** Starts labs, checks and the server of a configuration. Rejects when it cannot listen, or for a lab that is not there. */
export async function startServer(config: Config, log: Logger = createLog(config)): Promise<RunningServer> {
  const labs = await createLabs({
    catalogDir,
    runtimes: createRuntimes(),
    defaultRuntime: config.runtime,
    log,
    vnsHost: config.vnsHost,
    vnsPort: config.vnsPort,
    vnsKey: config.vnsKey,
    traceRecords: config.traceRecords,
  });
  const checks = createGrader({ labs, log });
  const served = await serve(config, { labs, checks, log, webDir: join(projectDir, 'dist/web') });
  const server = { url: served.url, close: () => Promise.all([checks.close(), served.close()]).then(() => undefined) };
  if (config.lab !== undefined) {
    try {
      await labs.start(config.lab, { router: { kind: 'reference' } });
    } catch (error) {
      await server.close();
      throw error;
    }
  }
  return server;
}

/** The command line: runs until SIGINT, SIGTERM, or SIGHUP, when its terminal is closed. What is wrong is said in a sentence, with exit code 1. */
export async function main(argv: readonly string[]): Promise<void> {
  let server: RunningServer;
  let log: Logger;
  try {
    const config = readConfig(argv);
    if (config === 'help') {
      process.stdout.write(help);
      return;
    }
    log = createLog(config);
    server = await startServer(config, log);
  } catch (error) {
    const reason = startFault(error);
    if (reason === undefined) throw error;
    process.stderr.write(`patchbay: ${reason}\n`);
    process.exit(1);
  }
  process.stdout.write(`Patchbay is at ${server.url}\n`);

  // A bug in one lab must not end the others.
  process.on('uncaughtException', (error) => log.error({ err: error }, 'unhandled error'));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) return;
    ending = true;
    log.info({ signal }, 'closing');
    setTimeout(() => {
      log.error(`closing is not done after ${exitTimeoutMs / 1000} s: what is left is let go`);
      process.exit(1);
    }, exitTimeoutMs).unref();
    void server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

/** A sentence for what a person can change; undefined for a bug. */
function startFault(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof AppError) return `${error.problem.title}. ${error.message}`;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const where =
    'address' in error && 'port' in error ? `${String(error.address)}:${String(error.port)}` : 'the address';
  switch (error.code) {
    case 'EADDRINUSE':
      return `${where} is in use: is Patchbay running already? --port takes another port, 0 a free one.`;
    case 'EACCES':
      return `${where} may not be listened on: expected a port above 1023, or root.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `--host: this machine has no such address (${error.message}).`;
    default:
      return undefined;
  }
}

/** Lines for people on a terminal, JSON otherwise; on standard error, so that standard output stays the one line. */
function createLog({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  const stderr = 2;
  const lines = process.stderr.isTTY
    ? pretty({ destination: stderr, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', sync: true })
    : pino.destination({ dest: stderr, sync: true });
  return pino({ level: logLevel }, lines);
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url))
  await main(process.argv.slice(2));

import type { FastifyBaseLogger } from 'fastify';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import type { Checks } from './grading/check-service.ts';
import type { Labs } from './labs/lab-service.ts';
import { createLive } from './live/live.ts';
import { Metrics } from './metrics.ts';
import { Gate } from './safety/gate.ts';
import { ownHosts } from './safety/own-hosts.ts';
import { passwordCheck } from './safety/password.ts';
import { Sessions } from './safety/sessions.ts';

/** The server closes within this time, whatever a lab does. */
const closeTimeoutMs = 4500;

export interface ServeDeps {
  readonly labs: Labs;
  readonly checks: Checks;
  readonly log: FastifyBaseLogger;
  /** Folder of the built page. */
  readonly webDir: string;
}
export interface RunningServer {
  readonly url: string;
  /** Idempotent; pages, labs and terminals first. */
  close(): Promise<void>;
}

/** Serves labs over HTTP and sockets until closed. Rejects when the address cannot be listened on; the labs are then closed. */
export async function serve(
  config: Pick<Config, 'host' | 'port' | 'password' | 'publicHosts'>,
  { labs, checks, log, webDir }: ServeDeps,
): Promise<RunningServer> {
  const metrics = new Metrics(labs);
  const password = config.password === undefined ? undefined : await passwordCheck(config.password);
  const gate = new Gate(ownHosts(config.host, config.publicHosts), new Sessions(), password);
  let closing: Promise<void> | undefined;
  const unready = () => {
    if (closing !== undefined) return 'The server is closing.';
    return labs.list().length === 0 ? 'There is no lab in the catalogue.' : undefined;
  };
  const app = await createApp({ labs, checks, gate, metrics, log, webDir, unready });
  const live = createLive(app.server, { labs, checks, gate, metrics, log });
  const close = async () => {
    const done = Promise.all([live.close(), labs.close()]).then(() => app.close());
    await within(done, closeTimeoutMs);
    metrics.close();
  };
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await close();
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const name = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    url: `http://${name}:${port}`,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Waits for `done`, at most `timeoutMs`. */
async function within(done: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}

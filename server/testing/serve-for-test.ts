import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import type { Answer, ClientToServer, ServerToClient } from '../contract/events.ts';
import { serve } from '../serve.ts';
import { FakeChecks, FakeLabs } from './fake-labs.ts';

type Page = Socket<ServerToClient, Record<string, (...args: unknown[]) => void>>;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly labs: FakeLabs;
  readonly checks: FakeChecks;
  /** What was logged as error or warning. */
  readonly logged: string[];
  /** A connected page. */
  page(headers?: Record<string, string>): Promise<TestPage>;
  /** Why a page was refused. */
  refusal(headers: Record<string, string>): Promise<string>;
}

/** A server with a lab in memory, on a free port of loopback. */
export async function serveForTest(
  options: { password?: string; webDir?: string; publicHosts?: string[] } = {},
): Promise<TestServer> {
  const labs = new FakeLabs();
  const checks = new FakeChecks();
  const logged: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => logged.push(line) });
  const webDir = options.webDir ?? '/no/page';
  const { password, publicHosts = [] } = options;
  const server = await serve({ host: '127.0.0.1', port: 0, password, publicHosts }, { labs, checks, log, webDir });
  const pages: Page[] = [];
  const connect = (headers: Record<string, string>): Page => {
    const page: Page = io(server.url, {
      transports: ['websocket'],
      extraHeaders: headers,
      forceNew: true,
      reconnection: false,
    });
    pages.push(page);
    return page;
  };
  return {
    url: server.url,
    labs,
    checks,
    logged,
    page: (headers = {}) =>
      new Promise((resolve, reject) => {
        const page = connect(headers);
        page.once('connect', () => resolve(new TestPage(page)));
        page.once('connect_error', reject);
      }),
    refusal: (headers) =>
      new Promise((resolve, reject) => {
        const page = connect(headers);
        page.once('connect', () => reject(new Error('the page was let in')));
        page.once('connect_error', (error) => resolve(error.message));
      }),
    async [Symbol.asyncDispose]() {
      for (const page of pages) page.disconnect();
      await server.close();
    },
  };
}

/** A page's socket with typed requests. */
export class TestPage {
  readonly socket: Page;

  constructor(socket: Page) {
    this.socket = socket;
  }
  /** The answer as it is. */
  ask<E extends keyof ClientToServer>(event: E, payload: unknown): Promise<Answer<Record<string, unknown>>> {
    return this.socket.timeout(20_000).emitWithAck(event, payload);
  }
  /** The value of an answer that is expected to be a good one. */
  async value<E extends keyof ClientToServer>(event: E, payload: unknown): Promise<Record<string, unknown>> {
    const answer = await this.ask(event, payload);
    if (!answer.ok) throw new Error(`${event}: ${answer.problem.code}: ${answer.problem.detail}`);
    return answer.value;
  }
  /** The problem of an answer that is expected to be a refusal. */
  async problem<E extends keyof ClientToServer>(event: E, payload: unknown): Promise<string> {
    const answer = await this.ask(event, payload);
    if (answer.ok) throw new Error(`${event} was accepted`);
    return `${answer.problem.code}: ${answer.problem.detail}`;
  }
  tell(event: keyof ClientToServer, payload: unknown): void {
    this.socket.emit(event, payload);
  }
  on<E extends keyof ServerToClient>(event: E, listener: (e: Parameters<ServerToClient[E]>[0]) => void): void {
    this.socket.onAny((name: string, e: Parameters<ServerToClient[E]>[0]) => {
      if (name === event) listener(e);
    });
  }
  closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.connected) this.socket.once('disconnect', () => resolve());
      else resolve();
    });
  }
}

import { connect, type Socket } from 'node:net';
import { DecodeError } from '../codec/errors.ts';
import type { RouterProgram } from './program.ts';
import { RtableError } from './rtable.ts';

const connectMs = 10_000;
const tickMs = 100;
/** Beyond this the server does not read: frames are dropped instead of kept. */
const mostUnsent = 4 * 1024 * 1024;
const mostRead = 65_536;

export interface ServerConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly nowMs: () => number;
  /** Makes the program that serves the connection. */
  readonly connected: (nowMs: number) => RouterProgram;
  /** The program routes from now on. */
  readonly ready: () => void;
}

/** A router program on its socket to the VNS server, from the dialling to the end. */
export class ServerConnection {
  /** Resolves, when the session is over or none came about, with a sentence that says why. */
  readonly ended: Promise<string>;
  readonly #options: ServerConnectionOptions;
  readonly #input = Buffer.allocUnsafe(mostRead);
  readonly #socket: Socket;
  #program: RouterProgram | undefined;
  #isReady = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #resolve: (reason: string) => void = () => undefined;

  constructor(options: ServerConnectionOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { host, port, nowMs } = options;
    const server = `${host}:${port}`;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: this.#input,
        callback: (length) => {
          this.#received(length);
          return true;
        },
      },
    });
    this.#socket.setTimeout(connectMs, () => this.end(`Nobody answers on ${server}.`));
    this.#socket.on('connect', () => {
      this.#socket.setTimeout(0);
      this.#program = options.connected(nowMs());
      this.#timer = setInterval(() => this.#tick(), tickMs);
    });
    this.#socket.on('error', (error) =>
      this.end(this.#program ? `The connection broke: ${error.message}.` : whyNot(error, server)),
    );
    this.#socket.on('close', () => this.end('The server closed the connection.'));
  }

  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#socket.destroy();
    this.#resolve(reason);
  }

  #received(length: number): void {
    if (this.#program === undefined || this.#isOver) return;
    try {
      this.#program.receive(this.#input.subarray(0, length), this.#options.nowMs());
    } catch (error) {
      if (error instanceof RtableError) this.end(error.message);
      else if (error instanceof DecodeError) this.end(`The server does not speak VNS: ${error.message}`);
      else throw error;
      return;
    }
    this.#worked(this.#program);
  }

  #tick(): void {
    if (this.#program === undefined || this.#isOver) return;
    this.#program.tick(this.#options.nowMs());
    this.#worked(this.#program);
  }

  #worked(program: RouterProgram): void {
    const bytes = program.takeOutput();
    if (bytes) this.#socket.write(bytes);
    program.congested = this.#socket.writableLength > mostUnsent;
    if (program.isReady && !this.#isReady) {
      this.#isReady = true;
      this.#options.ready();
    }
    if (program.ended !== undefined) this.end(sentence(program.ended));
  }
}

function whyNot(error: NodeJS.ErrnoException, server: string): string {
  if (error.code === 'ECONNREFUSED')
    return `Nobody listens on ${server}: start the lab first, or say where it is with -s and -p.`;
  return `Cannot connect to ${server}: ${error.message || error.code}.`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

import { connect, type Socket } from 'node:net';

/** The control socket of a daemon of Open vSwitch: JSON-RPC, one request at a time. */
export class Unixctl {
  readonly #socket: Socket;
  #reply = '';
  #waiting: { resolve(text: string): void; reject(reason: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#hear(text));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#waiting?.reject(new Error('The daemon ended')));
  }

  static open(path: string): Promise<Unixctl> {
    const socket = connect(path);
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(new Unixctl(socket)));
      socket.once('error', reject);
    });
  }

  /** Resolves with what the command says; rejects with its error. */
  run(method: string, ...params: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(JSON.stringify({ id: 0, method, params }));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** A reply has no end mark: it is whole when it parses. */
  #hear(text: string): void {
    this.#reply += text;
    const reply = parsed(this.#reply);
    if (reply === undefined) return;
    this.#reply = '';
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (typeof reply.error === 'string') waiting?.reject(new Error(reply.error));
    else waiting?.resolve(String(reply.result));
  }
}

function parsed(text: string): { readonly result?: unknown; readonly error?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { connect, type Socket } from 'node:net';
import type { ListenAddress } from '../api.ts';
import { type LengthOf, ReceiveBuffer } from '../codec/receive-buffer.ts';

/** A socket of a test's switch or router: whole messages in order, waited for by what they are. */
export class PeerSocket<Message> {
  readonly socket: Socket;
  readonly heard: Message[] = [];
  #waiting: { match: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];
  #isOver = false;

  private constructor(socket: Socket, lengthOf: LengthOf, decode: (bytes: Uint8Array) => Message) {
    this.socket = socket;
    const received = new ReceiveBuffer(0x1_0000);
    socket.on('data', (chunk) => {
      received.push(chunk);
      while (received.next(lengthOf)) this.#hear(decode(received.bytes.slice(received.start, received.end)));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isOver = true;
    });
  }

  static async open<Message>(
    address: ListenAddress,
    lengthOf: LengthOf,
    decode: (bytes: Uint8Array) => Message,
  ): Promise<PeerSocket<Message>> {
    const socket = address.kind === 'unix' ? connect(address.path) : connect(address.port, address.host);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    socket.setNoDelay(true);
    return new PeerSocket(socket, lengthOf, decode);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The first message, heard already or still to come, that matches; it is taken out. */
  next(match: (message: Message) => boolean, timeoutMs = 15_000): Promise<Message> {
    const index = this.heard.findIndex(match);
    const [found] = index < 0 ? [] : this.heard.splice(index, 1);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Not heard within ${timeoutMs} ms: ${match}`)), timeoutMs);
      this.#waiting.push({
        match,
        resolve: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
      });
    });
  }

  /** Resolves when the other side has ended the connection. */
  over(timeoutMs = 15_000): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Still open after ${timeoutMs} ms`)), timeoutMs);
      this.socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }

  #hear(message: Message): void {
    const index = this.#waiting.findIndex(({ match }) => match(message));
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (waiting === undefined) this.heard.push(message);
    else waiting.resolve(message);
  }
}

import { DecodeError } from './errors.ts';

/** Length of the message at `start`, of which `available` bytes are there; undefined while too few to tell. */
export type LengthOf = (bytes: Uint8Array, start: number, available: number) => number | undefined;

/**
 * Bytes of a stream, cut into messages without copying them (CD8):
 * `buffer.push(chunk); while (buffer.next(lengthOf)) handle(buffer.bytes, buffer.start, buffer.end);`
 * What it shows is valid until the next push. Each byte is moved a bounded number of times, whatever the chunks.
 */
export class ReceiveBuffer {
  readonly #maxMessage: number;
  #bytes: Uint8Array;
  #view: DataView;
  /** Current message, then unread bytes up to the tail. */
  #start = 0;
  #end = 0;
  #tail = 0;

  constructor(maxMessage: number, capacity = 65_536) {
    this.#maxMessage = maxMessage;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get view(): DataView {
    return this.#view;
  }

  /** First byte of the current message. */
  get start(): number {
    return this.#start;
  }

  /** Behind the last byte of the current message. */
  get end(): number {
    return this.#end;
  }

  /** Bytes that are not yet part of a message handed out. */
  get unread(): number {
    return this.#tail - this.#end;
  }

  push(chunk: Uint8Array): void {
    if (this.#tail + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#tail);
    this.#tail += chunk.length;
  }

  /** Steps to the next complete message; false when more bytes are needed. Throws DecodeError for an impossible length. */
  next(lengthOf: LengthOf): boolean {
    const available = this.#tail - this.#end;
    if (available === 0) return this.#none();
    const length = lengthOf(this.#bytes, this.#end, available);
    if (length === undefined) return this.#none();
    if (length <= 0 || length > this.#maxMessage) {
      throw new DecodeError(`a message of ${length} bytes, at most ${this.#maxMessage} are taken`, 0, 'length');
    }
    if (length > available) return this.#none();
    this.#start = this.#end;
    this.#end = this.#start + length;
    return true;
  }

  #none(): false {
    this.#start = this.#end;
    if (this.#end === this.#tail) {
      this.#start = 0;
      this.#end = 0;
      this.#tail = 0;
    }
    return false;
  }

  #makeRoom(wanted: number): void {
    const unread = this.unread;
    // Moving no more than was consumed since the last move keeps the whole stream linear.
    if (unread <= this.#end && unread + wanted <= this.#bytes.length) {
      this.#bytes.copyWithin(0, this.#end, this.#tail);
    } else {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, unread + wanted));
      grown.set(this.#bytes.subarray(this.#end, this.#tail));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#start = 0;
    this.#end = 0;
    this.#tail = unread;
  }
}

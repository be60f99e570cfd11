/** A head that has no end within the bytes it may take. */
export class HeadTooLong extends Error {}

/** Bytes of a connection: first a head up to its empty line, then what follows. `read` is the socket's. */
export class ByteStream {
  readonly #read: () => Promise<Uint8Array | undefined>;
  #kept: Uint8Array | undefined;

  constructor(read: () => Promise<Uint8Array | undefined>) {
    this.#read = read;
  }

  /** The next bytes, whatever they are; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const kept = this.#kept;
    this.#kept = undefined;
    return kept ?? (await this.#read());
  }

  /** Gives back what was not used: it comes first again. */
  unread(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.#kept = this.#kept === undefined ? rest : joined(rest, this.#kept);
  }

  /**
   * The text up to an empty line, without it and with \n for \r\n; undefined when the stream ends before its first byte,
   * `cut` when it ends inside. Throws HeadTooLong.
   */
  async head(maxBytes: number): Promise<{ readonly text: string; readonly isCut: boolean } | undefined> {
    let bytes: Uint8Array = new Uint8Array(0);
    for (;;) {
      const more = await this.next();
      if (more === undefined) return bytes.length === 0 ? undefined : { text: textOf(bytes), isCut: true };
      const from = Math.max(0, bytes.length - 3);
      bytes = bytes.length === 0 ? more : joined(bytes, more);
      const end = headEnd(bytes, from);
      if ((end?.head ?? bytes.length) > maxBytes) throw new HeadTooLong();
      if (end !== undefined) {
        this.unread(bytes.subarray(end.rest));
        return { text: textOf(bytes.subarray(0, end.head)), isCut: false };
      }
    }
  }

  /** One line without its end; undefined at the end of the stream. Throws HeadTooLong. */
  async line(maxBytes: number): Promise<string | undefined> {
    let bytes: Uint8Array = new Uint8Array(0);
    for (;;) {
      const more = await this.next();
      if (more === undefined) return undefined;
      bytes = bytes.length === 0 ? more : joined(bytes, more);
      const end = bytes.indexOf(0x0a);
      if ((end < 0 ? bytes.length : end) > maxBytes) throw new HeadTooLong();
      if (end >= 0) {
        this.unread(bytes.subarray(end + 1));
        return textOf(bytes.subarray(0, end)).replace(/\r$/, '');
      }
    }
  }
}

/** Where the head ends and where the rest begins: behind `\n\n` or `\n\r\n`. */
function headEnd(bytes: Uint8Array, from: number): { readonly head: number; readonly rest: number } | undefined {
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    const next = bytes[at + 1] === 0x0d ? at + 2 : at + 1;
    if (bytes[next] === 0x0a) return { head: at, rest: next + 1 };
  }
  return undefined;
}

const latin1 = new TextDecoder('latin1');
const textOf = (bytes: Uint8Array): string => latin1.decode(bytes).replaceAll('\r\n', '\n').replace(/\r$/, '');

/** `a`, then `b`. */
export function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

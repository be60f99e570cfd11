import { type ByteStream, HeadTooLong } from './byte-stream.ts';
import { connectionSays, type HttpFields, type HttpStatus, parseFields, parseStatusLine } from './http-head.ts';

/** The answer of an HTTP server: its head, and its body piece by piece. */
export interface HttpResponse {
  readonly status: HttpStatus;
  readonly fields: HttpFields;
  /** Bytes of the body; undefined when only its end tells. */
  readonly length: number | undefined;
  /** Another request may follow on the connection once the body was read. */
  readonly isReusable: boolean;
  /** The next bytes of the body; undefined at its end. */
  body(): Promise<Uint8Array | undefined>;
  /** Whether all that was promised has come; known when `body` gave undefined. */
  isWhole(): boolean;
}

/** What came instead of an answer: nothing at all, or something that is no HTTP. */
export type NoResponse = 'empty' | 'malformed';

const maxHeadBytes = 65_536;
const maxLineBytes = 1024;

/** Reads the next answer; interim ones (100) are passed over. Rejects as `read` of the socket does. */
export async function readResponse(stream: ByteStream, method: string): Promise<HttpResponse | NoResponse> {
  try {
    for (;;) {
      const head = await stream.head(maxHeadBytes);
      if (head === undefined) return 'empty';
      const [first = '', ...lines] = head.text.split('\n');
      const status = parseStatusLine(first);
      const fields = parseFields(lines);
      if (status === undefined || fields === undefined || head.isCut) return 'malformed';
      if (status.status >= 200) return new Response(stream, method, status, fields);
    }
  } catch (fault) {
    if (fault instanceof HeadTooLong) return 'malformed';
    throw fault;
  }
}

class Response implements HttpResponse {
  readonly status: HttpStatus;
  readonly fields: HttpFields;
  readonly length: number | undefined;
  readonly isReusable: boolean;
  readonly #stream: ByteStream;
  readonly #isChunked: boolean;
  /** Of the body or of the current chunk. */
  #left: number;
  #isWhole = false;

  constructor(stream: ByteStream, method: string, status: HttpStatus, fields: HttpFields) {
    const hasBody = method !== 'HEAD' && status.status !== 204 && status.status !== 304;
    const told = fields.get('Content-Length');
    this.status = status;
    this.fields = fields;
    this.#stream = stream;
    this.#isChunked = hasBody && /(^|,)\s*chunked\s*$/i.test(fields.get('Transfer-Encoding') ?? '');
    this.length = this.#isChunked || told === undefined || !/^\d{1,15}$/.test(told) ? undefined : Number(told);
    this.#left = hasBody ? (this.#isChunked ? 0 : (this.length ?? Number.POSITIVE_INFINITY)) : 0;
    const keepsAlive =
      status.version === '1.1' ? !connectionSays(fields, 'close') : connectionSays(fields, 'keep-alive');
    this.isReusable = keepsAlive && Number.isFinite(this.#left);
  }

  async body(): Promise<Uint8Array | undefined> {
    if (this.#isWhole) return undefined;
    if (this.#left === 0 && (!this.#isChunked || !(await this.#nextChunk()))) {
      if (!this.#isChunked) this.#isWhole = true;
      return undefined;
    }
    const piece = await this.#stream.next();
    if (piece === undefined) {
      if (this.#left === Number.POSITIVE_INFINITY) this.#isWhole = true;
      return undefined;
    }
    const mine = Math.min(piece.length, this.#left);
    this.#left -= mine;
    if (mine < piece.length) this.#stream.unread(piece.subarray(mine));
    if (this.#left === 0 && this.#isChunked) await this.#stream.line(maxLineBytes);
    return piece.subarray(0, mine);
  }

  isWhole(): boolean {
    return this.#isWhole;
  }

  /** Reads the size of the next chunk; false behind the last one (RFC 9112 §7.1) and when it cannot be read. */
  async #nextChunk(): Promise<boolean> {
    const size = /^[0-9a-f]{1,12}/i.exec((await this.#stream.line(maxLineBytes)) ?? '');
    if (size === null) return false;
    this.#left = Number.parseInt(size[0], 16);
    if (this.#left > 0) return true;
    for (let trailer = await this.#stream.line(maxLineBytes); trailer; )
      trailer = await this.#stream.line(maxLineBytes);
    this.#isWhole = true;
    return false;
  }
}

import { type ByteStream, HeadTooLong } from '../program/http/byte-stream.ts';
import { connectionSays, parseFields } from '../program/http/http-head.ts';

export interface HttpRequest {
  readonly method: string;
  /** Decoded path, without the query. */
  readonly path: string;
  readonly keepsAlive: boolean;
}
/** What a request is refused with before anything is looked up. */
export interface HttpRefusal {
  readonly refused: 400 | 414 | 431 | 501 | 505;
  readonly reason: string;
}

/** Bytes of a request's head, all lines together. */
const maxHeadBytes = 8192;
const maxLineBytes = 4096;
const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** Reads the next request of a connection (RFC 9112 §3); undefined at its end. */
export async function readRequest(stream: ByteStream): Promise<HttpRequest | HttpRefusal | undefined> {
  try {
    const head = await stream.head(maxHeadBytes);
    if (head === undefined || head.isCut) return undefined;
    return requestOf(head.text);
  } catch (fault) {
    if (fault instanceof HeadTooLong) return { refused: 431, reason: 'Request Header Fields Too Large' };
    throw fault;
  }
}

function requestOf(head: string): HttpRequest | HttpRefusal {
  const [line = '', ...rest] = head.replace(/^\n+/, '').split('\n');
  if (line.length > maxLineBytes) return { refused: 414, reason: 'Request-URI Too Long' };
  const [method = '', target = '', version = '', ...more] = line.split(' ');
  if (more.length > 0 || target === '') return { refused: 400, reason: `Bad request syntax (${quoted(line)})` };
  const number = /^HTTP\/(\d\.\d)$/.exec(version)?.[1];
  if (number === undefined) return { refused: 400, reason: `Bad request version (${quoted(version)})` };
  if (!number.startsWith('1.')) return { refused: 505, reason: `Invalid HTTP version (${number})` };
  const fields = parseFields(rest);
  if (fields === undefined) return { refused: 400, reason: 'Bad header line' };
  if (number !== '1.0' && fields.get('Host') === undefined) return { refused: 400, reason: 'Host missing' };
  if (!methods.includes(method)) return { refused: 501, reason: `Unsupported method (${quoted(method)})` };
  const path = pathOf(target);
  if (path === undefined) return { refused: 400, reason: `Bad request syntax (${quoted(target)})` };
  return { method, path, keepsAlive: number !== '1.0' && connectionSays(fields, 'keep-alive') };
}

/** The path of a target in origin or absolute form; undefined when its escapes are wrong. */
function pathOf(target: string): string | undefined {
  const path = target.replace(/^http:\/\/[^/?]*/i, '').replace(/[?#].*$/, '') || '/';
  try {
    return path.startsWith('/') || target === '*' ? decodeURIComponent(path) : undefined;
  } catch {
    return undefined;
  }
}

/** As it may stand in a status line: printable, and not without end. */
const quoted = (text: string): string => `'${text.replace(/[^\x20-\x7e]/g, '?').slice(0, 64)}'`;

import type { Host, TcpSocket } from '../host/api.ts';
import { ByteStream } from '../program/http/byte-stream.ts';
import { httpDate } from '../program/http/http-head.ts';
import { TimedOut, within } from '../program/waiting.ts';
import { serveTcp } from './accept-loop.ts';
import { type HttpFile, httpContent, pageOf } from './http-content.ts';
import { type HttpRefusal, type HttpRequest, readRequest } from './http-request.ts';

/** A head must be there by then, and a reader must take the next piece. */
const patienceUs = 10_000_000;
const maxConnections = 256;
const maxRequests = 100;

/** An HTTP server on `port` (EP51–EP54) with the pages of http-content; without `wallMs` its answers have no dates. */
export function startHttpServer(
  host: Host,
  port: number,
  { wallMs, address }: { readonly wallMs: (() => number) | undefined; readonly address: string },
): { close(): void } {
  const content = httpContent(host.name, address);
  const startedMs = wallMs?.();

  const serve = async (socket: TcpSocket): Promise<void> => {
    const stream = new ByteStream(() => socket.read());
    for (let requests = 1; requests <= maxRequests; requests++) {
      let request: HttpRequest | HttpRefusal | undefined;
      try {
        request = await within(host, readRequest(stream), patienceUs);
      } catch (fault) {
        if (fault instanceof TimedOut && requests > 1) return;
        throw fault;
      }
      if (request === undefined) return;
      const keepsAlive = !('refused' in request) && request.keepsAlive && requests < maxRequests;
      const answer = answerOf(request, content);
      const lines = [
        `HTTP/1.${keepsAlive ? 1 : 0} ${answer.status} ${answer.reason}`,
        'Server: Patchbay',
        ...(wallMs === undefined ? [] : [`Date: ${httpDate(wallMs())}`]),
        ...(answer.allow === undefined ? [] : [`Allow: ${answer.allow}`]),
        ...(keepsAlive ? ['Connection: keep-alive'] : answer.status === 200 ? [] : ['Connection: close']),
        `Content-type: ${answer.file.type}`,
        `Content-Length: ${answer.file.length}`,
        ...(answer.status === 200 && startedMs !== undefined ? [`Last-Modified: ${httpDate(startedMs)}`] : []),
      ];
      const head = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
      await within(host, socket.write(head), patienceUs);
      const hasBody = 'refused' in request || request.method !== 'HEAD';
      for (let at = 0; hasBody && at < answer.file.length; ) {
        const piece = answer.file.slice(at);
        await within(host, socket.write(piece), patienceUs);
        at += piece.length;
      }
      if (!keepsAlive) return;
    }
  };
  return serveTcp(host, port, { maxConnections, serve });
}

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly file: HttpFile;
  readonly allow?: string;
}

function answerOf(request: HttpRequest | HttpRefusal, content: ReadonlyMap<string, HttpFile>): Answer {
  if ('refused' in request) return errorPage(request.refused, request.reason);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { ...errorPage(405, 'Method Not Allowed'), allow: 'GET, HEAD' };
  }
  const file = content.get(request.path);
  return file === undefined ? errorPage(404, 'File not found') : { status: 200, reason: 'OK', file };
}

const errorPage = (status: number, reason: string): Answer => ({
  status,
  reason,
  file: pageOf(
    `<!doctype html>\n<title>Error response</title>\n<p>${status} ${escaped(reason)}</p>\n`,
    'text/html;charset=utf-8',
  ),
});

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Patchbay</title>
<h1>The page is not built yet</h1>
<p>The server runs, but there is no page in <code>dist/web</code>. <code>npm start</code> builds it;
<code>npx vite build</code> does only that. The HTTP API is described at <a href="/api/openapi.json">/api/openapi.json</a>.</p>
</html>
`;

/**
 * The page from `webDir`: files under assets carry a hash in their name and never change; every other address of the
 * page is index.html, which is asked for anew each time; beside them lie the build's compressed forms (API5).
 */
export async function registerPage(app: FastifyInstance, webDir: string): Promise<void> {
  const assets = join(webDir, 'assets') + sep;
  await app.register(fastifyStatic, {
    root: webDir,
    index: false,
    dotfiles: 'ignore',
    suppressWarning: true,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const lasts = path.startsWith(assets);
      reply.header('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  // The static files would call the folder itself forbidden.
  app.get('/', { schema: { hide: true } }, (_request, reply) => page(reply, webDir));
  app.setNotFoundHandler((request, reply) => {
    if (isPageAddress(request)) return page(reply, webDir);
    throw new AppError('not-found', `There is nothing at ${request.method} ${pathOf(request).slice(0, 200)}.`);
  });
}

function page(reply: FastifyReply, webDir: string): FastifyReply {
  if (existsSync(join(webDir, 'index.html'))) return reply.sendFile('index.html');
  return reply.code(503).type('text/html; charset=utf-8').send(notBuilt);
}

/** An address that a person may type or reload: no file name, nothing of the API. */
function isPageAddress(request: FastifyRequest): boolean {
  const path = pathOf(request);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  return reads && !/^\/(api|assets|socket\.io)(\/|$)/.test(path) && /^(\/[\w-]+)*\/?$/.test(path);
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '/';
}

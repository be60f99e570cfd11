import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import { Problem } from '../contract/status.ts';
import type { Metrics } from '../metrics.ts';
import type { Gate } from '../safety/gate.ts';
import { isLoopback } from '../safety/own-hosts.ts';

const Ok = Type.Object({ status: Type.Literal('ok') });

/** For whoever runs the server: is it alive, is it ready, how is it doing. */
export const operationRoutes: FastifyPluginAsyncTypebox<{
  metrics: Metrics;
  gate: Gate;
  /** Undefined, or why the server should get no work now. */
  unready: () => string | undefined;
}> = async (app, { metrics, gate, unready }) => {
  app.get('/healthz', { schema: { response: { 200: Ok } } }, async () => ({ status: 'ok' as const }));

  app.get('/readyz', { schema: { response: { 200: Ok, 503: Problem } } }, async (_request, reply) => {
    const reason = unready();
    if (reason === undefined) return { status: 'ok' as const };
    return reply.code(503).send({ code: 'not-ready', title: 'The server is not ready', status: 503, detail: reason });
  });

  app.get('/metrics', { schema: { hide: true } }, async ({ headers, socket }, reply) => {
    // A collector on this machine has no session; from elsewhere the figures are as private as the page.
    if (!isLoopback((socket.remoteAddress ?? '').replace(/^::ffff:/, ''))) gate.requireSession(headers);
    return reply.type(metrics.contentType).send(await metrics.text());
  });
};

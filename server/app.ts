import { randomBytes } from 'node:crypto';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TSchema, TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { Bundles } from './bundle/bundles.ts';
import { AppError } from './errors.ts';
import type { Checks } from './grading/check-service.ts';
import type { Labs } from './labs/lab-service.ts';
import type { Metrics } from './metrics.ts';
import { problemOf } from './problem-of.ts';
import { bundleRoutes } from './routes/bundles.ts';
import { captureRoutes } from './routes/captures.ts';
import { checkRoutes } from './routes/checks.ts';
import { labRoutes } from './routes/labs.ts';
import { momentRoutes } from './routes/moments.ts';
import { operationRoutes } from './routes/operations.ts';
import { registerPage } from './routes/page.ts';
import { sessionRoutes } from './routes/session.ts';
import { workbenchRoutes } from './routes/workbench.ts';
import type { Gate } from './safety/gate.ts';
import { safetyHeaders } from './safety/headers.ts';
import { firstFault } from './schema-faults.ts';

const bodyBytes = 64 * 1024;
const requestTimeoutMs = 60_000;
const requestsPerMinute = 1200;

export interface AppDeps {
  readonly labs: Labs;
  readonly checks: Checks;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly log: FastifyBaseLogger;
  /** Folder of the built page. */
  readonly webDir: string;
  /** Undefined, or why the server should get no work now. */
  readonly unready: () => string | undefined;
}

/** The HTTP side of the server: routes, safety, errors. It does not listen yet. */
export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const { gate, metrics, log } = deps;
  const app = Fastify({
    loggerInstance: log,
    bodyLimit: bodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    genReqId: () => randomBytes(4).toString('hex'),
    // One line a request is noise beside the labs; what fails is logged where it fails.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    clientErrorHandler: refuseUnreadable,
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => (value: unknown) => {
    const fault = firstFault(schema, value, httpPart ?? 'request');
    return fault === undefined ? { value } : { error: new AppError('bad-request', fault) };
  });
  // Answers are the contract's types already; the schemas are for the OpenAPI description.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(refuse);

  await app.register(helmet, safetyHeaders);
  await app.register(cookie);
  app.addHook('onRequest', async ({ method, headers }) => {
    if (method === 'GET' || method === 'HEAD') gate.requireOwnHost(headers);
    else gate.requireOwnOrigin(headers);
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const labels = { method, route: routeOptions.url ?? 'none', status: String(reply.statusCode) };
    metrics.http.observe(labels, reply.elapsedTime / 1000);
  });

  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Patchbay', description: 'The lab console as HTTP', version: '1' } },
  });
  await app.register(operationRoutes, deps);
  await app.register(
    async (api) => {
      await api.register(rateLimit, {
        max: requestsPerMinute,
        timeWindow: '1 minute',
        errorResponseBuilder: (_request, { max, after }) =>
          new AppError('too-many', `More than ${max} requests in a minute: try again in ${after}.`),
      });
      await api.register(sessionRoutes, deps);
      await api.register(async (guarded) => {
        guarded.addHook('onRequest', async ({ headers }) => {
          gate.requireSession(headers);
        });
        guarded.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
        await guarded.register(labRoutes, deps);
        await guarded.register(momentRoutes, deps);
        const bundles = new Bundles();
        await guarded.register(workbenchRoutes, { ...deps, bundles });
        await guarded.register(checkRoutes, deps);
        await guarded.register(captureRoutes, deps);
        await guarded.register(bundleRoutes, { ...deps, bundles });
      });
    },
    { prefix: '/api' },
  );
  await registerPage(app, deps.webDir);
  return app;
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request.log);
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Answers bytes that are no HTTP request: there is none yet that Fastify could answer. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  const { problem } =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new AppError('too-large', `The headers are larger than ${maxHeaderSize / 1024} KiB.`)
      : new AppError('bad-request', 'This is no HTTP request.');
  const body = JSON.stringify(problem);
  if (socket.writable && error.code !== 'ECONNRESET')
    socket.write(
      [
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
        'content-type: application/problem+json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  socket.destroySoon();
}

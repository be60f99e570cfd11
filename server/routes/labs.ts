import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import { LabId } from '../contract/lab.ts';
import { AskPoints, LabDetail, LabList, StartLab, StartRouter, StartSecond } from '../contract/rest.ts';
import { LabStatus, Problem } from '../contract/status.ts';
import type { Labs } from '../labs/lab-service.ts';

const LabParams = Type.Object({ id: LabId });
const RouterParams = Type.Object({ id: LabId, name: Type.String({ minLength: 1, maxLength: 40 }) });
/** What may come of a router's program. */
const stopped = { 202: LabStatus, 404: Problem, 409: Problem };
const started = { ...stopped, 422: Problem };

/** The catalogue, and the life of a lab and of its routers. */
export const labRoutes: FastifyPluginAsyncTypebox<{ labs: Labs }> = async (app, { labs }) => {
  app.get('/labs', { schema: { response: { 200: LabList } } }, async () => ({
    labs: labs.list(),
    runtimes: await labs.runtimes(),
    defaultRuntime: labs.defaultRuntime,
  }));

  app.get(
    '/labs/:id',
    { schema: { params: LabParams, response: { 200: LabDetail, 404: Problem } } },
    async ({ params }) => ({ ...labs.detail(params.id), lacks: await labs.lacks(params.id) }),
  );

  app.post(
    '/labs/:id/start',
    {
      schema: {
        params: LabParams,
        body: StartLab,
        response: { 202: LabStatus, 404: Problem, 409: Problem, 422: Problem, 503: Problem },
      },
    },
    async ({ params, body }, reply) => reply.code(202).send(await labs.start(params.id, body)),
  );

  app.post(
    '/labs/:id/stop',
    { schema: { params: LabParams, response: { 202: LabStatus, 404: Problem } } },
    async ({ params }, reply) => reply.code(202).send(await labs.stop(params.id)),
  );

  app.post(
    '/labs/:id/points',
    { schema: { params: LabParams, body: AskPoints, response: { 200: LabStatus, 404: Problem } } },
    async ({ params, body }) => await labs.setPoints(params.id, body.all),
  );

  app.post(
    '/labs/:id/routers/:name/start',
    { schema: { params: RouterParams, body: StartRouter, response: started } },
    async ({ params, body }, reply) =>
      reply.code(202).send(await labs.startRouter(params.id, params.name, body.router)),
  );

  app.post(
    '/labs/:id/routers/:name/stop',
    { schema: { params: RouterParams, response: stopped } },
    async ({ params }, reply) => reply.code(202).send(await labs.stopRouter(params.id, params.name)),
  );

  app.post(
    '/labs/:id/routers/:name/second/start',
    { schema: { params: RouterParams, body: StartSecond, response: started } },
    async ({ params, body }, reply) =>
      reply.code(202).send(await labs.startSecond(params.id, params.name, body.router)),
  );

  app.post(
    '/labs/:id/routers/:name/second/stop',
    { schema: { params: RouterParams, response: stopped } },
    async ({ params }, reply) => reply.code(202).send(await labs.stopSecond(params.id, params.name)),
  );
};

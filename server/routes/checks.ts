import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import { GradeRun } from '../contract/grade.ts';
import { LabId } from '../contract/lab.ts';
import { RunChecks } from '../contract/rest.ts';
import { Problem } from '../contract/status.ts';
import type { Checks } from '../grading/check-service.ts';

const LabParams = Type.Object({ id: LabId });

/** The checks of a lab: run, watch, stop, and the result file. */
export const checkRoutes: FastifyPluginAsyncTypebox<{ checks: Checks }> = async (app, { checks }) => {
  app.get(
    '/labs/:id/checks',
    { schema: { params: LabParams, response: { 200: GradeRun, 404: Problem } } },
    async ({ params }) => checks.current(params.id),
  );

  app.post(
    '/labs/:id/checks/run',
    {
      schema: {
        params: LabParams,
        // No body means all of them.
        body: Type.Union([RunChecks, Type.Null()]),
        response: { 202: GradeRun, 404: Problem, 409: Problem },
      },
    },
    async ({ params, body }, reply) => reply.code(202).send(await checks.run(params.id, body?.checks)),
  );

  app.post(
    '/labs/:id/checks/stop',
    { schema: { params: LabParams, response: { 200: GradeRun, 404: Problem } } },
    async ({ params }) => checks.stop(params.id),
  );

  app.get(
    '/labs/:id/checks/results.json',
    { schema: { params: LabParams, response: { 200: Type.Unsafe<object>({ type: 'object' }), 404: Problem } } },
    async ({ params }, reply) =>
      reply.header('content-disposition', 'attachment; filename="results.json"').send(checks.results(params.id)),
  );
};

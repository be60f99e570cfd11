import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import { LabId } from '../contract/lab.ts';
import { LabHistory, PastScreen } from '../contract/moments.ts';
import { Problem } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { Labs } from '../labs/lab-service.ts';

const LabParams = Type.Object({ id: LabId });
const ScreenParams = Type.Object({ id: LabId, tid: Type.String({ minLength: 1, maxLength: 80 }) });

const ScreenQuery = Type.Object({ atMs: Type.String({ pattern: '^[0-9]{1,15}$' }) }, { additionalProperties: false });

/** The past of a lab: what its map showed, and what was on its terminals. */
export const momentRoutes: FastifyPluginAsyncTypebox<{ labs: Labs }> = async (app, { labs }) => {
  app.get(
    '/labs/:id/history',
    { schema: { params: LabParams, response: { 200: LabHistory, 404: Problem } } },
    async ({ params }) => ({ moments: [...labs.history(params.id)] }),
  );

  app.get(
    '/labs/:id/terminals/:tid/screen',
    {
      schema: {
        params: ScreenParams,
        querystring: ScreenQuery,
        response: { 200: PastScreen, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async ({ params, query }) => {
      const terminal = labs.run(params.id).terminals.get(params.tid);
      if (terminal === undefined) throw new AppError('not-found', `There is no terminal "${params.tid}" in this lab.`);
      return terminal.screenAt(Number(query.atMs));
    },
  );
};

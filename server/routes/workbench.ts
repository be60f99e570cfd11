import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from 'typebox';
import { type ArgumentOf, type MethodName, WorkbenchError } from '../../bridge/index.ts';
import { LabId } from '../contract/lab.ts';
import { Problem } from '../contract/status.ts';
import { workbench } from '../contract/workbench.ts';
import { AppError } from '../errors.ts';
import type { Labs } from '../labs/lab-service.ts';

const LabParams = Type.Object({ id: LabId });
/** Every method of the bridge has its schemas, and none has schemas that the bridge does not have. */
const methods: Readonly<Record<MethodName, Method>> = workbench;
interface Method {
  readonly argument: TSchema;
  readonly answer: TSchema;
  /** Longest body, where it is not that of every route. */
  readonly bodyBytes?: number;
}

/** Questions to the workbench of a running lab, one route a method. */
export const workbenchRoutes: FastifyPluginAsyncTypebox<{ labs: Labs }> = async (app, { labs }) => {
  for (const [name, { argument, answer, bodyBytes }] of Object.entries(methods)) {
    app.post(
      `/labs/:id/workbench/${name.replace(':', '/')}`,
      {
        ...(bodyBytes !== undefined && { bodyLimit: bodyBytes }),
        schema: {
          params: LabParams,
          body: argument,
          response: { 200: answer, 400: Problem, 404: Problem, 409: Problem },
        },
      },
      async (request) => {
        const { id } = request.params;
        try {
          // The schema of the table above is the method's.
          return await labs.run(id).bridge.call(name as MethodName, request.body as ArgumentOf<MethodName>);
        } catch (error) {
          if (error instanceof WorkbenchError) throw new AppError(codes[error.code], error.message, { cause: error });
          throw error;
        }
      },
    );
  }
};

const codes = { 'bad-request': 'bad-request', 'not-found': 'not-found', conflict: 'not-possible' } as const;

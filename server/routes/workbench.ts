import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from 'typebox';
import type { ArgumentOf, BridgeHandle, MethodName } from '../../bridge/index.ts';
import type { Bundles } from '../bundle/bundles.ts';
import { LabId } from '../contract/lab.ts';
import { Problem } from '../contract/status.ts';
import { workbench } from '../contract/workbench.ts';
import type { Labs } from '../labs/lab-service.ts';
import { askBridge } from './ask-bridge.ts';

const LabParams = Type.Object({ id: LabId });
const BundleParams = Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) });
/** Every method of the bridge has its schemas, and none has schemas that the bridge does not have. */
const methods: Readonly<Record<MethodName, Method>> = workbench;
interface Method {
  readonly argument: TSchema;
  readonly answer: TSchema;
  /** Longest body, where it is not that of every route. */
  readonly bodyBytes?: number;
}

/** Questions to the workbench of a running lab or of a recorded run, one route a method. */
export const workbenchRoutes: FastifyPluginAsyncTypebox<{ labs: Labs; bundles: Bundles }> = async (
  app,
  { labs, bundles },
) => {
  const asked: readonly Asked[] = [
    { path: '/labs/:id', params: LabParams, of: (id) => labs.run(id).bridge },
    { path: '/bundles/:id', params: BundleParams, of: (id) => bundles.run(Number(id)) },
  ];
  for (const { path, params, of } of asked)
    for (const [name, { argument, answer, bodyBytes }] of Object.entries(methods))
      app.post<{ Params: { id: string } }>(
        `${path}/workbench/${name.replace(':', '/')}`,
        {
          ...(bodyBytes !== undefined && { bodyLimit: bodyBytes }),
          schema: { params, body: argument, response: { 200: answer, 400: Problem, 404: Problem, 409: Problem } },
        },
        async ({ params: { id }, body }) =>
          // The schema of the table above is the method's.
          askBridge(() => of(id).call(name as MethodName, body as ArgumentOf<MethodName>)),
      );
};

/** Who answers, and where. */
interface Asked {
  readonly path: string;
  readonly params: TSchema;
  readonly of: (id: string) => Pick<BridgeHandle, 'call'>;
}

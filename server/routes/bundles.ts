import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import { describeBuild } from '../bundle/build.ts';
import { type Bundles, bundleBytes } from '../bundle/bundles.ts';
import { bundleContent, bundleLines } from '../bundle/write-bundle.ts';
import { captureFileName, exportTrace } from '../captures/export-trace.ts';
import { TraceQuery, traceSelection } from '../captures/selection.ts';
import { liveTrace, recordedTrace } from '../captures/trace-source.ts';
import { BundleDetail, BundleInfo, BundleList } from '../contract/bundle.ts';
import { LabId } from '../contract/lab.ts';
import { Problem } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { Checks } from '../grading/check-service.ts';
import type { Labs } from '../labs/lab-service.ts';
import { Download } from './download.ts';

const LabParams = Type.Object({ id: LabId });
const BundleParams = Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) });
const ViewQuery = Type.Object(
  {
    packet: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,14}$' })),
    filter: Type.Optional(Type.String({ maxLength: 4000 })),
    layout: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })),
    dock: Type.Optional(Type.String({ maxLength: 2000 })),
    marked: Type.Optional(Type.String({ maxLength: 8000 })),
  },
  { additionalProperties: false },
);
const NameQuery = Type.Object(
  { name: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
);
const FromQuery = Type.Object(
  { from: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) },
  { additionalProperties: false },
);
const bundleTypes = ['application/gzip', 'application/x-gzip', 'application/octet-stream'];
const recordsAtOnce = 2000;

/** A lab's run as one file, and the runs that somebody brings, to look at. */
export const bundleRoutes: FastifyPluginAsyncTypebox<{ labs: Labs; checks: Checks; bundles: Bundles }> = async (
  app,
  { labs, checks, bundles },
) => {
  let build: ReturnType<typeof describeBuild> | undefined;
  app.addContentTypeParser(bundleTypes, { parseAs: 'buffer', bodyLimit: bundleBytes }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error) => {
    const isTooLarge = error instanceof Error && 'statusCode' in error && error.statusCode === 413;
    throw isTooLarge ? new AppError('too-large', 'A bundle may have at most 64 MiB.') : error;
  });

  app.get(
    '/labs/:id/bundle',
    {
      schema: {
        params: LabParams,
        querystring: ViewQuery,
        response: { 200: Download, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async ({ params, query }, reply) => {
      const run = labs.run(params.id);
      const { packet, ...rest } = query;
      const view = { ...rest, ...(packet !== undefined && { packet: Number(packet) }) };
      build ??= describeBuild();
      const content = await bundleContent(run, {
        status: labs.status(params.id),
        events: labs.events(params.id),
        moments: labs.history(params.id),
        grade: checks.current(params.id),
        guide: labs.detail(params.id).guide,
        build: await build,
        view,
      });
      const name = captureFileName(run.lab.id, new Date(), 'patchbay.jsonl.gz');
      return reply
        .type('application/gzip')
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(Readable.from(bundleLines(content, run.bridge, liveTrace(run.bridge))).pipe(createGzip()));
    },
  );

  app.post(
    '/bundles',
    {
      bodyLimit: bundleBytes,
      schema: {
        consumes: bundleTypes,
        querystring: NameQuery,
        response: { 201: BundleInfo, 400: Problem, 413: Problem },
      },
    },
    async ({ query, body }, reply) => {
      if (!Buffer.isBuffer(body)) {
        throw new AppError('bad-request', `body: expected the bytes of a bundle as ${bundleTypes.join(' or ')}.`);
      }
      return reply.code(201).send(await bundles.add(body, query.name ?? ''));
    },
  );

  app.get('/bundles', { schema: { response: { 200: BundleList } } }, async () => ({ bundles: bundles.list() }));

  app.get(
    '/bundles/:id',
    { schema: { params: BundleParams, response: { 200: BundleDetail, 404: Problem } } },
    async ({ params }) => bundles.detail(Number(params.id)),
  );

  app.delete(
    '/bundles/:id',
    { schema: { params: BundleParams, response: { 200: BundleList, 404: Problem } } },
    async ({ params }) => {
      bundles.remove(Number(params.id));
      return { bundles: bundles.list() };
    },
  );

  app.get(
    '/bundles/:id/trace',
    {
      schema: { params: BundleParams, querystring: FromQuery, response: { 200: Download, 400: Problem, 404: Problem } },
    },
    async ({ params, query }, reply) => {
      const batch = await bundles.run(Number(params.id)).readTrace(Number(query.from ?? 0), recordsAtOnce);
      return reply.type('application/octet-stream').send(Buffer.from(batch));
    },
  );

  app.get(
    '/bundles/:id/trace.pcapng',
    {
      schema: {
        params: BundleParams,
        querystring: TraceQuery,
        response: { 200: Download, 400: Problem, 404: Problem },
      },
    },
    async ({ params, query }, reply) => {
      const { content } = bundles.detail(Number(params.id));
      const run = bundles.run(Number(params.id));
      const selection = await traceSelection(run, query);
      const name = captureFileName(content.lab.id, new Date(content.writtenMs), 'pcapng');
      return reply
        .type('application/x-pcapng')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Readable.from(exportTrace(recordedTrace(run), content.lab, selection), { objectMode: false }));
    },
  );
};

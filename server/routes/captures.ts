import { Readable } from 'node:stream';
import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import { captureFileName, exportTrace } from '../captures/export-trace.ts';
import { TraceQuery, traceSelection } from '../captures/selection.ts';
import { liveTrace } from '../captures/trace-source.ts';
import { Uploads, uploadBytes } from '../captures/uploads.ts';
import { ReplayUpload, Upload, UploadedPackets, Uploads as UploadList } from '../contract/captures.ts';
import { injectMethods } from '../contract/inject.ts';
import { LabId } from '../contract/lab.ts';
import { Problem } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { Labs } from '../labs/lab-service.ts';
import { askBridge } from './ask-bridge.ts';
import { Download } from './download.ts';

const LabParams = Type.Object({ id: LabId });
const UploadParams = Type.Object({ id: LabId, upload: Type.String({ pattern: '^[0-9]{1,15}$' }) });
const UploadQuery = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);
const PacketsQuery = Type.Object(
  {
    from: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$' })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$' })),
  },
  { additionalProperties: false },
);
const mostPackets = 1000;
/** Frames of one replay. */
const mostReplayed = 10_000;
const captureTypes = ['application/octet-stream', 'application/vnd.tcpdump.pcap', 'application/x-pcapng'];

/** Captures out of a lab's log, and captures that somebody brings. */
export const captureRoutes: FastifyPluginAsyncTypebox<{ labs: Labs }> = async (app, { labs }) => {
  const uploads = new Uploads();
  app.addContentTypeParser(captureTypes, { parseAs: 'buffer', bodyLimit: uploadBytes }, (_request, body, done) =>
    done(null, body),
  );

  app.setErrorHandler((error) => {
    const isTooLarge = error instanceof Error && 'statusCode' in error && error.statusCode === 413;
    throw isTooLarge ? new AppError('too-large', 'A capture may have at most 16 MiB.') : error;
  });

  app.get(
    '/labs/:id/trace.pcapng',
    {
      schema: {
        params: LabParams,
        querystring: TraceQuery,
        response: { 200: Download, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async ({ params, query }, reply) => {
      const { bridge, lab } = labs.run(params.id);
      const selection = await traceSelection(bridge, query);
      const name = captureFileName(lab.id, new Date(), 'pcapng');
      return reply
        .type('application/x-pcapng')
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(Readable.from(exportTrace(liveTrace(bridge), lab, selection), { objectMode: false }));
    },
  );

  app.post(
    '/labs/:id/uploads',
    {
      bodyLimit: uploadBytes,
      schema: {
        params: LabParams,
        querystring: UploadQuery,
        consumes: captureTypes,
        response: { 201: Upload, 400: Problem, 404: Problem, 413: Problem },
      },
    },
    async ({ params, query, body }, reply) => {
      labs.status(params.id);
      if (!Buffer.isBuffer(body)) {
        throw new AppError(
          'bad-request',
          `body: expected the bytes of a capture file as ${captureTypes.join(' or ')}.`,
        );
      }
      return reply.code(201).send(uploads.add(params.id, query.name, body));
    },
  );

  app.get(
    '/labs/:id/uploads',
    { schema: { params: LabParams, response: { 200: UploadList, 404: Problem } } },
    async ({ params }) => {
      labs.status(params.id);
      return { uploads: uploads.list(params.id) };
    },
  );

  app.get(
    '/labs/:id/uploads/:upload/packets',
    {
      schema: {
        params: UploadParams,
        querystring: PacketsQuery,
        response: { 200: UploadedPackets, 400: Problem, 404: Problem },
      },
    },
    async ({ params, query }) => {
      labs.status(params.id);
      const limit = Math.min(Number(query.limit ?? mostPackets), mostPackets);
      return { packets: uploads.packets(params.id, Number(params.upload), Number(query.from ?? 1), limit) };
    },
  );

  app.post(
    '/labs/:id/uploads/:upload/replay',
    {
      schema: {
        params: UploadParams,
        body: ReplayUpload,
        response: { 200: injectMethods['inject:replay'].answer, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async ({ params, body }) => {
      const { at, from = 1, to = from + mostReplayed - 1, speed } = body;
      const { bridge } = labs.run(params.id);
      const chosen = uploads.frames(params.id, Number(params.upload), from, to, mostReplayed);
      const frames = chosen.map(({ tUs, bytes }) => ({ atUs: tUs, bytes: Buffer.from(bytes).toString('base64') }));
      return await askBridge(() => bridge.call('inject:replay', { from: { kind: 'frames', at, frames }, speed }));
    },
  );

  app.delete(
    '/labs/:id/uploads/:upload',
    { schema: { params: UploadParams, response: { 200: UploadList, 404: Problem } } },
    async ({ params }) => {
      labs.status(params.id);
      uploads.remove(params.id, Number(params.upload));
      return { uploads: uploads.list(params.id) };
    },
  );
};

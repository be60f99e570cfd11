import type { Readable } from 'node:stream';
import { Type } from '@fastify/type-provider-typebox';

/** The answer of a route that sends bytes. */
export const Download = Type.Unsafe<Readable | Buffer>({ type: 'string', format: 'binary' });

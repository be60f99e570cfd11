import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { BridgeGone } from '../bridge/index.ts';
import type { Problem } from './contract/status.ts';
import { AppError } from './errors.ts';

/** The part of a logger that is needed here; Fastify's and pino's own have it. */
type ErrorLog = Pick<Logger, 'error'>;

/** What a caller is told about anything that was thrown (API3). What is not the caller's fault is logged, not told. */
export function problemOf(error: unknown, log: ErrorLog): Problem {
  if (error instanceof AppError) {
    const { cause, code, problem } = error;
    if (cause !== undefined && problem.status >= 500)
      log.error({ err: cause, code }, 'request refused because of an error');
    return problem;
  }
  // The lab was stopped, or its bridge died, while the question was on its way: whoever looks at the lab is told why.
  if (error instanceof BridgeGone) return new AppError('lab-not-running', `${error.message}.`).problem;
  const fault = callersFault(error);
  if (fault !== undefined) return fault.problem;
  const id = randomBytes(4).toString('hex');
  log.error({ err: error, id }, 'request failed');
  return new AppError('internal', `The server's log has the cause under ${id}.`).problem;
}

/** Fastify's own refusals: a body that is too large, no JSON, of another type; too many requests. */
function callersFault(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  if (statusCode === 413) return new AppError('too-large', 'The body is larger than 64 KiB.');
  // A folder among the static files, or a path that leaves them.
  if (statusCode === 403 || statusCode === 404) return new AppError('not-found', 'There is nothing at this address.');
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined;
  return new AppError('bad-request', error.message);
}

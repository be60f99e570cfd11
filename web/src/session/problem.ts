import type { Problem } from '../../../server/contract/status.ts';

/** A request that was refused: `problem` says what happened and what was expected. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(problem.detail === '' ? problem.title : problem.detail, options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Whether a body is the server's one error shape. */
export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'title' in value &&
    typeof value.title === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string'
  );
}

/** No answer came: the server is gone, or the way to it. */
export function unreachable(detail: string, cause?: unknown): ProblemError {
  return new ProblemError({ code: 'unreachable', title: 'Patchbay does not answer', status: 0, detail }, { cause });
}

/** What to tell a person about anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: 'internal',
    title: 'Something went wrong in the page',
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
  };
}

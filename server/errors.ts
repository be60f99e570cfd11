import type { Problem } from './contract/status.ts';

/** Every fault of a caller has a code; the code decides the HTTP status and the title. One table, read in one place (app.ts). */
const problems = {
  'bad-request': [400, 'The request is not of the expected form'],
  unauthorized: [401, 'A password is needed'],
  'wrong-password': [401, 'The password is wrong'],
  'foreign-origin': [403, 'The request came from another site'],
  'not-found': [404, 'There is no such thing'],
  'lab-not-running': [409, 'The lab is not running'],
  'lab-running': [409, 'The lab is running already'],
  'checks-running': [409, 'The checks are running already'],
  'router-running': [409, 'A router is running already'],
  'router-not-ready': [409, 'The router is not ready'],
  'not-possible': [409, 'That cannot be done now'],
  'terminal-ended': [409, 'The terminal has ended'],
  'too-large': [413, 'That is too much at once'],
  'invalid-lab': [422, 'The lab file is wrong'],
  'invalid-command': [422, 'The command cannot be run'],
  'too-many': [429, 'Too many at once'],
  'runtime-unavailable': [503, 'This runtime cannot run here'],
  'network-failed': [503, 'The network did not come up'],
  'network-stopped': [503, 'The network has stopped'],
  internal: [500, 'Something went wrong in Patchbay'],
} as const satisfies Record<string, readonly [status: number, title: string]>;
export type ErrorCode = keyof typeof problems;

/** A caller's fault: `detail` says what, where and what was expected. */
export class AppError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown }) {
    super(detail, options);
    this.name = 'AppError';
    this.code = code;
  }
  get problem(): Problem {
    const [status, title] = problems[this.code];
    return { code: this.code, title, status, detail: this.message };
  }
}

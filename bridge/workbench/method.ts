/** How the parts implement them; a promise may be given where an answer takes time. */
export type Implementation<Methods> = {
  readonly [M in keyof Methods]: Methods[M] extends (argument: infer A) => infer R
    ? (argument: A) => R | Promise<R>
    : never;
};

/** What was asked for cannot be done, in a sentence that says what, where and what was expected. */
export class WorkbenchError extends Error {
  readonly code: 'bad-request' | 'not-found' | 'conflict';

  constructor(code: WorkbenchError['code'], message: string) {
    super(message);
    this.name = 'WorkbenchError';
    this.code = code;
  }
}

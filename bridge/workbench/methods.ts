import type { StageMethods } from './stages.ts';

/**
 * What may be asked of a running bridge beyond its state and its log (WB1): a name, one argument, one answer, plain data
 * both ways, so that a message port can carry it. Each part of the workbench declares and implements its own.
 */
export interface WorkbenchMethods extends StageMethods {}

export type MethodName = keyof WorkbenchMethods;
export type ArgumentOf<M extends MethodName> = Parameters<WorkbenchMethods[M]>[0];
export type AnswerOf<M extends MethodName> = Awaited<ReturnType<WorkbenchMethods[M]>>;
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

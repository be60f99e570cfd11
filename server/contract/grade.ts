import { type Static, Type } from 'typebox';
import { Problem } from './status.ts';

/** One expectation's outcome: what was wanted and what was seen, in words and text a person can compare. */
export const ExpectationResult = Type.Object({
  passed: Type.Boolean(),
  because: Type.String(),
  expected: Type.String(),
  observed: Type.String(),
});
export type ExpectationResult = Static<typeof ExpectationResult>;

export const StepResult = Type.Object({
  host: Type.String(),
  command: Type.String(),
  passed: Type.Boolean(),
  /** Standard output and error together, cut to a bound; `truncated` says so. */
  output: Type.String(),
  truncated: Type.Boolean(),
  exitCode: Type.Union([Type.Integer(), Type.Null()]),
  timedOut: Type.Boolean(),
  durationMs: Type.Number(),
  /** The step's packets in the log: first and last seq, 0 and 0 when nothing crossed. */
  firstSeq: Type.Integer(),
  lastSeq: Type.Integer(),
  expectations: Type.Array(ExpectationResult),
});
export type StepResult = Static<typeof StepResult>;

export const CheckResult = Type.Object({
  id: Type.String(),
  title: Type.String(),
  requirement: Type.String(),
  points: Type.Number(),
  score: Type.Number(),
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('running'),
    Type.Literal('passed'),
    Type.Literal('failed'),
    Type.Literal('error'),
    Type.Literal('skipped'),
  ]),
  durationMs: Type.Number(),
  steps: Type.Array(StepResult),
});
export type CheckResult = Static<typeof CheckResult>;

export const GradeRun = Type.Object({
  lab: Type.String(),
  state: Type.Union([Type.Literal('idle'), Type.Literal('running'), Type.Literal('done'), Type.Literal('stopped')]),
  startedMs: Type.Number(),
  score: Type.Number(),
  maxScore: Type.Number(),
  checks: Type.Array(CheckResult),
  error: Type.Optional(Problem),
});
export type GradeRun = Static<typeof GradeRun>;

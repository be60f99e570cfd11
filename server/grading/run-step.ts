import type { ExpectationResult, StepResult } from '../contract/grade.ts';
import type { CheckStep, Lab } from '../contract/lab.ts';
import type { LabRun } from '../labs/lab-service.ts';
import type { ExecResult } from '../labs/runtimes/runtime.ts';
import { judge } from './expectations.ts';
import { readStepLog } from './step-log.ts';
import { fillIn, type Variables } from './variables.ts';

/** Output kept in a result; what a student reads is at its end or its beginning, not beyond. */
const mostOutput = 16_384;

export interface StepContext {
  readonly lab: Lab;
  readonly run: LabRun;
  readonly variables: Variables;
  /** Seq behind the last record of the log when the step starts. */
  readonly fromSeq: number;
  readonly signal: AbortSignal;
}

/** Runs one command on its host and judges what it printed, how it ended and which packets it caused. */
export async function runStep(step: CheckStep, context: StepContext): Promise<StepResult> {
  const { lab, run, variables, fromSeq, signal } = context;
  const argv = step.argv.map((argument) => fillIn(argument, variables));
  const exec = await run.network.exec(step.host, argv, { timeoutMs: step.timeoutMs, signal });
  signal.throwIfAborted();
  const log = await readStepLog(run.bridge, fromSeq);
  const expectations = step.expect.map((expectation) => judge(expectation, { lab, variables, exec, log }));
  if (exec.timedOut) expectations.unshift(tooLong(step, exec));
  return {
    host: step.host,
    command: argv.join(' '),
    passed: expectations.every(({ passed }) => passed),
    output: exec.output.slice(0, mostOutput),
    truncated: exec.truncated || exec.output.length > mostOutput,
    exitCode: exec.exitCode,
    timedOut: exec.timedOut,
    durationMs: exec.durationMs,
    firstSeq: log.firstSeq,
    lastSeq: log.lastSeq,
    expectations,
  };
}

function tooLong({ timeoutMs }: CheckStep, { durationMs }: ExecResult): ExpectationResult {
  return {
    passed: false,
    because: 'the command ends by itself',
    expected: `ends within ${timeoutMs / 1000} s`,
    observed: `was still running after ${(durationMs / 1000).toFixed(1)} s and was stopped`,
  };
}

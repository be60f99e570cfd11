import type { ExpectationResult } from '../contract/grade.ts';
import type { Expectation, Lab } from '../contract/lab.ts';
import type { ExecResult } from '../labs/runtimes/runtime.ts';
import { judgePackets } from './packet-expectations.ts';
import type { StepLog } from './step-log.ts';
import { asPattern, fillIn, type Variables } from './variables.ts';
import { times, timesText } from './words.ts';

/** What a step left behind, and what is needed to understand it. */
export interface Evidence {
  readonly lab: Lab;
  readonly variables: Variables;
  readonly exec: ExecResult;
  readonly log: StepLog;
}

/** Compares one expectation with what happened, in words that a student can act on (GRADE5). */
export function judge(expectation: Expectation, evidence: Evidence): ExpectationResult {
  switch (expectation.kind) {
    case 'output':
      return judgeOutput(expectation, evidence);
    case 'exit':
      return judgeExit(expectation, evidence.exec);
    case 'packets':
      return judgePackets(expectation, evidence);
  }
}

type OutputExpectation = Extract<Expectation, { kind: 'output' }>;
type ExitExpectation = Extract<Expectation, { kind: 'exit' }>;

function judgeOutput({ matches, count, because }: OutputExpectation, { exec, variables }: Evidence): ExpectationResult {
  const pattern = fillIn(matches, variables, asPattern);
  const found = [...exec.output.matchAll(new RegExp(pattern, 'gm'))];
  const { min = 1, max = Number.POSITIVE_INFINITY } = count ?? {};
  const passed = found.length >= min && found.length <= max;
  const wanted = readable(fillIn(matches, variables));
  const counted = count ? `${timesText(min, max)}: ` : '';
  return {
    passed,
    because,
    expected: `${counted}${wanted}`,
    observed: found.length > 0 && (passed || count) ? matchedText(exec.output, found, count) : lastLines(exec.output),
  };
}

/** The lines that matched, and how often when that is the question. */
function matchedText(output: string, found: readonly RegExpExecArray[], count: OutputExpectation['count']): string {
  const lines = new Set(found.slice(0, 4).map((match) => lineAt(output, match.index)));
  const often = count ? `${times(found.length)}: ` : '';
  return `${often}${[...lines].join('\n')}`;
}

function lineAt(output: string, index: number): string {
  const start = output.lastIndexOf('\n', index - 1) + 1;
  const end = output.indexOf('\n', index);
  return output.slice(start, end < 0 ? undefined : end).trim();
}

function lastLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? 'no output at all' : lines.slice(-4).join('\n');
}

/** A pattern as a person would write it down: `^3 packets transmitted` is the text "3 packets transmitted". */
function readable(pattern: string): string {
  const text = pattern.replace(/^\^(?: \*)?|\$$/g, '').replace(/\\([.()[\]/?*+])/g, '$1');
  const isPlain = !/\\[a-zA-Z]|[*+?|]/.test(pattern.replace(/\\[.()[\]/?*+]/g, '').replace(/^\^ \*/, ''));
  return isPlain ? `"${text.trim()}"` : `text that matches /${pattern}/`;
}

function judgeExit({ codes, because }: ExitExpectation, { exitCode, signal, timedOut }: ExecResult): ExpectationResult {
  const ended = signal === null ? `exit code ${exitCode}` : `ended by ${signal}`;
  return {
    passed: !timedOut && exitCode !== null && codes.includes(exitCode),
    because,
    expected: `exit code ${codes.join(' or ')}`,
    observed: timedOut ? 'it did not end in time' : ended,
  };
}

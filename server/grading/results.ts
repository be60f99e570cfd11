import type { CheckResult, GradeRun, StepResult } from '../contract/grade.ts';

/** One test of Gradescope's results.json. */
interface GradescopeTest {
  readonly name: string;
  readonly number: string;
  readonly score: number;
  readonly max_score: number;
  readonly status: 'passed' | 'failed';
  readonly output: string;
  readonly visibility: 'visible';
}

/** Gradescope's results.json (gradescope-autograders.readthedocs.io, "Output format"); `execution_time` in seconds. */
export interface GradescopeResults {
  readonly score: number;
  readonly max_score: number;
  readonly output: string;
  readonly execution_time: number;
  readonly visibility: 'visible';
  readonly stdout_visibility: 'visible';
  readonly extra_data: { readonly lab: string; readonly state: GradeRun['state']; readonly checks: readonly string[] };
  readonly tests: readonly GradescopeTest[];
}

/** A run of the checks as Gradescope takes it (GRADE8); checks that were not run have no points. */
export function gradescopeResults(run: GradeRun): GradescopeResults {
  const passed = run.checks.filter(({ state }) => state === 'passed');
  const error = run.error ? `\n${run.error.title}: ${run.error.detail}` : '';
  return {
    score: run.score,
    max_score: run.maxScore,
    output: `${passed.length} of ${run.checks.length} checks pass: ${run.score} of ${run.maxScore} points.${error}`,
    execution_time: Math.round(run.checks.reduce((sum, { durationMs }) => sum + durationMs, 0)) / 1000,
    visibility: 'visible',
    stdout_visibility: 'visible',
    extra_data: { lab: run.lab, state: run.state, checks: passed.map(({ id }) => id) },
    tests: run.checks.map((check, index) => ({
      name: `${index + 1}. ${check.title}`,
      number: String(index + 1),
      score: check.score,
      max_score: check.points,
      status: check.state === 'passed' ? 'passed' : 'failed',
      output: checkReport(check),
      visibility: 'visible',
    })),
  };
}

/** What a person reads about a check: the requirement, then each step that failed with expected and observed. */
export function checkReport(check: CheckResult): string {
  if (check.state === 'waiting') return 'This check was not run.';
  if (check.state === 'skipped') return 'This check was skipped, as the run ended before it.';
  if (check.state === 'error') return 'This check could not be finished: the run broke off in it.';
  const failed = check.steps.filter(({ passed }) => !passed);
  if (check.state === 'passed') return `${check.steps.length} of ${check.steps.length} steps are right.`;
  return [check.requirement, ...failed.map(stepReport)].join('\n\n');
}

function stepReport({ host, command, expectations }: StepResult): string {
  const lines = expectations
    .filter(({ passed }) => !passed)
    .flatMap(({ because, expected, observed }) => [
      `  ${because}`,
      `    expected: ${indented(expected)}`,
      `    observed: ${indented(observed)}`,
    ]);
  return [`${host}$ ${command}`, ...lines].join('\n');
}

const indented = (text: string): string => text.replaceAll('\n', '\n              ');

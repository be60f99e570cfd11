import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CheckResult, GradeRun } from '../contract/grade.ts';
import { gradeCommand } from './grade.ts';
import { progressLine, summaryTable } from './grade-table.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  [[], 'expected the id of one lab'],
  [['a', 'b'], 'expected the id of one lab'],
  [['a', '--runtime', 'docker'], '--runtime "docker" is neither mininet nor emulated'],
  [['a', '--router', './sr', '--wrong', 'tcp-silent'], '--wrong is for the reference router'],
  [['a', '--router', "'./sr"], "--router: a ' at character 1 is not closed"],
  [['a', '--router', ' '], '--router is empty'],
  [['a', '--results', '/nonexistent/r.json'], '--results /nonexistent/r.json cannot be written: ENOENT'],
  [['a', '--results', '/'], '--results / is a folder: expected a file'],
  [['a', '--nonsense'], "Unknown option '--nonsense'"],
])('[GRADE9] %j cannot be run: exit code 2 and a reason', async (args, reason) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await gradeCommand(args)).toBe(2);
  expect(said.mock.calls.flat().join('\n')).toContain(reason);
});

describe('the table', () => {
  const check = (id: string, state: CheckResult['state'], score: number): CheckResult => ({
    id,
    title: `Title of ${id}`,
    requirement: '',
    points: 5,
    score,
    state,
    durationMs: 1234,
    steps: [],
  });
  const checks = [check('a', 'passed', 5), check('longer', 'failed', 0)];
  const run: GradeRun = { lab: 'x', state: 'done', startedMs: 0, score: 5, maxScore: 10, checks };

  test('[GRADE9] points in a column, the score in the last line', () => {
    expect(summaryTable(run, checks).split('\n')).toEqual([
      '1  Title of a        5 / 5         ok',
      '2  Title of longer   0 / 5         FAILED',
      '─────────────────────────────────────────',
      '   Score            5 / 10  2.5 s',
    ]);
  });

  test('[GRADE9] progress says which of how many', () => {
    expect(progressLine(check('a', 'running', 0), 8, 11)).toBe('[ 9/11] Title of a …');
    expect(progressLine(check('a', 'skipped', 0), 10, 11)).toBe('[11/11] Title of a: skipped');
  });
});

import type { CheckResult, GradeRun } from '../contract/grade.ts';

const marks: Record<CheckResult['state'], string> = {
  waiting: '·',
  running: '…',
  passed: 'ok',
  failed: 'FAILED',
  error: 'ERROR',
  skipped: 'skipped',
};

/** `[ 3/11] server1 pings all three interfaces: ok, 0.4 s`; without a line end. */
export function progressLine(check: CheckResult, index: number, total: number): string {
  const width = String(total).length;
  const head = `[${String(index + 1).padStart(width)}/${total}] ${check.title}`;
  if (check.state === 'running') return `${head} …`;
  return `${head}: ${marks[check.state]}${check.steps.length > 0 ? `, ${seconds(check.durationMs)}` : ''}`;
}

/** The checks as a table with points and time, and the score in its last line. */
export function summaryTable(run: GradeRun, checks: readonly CheckResult[]): string {
  const rows = checks.map((check) => [
    String(run.checks.indexOf(check) + 1),
    check.title,
    `${check.score} / ${check.points}`,
    check.steps.length > 0 ? seconds(check.durationMs) : '',
    marks[check.state],
  ]);
  const points = checks.reduce((sum, check) => sum + check.points, 0);
  const score = checks.reduce((sum, check) => sum + check.score, 0);
  rows.push([
    '',
    'Score',
    `${score} / ${points}`,
    seconds(checks.reduce((sum, { durationMs }) => sum + durationMs, 0)),
    '',
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const isNumber = (column: number): boolean => column !== 1 && column !== 4;
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)));
  return [...lines.slice(0, -1), rule, lines.at(-1)].join('\n');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

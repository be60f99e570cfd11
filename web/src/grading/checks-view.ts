import type { CheckResult, GradeRun } from '../../../server/contract/grade.ts';
import type { Check } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { whyReadOnly } from '../state/recording.ts';

/** A line of the list of checks. */
export interface CheckItem {
  readonly id: string;
  /** Counted from 1, in the lab's order. */
  readonly number: number;
  readonly title: string;
  readonly requirement: string;
  readonly state: CheckResult['state'];
  /** `3.1 s`, '' while there is nothing to say. */
  readonly duration: string;
  /** `5 / 5`, `– / 5` before its end. */
  readonly points: string;
  readonly score: number;
  readonly maxScore: number;
  /** Failed, or could not be run. */
  readonly bad: boolean;
  readonly result: CheckResult | undefined;
}

/** All that the checks pane says, decided in one place (GRADE1 to GRADE4). */
export interface ChecksView {
  readonly score: number;
  readonly maxScore: number;
  /** Whether the score means anything yet. */
  readonly scored: boolean;
  readonly headline: string;
  readonly items: readonly CheckItem[];
  readonly running: boolean;
  /** Part of the checks of this run that are over, 0 to 1. */
  readonly progress: number;
  /** Why nothing can be run now; undefined means it can. */
  readonly off: string | undefined;
  /** Checks that a second run may mend. */
  readonly failed: readonly string[];
}

const over: readonly CheckResult['state'][] = ['passed', 'failed', 'error', 'skipped'];

/** Milliseconds as a person says them: `40 ms`, `0.2 s`, `12.3 s`, `2 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)} min ${s % 60} s`;
}

/** How long ago something was: `just now`, `42 s ago`, `5 min ago`, `2 h ago`. */
export function agoText(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 5) return 'just now';
  if (s < 60) return `${s} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  return `${Math.floor(s / 3600)} h ago`;
}

/** Why checks cannot be run now: they need a lab that is up and, if it has one, its router. */
export function whyNotCheck(status: LabStatus | undefined): string | undefined {
  const readOnly = whyReadOnly();
  if (readOnly !== undefined) return readOnly;
  if (status === undefined || status.phase === 'stopped') return 'The lab is not running.';
  if (status.phase === 'failed') return 'The lab did not come up.';
  if (status.phase !== 'running') return `The lab is ${status.phase}.`;
  const missing = status.routers.find((router) => router.state !== 'ready');
  if (missing === undefined) return undefined;
  if (missing.state === 'absent')
    return `No router is connected; ${missing.name} is awaited on port ${status.vns.port}.`;
  return `The router ${missing.name} is connected, but has not got its interfaces yet.`;
}

function item(number: number, check: Check | undefined, result: CheckResult | undefined): CheckItem {
  const state = result?.state ?? 'waiting';
  const maxScore = result?.points ?? check?.points ?? 0;
  const ended = over.includes(state);
  return {
    id: result?.id ?? check?.id ?? '',
    number,
    title: result?.title ?? check?.title ?? '',
    requirement: result?.requirement ?? check?.requirement ?? '',
    state,
    duration: ended && state !== 'skipped' && result ? durationText(result.durationMs) : '',
    points: `${ended ? (result?.score ?? 0) : '–'} / ${maxScore}`,
    score: result?.score ?? 0,
    maxScore,
    bad: state === 'failed' || state === 'error',
    result,
  };
}

function headlineOf(items: readonly CheckItem[], run: GradeRun | undefined, nowMs: number): string {
  const now = items.find((each) => each.state === 'running');
  if (run?.state === 'running') {
    if (now !== undefined) return `Running check ${now.number}: ${now.title}`;
    return items.some((each) => over.includes(each.state)) ? 'Running the next check…' : 'Starting…';
  }
  const ended = items.filter((each) => over.includes(each.state));
  if (run === undefined || ended.length === 0) return `${items.length} checks, not run yet`;
  const passed = items.filter((each) => each.state === 'passed').length;
  const when = `${run.state === 'stopped' ? 'stopped, begun' : 'run'} ${agoText(nowMs - run.startedMs)}`;
  return `${passed} of ${items.length} checks pass, ${when}`;
}

/** What the pane shows, from the last run, the lab's own list and the lab's state. `nowMs` is Unix time. */
export function checksView(
  run: GradeRun | undefined,
  checks: readonly Check[],
  status: LabStatus | undefined,
  nowMs: number,
): ChecksView {
  const results = new Map(run?.checks.map((result) => [result.id, result]));
  const listed = checks.map((check, i) => item(i + 1, check, results.get(check.id)));
  // A run of a lab whose description has not arrived yet.
  const items = listed.length > 0 ? listed : (run?.checks ?? []).map((result, i) => item(i + 1, undefined, result));
  const running = run?.state === 'running';
  const ended = items.filter((each) => over.includes(each.state));
  return {
    score: items.reduce((sum, each) => sum + (over.includes(each.state) ? each.score : 0), 0),
    maxScore: items.reduce((sum, each) => sum + each.maxScore, 0),
    scored: ended.length > 0,
    headline: headlineOf(items, run, nowMs),
    items,
    running,
    progress: items.length === 0 ? 0 : ended.length / items.length,
    off: running ? 'The checks are running.' : whyNotCheck(status),
    failed: items.filter((each) => each.bad).map((each) => each.id),
  };
}

/** The check to show: the chosen one, else the first that is running or bad. */
export function shownCheck(view: ChecksView, selected: string | undefined): CheckItem | undefined {
  return (
    view.items.find((each) => each.id === selected) ??
    view.items.find((each) => each.state === 'running') ??
    view.items.find((each) => each.bad) ??
    view.items[0]
  );
}

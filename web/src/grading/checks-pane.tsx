import { useEffect, useRef, useState } from 'react';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { announce } from '../state/announce.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useServerNow } from '../state/hooks.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { useReadOnly } from '../state/recording.ts';
import { select, useSelection } from '../state/selection.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { revealWithin } from '../ui/reveal.ts';
import { useMeasured } from '../ui/use-measured.ts';
import { CheckDetail } from './check-detail.tsx';
import { CheckIcon } from './check-icon.tsx';
import { type CheckItem, type ChecksView, checksView, shownCheck } from './checks-view.ts';
import './checks.css';

/** From this width of the pane on the chosen check stands beside the list, pixels. */
const besideFrom = 820;
const isBeside = ({ clientWidth }: HTMLElement) => clientWidth >= besideFrom;
/** How often “42 s ago” is said anew. */
const clockMs = 5_000;

async function run(lab: string, checks?: readonly string[]): Promise<void> {
  try {
    useLab.setState({ grade: await api.runChecks(lab, checks) });
  } catch (error) {
    notify(problemOf(error));
  }
}

async function stop(lab: string): Promise<void> {
  try {
    useLab.setState({ grade: await api.stopChecks(lab) });
  } catch (error) {
    notify(problemOf(error));
  }
}

/** Says the result when a run ends. */
function useResultSaid(view: ChecksView): void {
  const wasRunning = useRef(false);
  const { running, score, maxScore } = view;
  useEffect(() => {
    if (wasRunning.current && !running) announce(`Checks ended: ${score} of ${maxScore} points.`);
    wasRunning.current = running;
  }, [running, score, maxScore]);
}

function Score({ view, lab }: { view: ChecksView; lab: string }) {
  const many = view.failed.length;
  return (
    <header className="checks-score">
      <div>
        <p className="checks-number" data-testid="checks-score">
          {view.scored ? view.score : '–'}
          <span> / {view.maxScore}</span>
        </p>
        <p className="checks-headline" data-testid="checks-headline">
          {view.headline}
        </p>
      </div>
      <div className="checks-actions">
        {view.running ? (
          <Button id="checks.stop" icon="close" kind="danger" label="Stop" onPress={() => stop(lab)} />
        ) : (
          <Button
            id="checks.run-all"
            icon="play"
            kind="primary"
            label="Run all"
            off={view.off}
            onPress={() => run(lab)}
          />
        )}
        {many > 0 && !view.running && (
          <Button
            id="checks.run-failed"
            icon="refresh"
            label={many === 1 ? 'Run the failed one' : `Run the ${many} failed`}
            off={view.off}
            onPress={() => run(lab, view.failed)}
          />
        )}
      </div>
      {view.running && <progress className="checks-progress" aria-label="Checks done" max={1} value={view.progress} />}
    </header>
  );
}

interface ListProps {
  readonly view: ChecksView;
  readonly shown: CheckItem | undefined;
  /** Draws the chosen check under its line. */
  readonly detail: ((item: CheckItem) => React.ReactNode) | undefined;
  readonly onChoose: (item: CheckItem) => void;
}

function CheckList({ view, shown, detail, onChoose }: ListProps) {
  const list = useRef<HTMLOListElement>(null);
  const opened = detail === undefined ? undefined : shown?.id;
  useEffect(() => {
    if (opened === undefined || !list.current) return;
    const pane = list.current.closest<HTMLElement>('.checks');
    revealWithin(pane, list.current.querySelector('[aria-expanded="true"]'), 'start');
  }, [opened]);
  return (
    <ol ref={list} className="checks-list" data-testid="checks-list">
      {view.items.map((item) => {
        const chosen = item.id === shown?.id;
        return (
          <li key={item.id}>
            <button
              type="button"
              className="check-line"
              aria-current={chosen}
              aria-expanded={detail === undefined ? undefined : chosen}
              data-testid={`check-${item.number}`}
              data-state={item.state}
              onClick={() => onChoose(item)}
            >
              <CheckIcon state={item.state} />
              <span className="check-number">{item.number}</span>
              <span className={`ellipsis ${item.bad ? 'strong' : ''}`}>{item.title}</span>
              <span className="check-duration">{item.duration}</span>
              <span className={`check-points ${item.bad ? 'tone-bad' : ''}`}>{item.points}</span>
            </button>
            {chosen && detail?.(item)}
          </li>
        );
      })}
    </ol>
  );
}

/** The autograder: score, list, and what the chosen check expected and saw. */
export function ChecksPane() {
  const lab = useLab((state) => state.id);
  const checks = useLab((state) => state.detail?.lab.checks);
  const status = useLab((state) => state.status);
  const grade = useLab((state) => state.grade);
  const chosen = useSelection(({ current }) => (current?.kind === 'check' ? current.id : undefined));
  const view = checksView(grade, checks ?? [], status, useServerNow(clockMs));
  const readOnly = useReadOnly();
  const host = useRef<HTMLDivElement>(null);
  const beside = useMeasured(host, false, isBeside);
  // Selecting a packet of a check must not close the check.
  const [last, setLast] = useState(chosen);
  if (chosen !== undefined && chosen !== last) setLast(chosen);
  useResultSaid(view);

  useRegisterCommands([
    {
      id: 'checks.run-all',
      changes: true,
      title: 'Run all checks',
      group: 'Checks',
      when: () => lab !== undefined && view.off === undefined,
      run: () => lab && run(lab),
    },
    {
      id: 'checks.run-failed',
      changes: true,
      title: 'Run the failed checks',
      group: 'Checks',
      when: () => lab !== undefined && view.off === undefined && view.failed.length > 0,
      run: () => lab && run(lab, view.failed),
    },
    {
      id: 'checks.stop',
      changes: true,
      title: 'Stop the checks',
      group: 'Checks',
      when: () => view.running,
      run: () => lab && stop(lab),
    },
  ]);

  const shown = beside ? shownCheck(view, chosen ?? last) : view.items.find((item) => item.id === (chosen ?? last));
  const choose = (item: CheckItem) => {
    if (beside || item.id !== shown?.id) return select({ kind: 'check', id: item.id });
    // Chosen again, the line under which it is open closes it; a selected packet stays selected.
    setLast(undefined);
    if (chosen !== undefined) select(undefined);
  };
  const detail = (item: CheckItem) =>
    lab !== undefined && <CheckDetail item={item} off={view.off} onRun={() => run(lab, [item.id])} />;
  return (
    <div
      ref={host}
      className={`checks ${beside ? 'checks-beside' : ''}`}
      data-testid="checks"
      data-state={grade?.state}
    >
      {lab === undefined || view.items.length === 0 ? (
        <EmptyState
          icon="checks"
          testId="checks-empty"
          title={checks === undefined ? 'Waiting for the lab' : 'This lab has no checks'}
          reason={checks === undefined ? 'Its description has not arrived yet.' : 'Nothing is graded here.'}
        />
      ) : (
        <>
          <div className="checks-side">
            <Score view={view} lab={lab} />
            {view.off !== undefined && !view.running && (
              <p className="checks-note" data-testid="checks-off">
                <Icon name="waiting" size="s" />
                {view.off} {readOnly === undefined && 'Checks need the lab as a student would use it.'}
              </p>
            )}
            {grade?.error && (
              <p className="checks-note checks-error" role="alert" data-testid="checks-error">
                <Icon name="bad" size="s" />
                <span>
                  <b>{grade.error.title}.</b> {grade.error.detail}
                </span>
              </p>
            )}
            <CheckList view={view} shown={shown} detail={beside ? undefined : detail} onChoose={choose} />
            {view.scored && !view.running && readOnly === undefined && (
              <footer className="checks-foot">
                <a
                  className="button"
                  href={api.resultsUrl(lab)}
                  download={`${lab}-results.json`}
                  data-testid="cmd-checks.export"
                >
                  <Icon name="external" size="s" />
                  Export for Gradescope
                </a>
              </footer>
            )}
          </div>
          {beside && shown && detail(shown)}
        </>
      )}
    </div>
  );
}

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LabEntry } from '../../../server/contract/rest.ts';
import { askToStop } from '../session/lab-actions.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useNarrow, useServerNow } from '../state/hooks.ts';
import { markReady } from '../state/root.ts';
import { labPath, navigate } from '../state/route.ts';
import { runtimeTexts } from '../state/runtime-text.ts';
import { durationOf, plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { CatalogueBar } from './catalogue-bar.tsx';
import { LabCard } from './lab-card.tsx';
import { LabPanel } from './lab-panel.tsx';
import { RecordedRuns } from './recorded-runs.tsx';
import './labs.css';
import { findLabs, isRunning, type Shelf, useCatalogue } from './use-catalogue.ts';

const shelves: readonly { value: Shelf; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'started', label: 'Started' },
  { value: 'finished', label: 'Finished' },
];

/** The catalogue: what runs, and every lab with how to start it. `brand` and `menus` are the ends of its top bar. */
export function LabsPage({ brand, menus }: { brand: ReactNode; menus: ReactNode }) {
  const narrow = useNarrow();
  const { list, problem, details, refresh } = useCatalogue();
  const [text, setText] = useState('');
  const [shelf, setShelf] = useState<Shelf>('all');
  const [chosen, setChosen] = useState<string>();
  const find = useRef<HTMLInputElement>(null);
  useRegisterCommands([
    { id: 'labs.find', title: 'Find a lab', group: 'Labs', keys: ['/'], run: () => find.current?.focus() },
    ...(list?.labs ?? []).map((entry) => ({
      id: `labs.${entry.id}`,
      title: `Go to ${entry.title}`,
      group: 'Labs',
      run: () => navigate(labPath(entry.id)),
    })),
  ]);
  const known = list !== undefined;
  useEffect(() => {
    markReady(known);
    return () => markReady(false);
  }, [known]);

  const entries = findLabs(list?.labs ?? [], text, shelf);
  const selected = list?.labs.find((entry) => entry.id === chosen) ?? (narrow ? undefined : entries[0]);
  const covered = narrow && selected !== undefined;
  return (
    <div className="catalogue" data-testid="labs-page">
      <CatalogueBar brand={brand} menus={menus} text={text} onText={setText} input={find} narrow={narrow} />
      <div className="catalogue-body">
        {!covered && (
          <main className="catalogue-main">
            {list?.labs.filter(isRunning).map((entry) => (
              <RunningBanner key={entry.id} entry={entry} narrow={narrow} onChanged={refresh} />
            ))}
            <RecordedRuns />
            <div className="row catalogue-head">
              <h1>Start a lab</h1>
              <span className="dim">{list === undefined ? '' : `${list.labs.length} in this catalogue`}</span>
              <span className="grow" />
              {!narrow && (
                <Segmented label="Shelf" value={shelf} options={shelves} onChange={setShelf} testId="shelf" />
              )}
            </div>
            {problem !== undefined && list === undefined ? (
              <EmptyState
                icon="bad"
                tone="bad"
                title={problem.title}
                reason={problem.detail}
                testId="state-server-gone"
              >
                <Button id="retry" label="Try again" icon="refresh" kind="primary" onPress={refresh} />
              </EmptyState>
            ) : entries.length > 0 ? (
              <div className="lab-grid">
                {entries.map((entry) => (
                  <LabCard
                    key={entry.id}
                    entry={entry}
                    lab={details[entry.id]?.lab}
                    selected={entry.id === selected?.id}
                    onSelect={() => setChosen(entry.id)}
                  />
                ))}
              </div>
            ) : (
              list !== undefined && (
                <EmptyState
                  icon="search"
                  title={`0 of ${list.labs.length} labs match`}
                  reason="No title, summary or topic on this shelf has all of these words."
                  testId="labs-none"
                >
                  <Button
                    id="clear"
                    label="Clear"
                    onPress={() => {
                      setText('');
                      setShelf('all');
                    }}
                  />
                </EmptyState>
              )
            )}
          </main>
        )}
        {selected !== undefined && (
          <LabPanel
            key={selected.id}
            entry={selected}
            detail={details[selected.id]}
            runtimes={list?.runtimes ?? []}
            standard={list?.defaultRuntime}
            onBack={narrow ? () => setChosen(undefined) : undefined}
          />
        )}
      </div>
    </div>
  );
}

const phases: Readonly<Record<string, string>> = {
  starting: 'is starting',
  running: 'is running',
  stopping: 'is stopping',
  failed: 'has failed',
};

function RunningBanner({ entry, narrow, onChanged }: { entry: LabEntry; narrow: boolean; onChanged: () => void }) {
  const { status } = entry;
  const now = useServerNow(10_000);
  const router = status.routers.map((each) => each.process?.choice.kind).find((kind) => kind !== undefined);
  const facts = [
    runtimeTexts[status.runtime].label,
    ...(status.phase === 'running' ? [durationOf(now - status.startedMs)] : []),
    ...(router === undefined ? [] : [router === 'reference' ? 'reference router' : 'a router of one’s own']),
    ...(status.viewers > 0 ? [`${plural(status.viewers, 'page')} open`] : []),
  ];
  const stop = () => {
    void askToStop(entry, status).then(onChanged);
  };
  return (
    <section className="card running-banner" data-testid={`running-${entry.id}`} data-phase={status.phase}>
      {status.phase === 'failed' ? (
        <span className="tone-bad">
          <Icon name="bad" />
        </span>
      ) : (
        <i className="live-dot" />
      )}
      <span className="strong">
        {entry.title} {phases[status.phase]}
      </span>
      {!narrow && <span className="dim ellipsis">{status.error?.detail ?? facts.join(', ')}</span>}
      <span className="grow" />
      <Button id={`stop-${entry.id}`} label="Stop" kind="ghost" onPress={stop} />
      <Button
        id={`open-${entry.id}`}
        label="Go to the lab"
        icon="arrow"
        kind="primary"
        onPress={() => navigate(labPath(entry.id))}
      />
    </section>
  );
}

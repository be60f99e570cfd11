import { useState } from 'react';
import type { RouterStatus } from '../../../server/contract/status.ts';
import { useFirstPing } from '../session/run-command.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { showPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { useReadOnly } from '../state/recording.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Differences } from './differences.tsx';
import { SecondBuild } from './second-build.tsx';
import { countsText, isReference } from './shadow-words.ts';
import { type Other, useComparison } from './use-comparison.ts';
import '../ui/report.css';
import './shadow.css';

const others: readonly { readonly value: Other; readonly label: string }[] = [
  { value: 'reference', label: 'Reference' },
  { value: 'build', label: 'Another build' },
];

/** What a router did beside what the reference would have done with the same frames, or what another build did. */
export function ShadowPane() {
  const lab = useLab((state) => state.id);
  const routers = useLab((state) => state.status?.routers);
  const isRunning = useLab((state) => state.status?.phase === 'running');
  const [name, setName] = useState<string>();
  const [chosen, setChosen] = useState<Other>();
  const router = routers?.find((each) => each.name === name) ?? routers?.[0];
  const isRecorded = useReadOnly() !== undefined;
  // Whoever has started one wants to see it; in no log there is anything of it.
  const other = isRecorded ? 'reference' : (chosen ?? (router?.second === undefined ? 'reference' : 'build'));
  const command = (value: Other, title: string) =>
    ({
      id: `compare.${value}`,
      title,
      group: 'Compare',
      when: () => !isRecorded,
      run: () => setChosen(value),
    }) as const;
  useRegisterCommands([
    command('reference', 'Compare with the reference'),
    command('build', 'Compare with another build'),
  ]);
  return (
    <div className="report shadow" data-testid="shadow-pane">
      {routers !== undefined && routers.length > 1 && router !== undefined && (
        <PaneTools>
          <Segmented
            label="Router"
            value={router.name}
            options={routers.map((each) => ({ value: each.name, label: each.name }))}
            onChange={setName}
          />
          <span className="tools-grow" />
        </PaneTools>
      )}
      {router !== undefined && !isRecorded && (
        <div className="row shadow-choice">
          <span className="dim">Compared with</span>
          <Segmented label="Compared with" value={other} options={others} onChange={setChosen} testId="shadow-other" />
        </div>
      )}
      {lab === undefined || router === undefined ? (
        <EmptyState
          icon="eye"
          testId="shadow-none"
          title="No router here"
          reason="The reference is compared with a router, and this lab has none."
        />
      ) : (
        <>
          {other === 'build' && <SecondBuild key={`${lab} ${router.name}`} router={router} isRunning={isRunning} />}
          {(other === 'reference' || router.second !== undefined) && (
            <ComparedRouter
              key={`${lab} ${router.name} ${other}`}
              lab={lab}
              router={router}
              other={other}
              isRunning={isRunning}
            />
          )}
        </>
      )}
    </div>
  );
}

interface ComparedRouterProps {
  readonly lab: string;
  readonly router: RouterStatus;
  readonly other: Other;
  readonly isRunning: boolean;
}

function ComparedRouter({ lab, router, other, isRunning }: ComparedRouterProps) {
  const isSeen = useDock((state) => state.visible.includes('compare'));
  const { comparison, problem } = useComparison(lab, router.name, other, isRunning && isSeen);
  if (comparison === undefined || comparison.compared === 0) {
    if (!isRunning)
      return (
        <EmptyState
          icon="eye"
          testId="shadow-stopped"
          title="The lab is not running"
          reason="A router is compared over the frames that both sides are given while the lab runs."
        />
      );
    if (problem !== undefined)
      return (
        <EmptyState icon="warn" tone="warn" testId="shadow-problem" title={problem.title} reason={problem.detail} />
      );
    if (router.state === 'absent')
      return (
        <EmptyState
          icon="waiting"
          tone="warn"
          testId="shadow-absent"
          title="No router to compare"
          reason={`${router.name} is not connected: what it sends is compared as soon as it is.`}
        >
          <Button
            id="shadow.router"
            label="Open the router"
            icon="router"
            kind="primary"
            onPress={() => showPanel('router')}
          />
        </EmptyState>
      );
    return comparison === undefined ? (
      <EmptyState icon="eye" testId="shadow-asking" title="Comparing…" />
    ) : (
      <NothingYet other={other} />
    );
  }
  const { differences, more } = comparison;
  return (
    <>
      <header className="report-head shadow-head">
        <p data-testid="shadow-counts">{countsText(comparison)}</p>
        {other === 'reference' && <Chip tone="inferred">expected: computed by the reference, never sent</Chip>}
        <Chip tone="inferred">links: inferred</Chip>
      </header>
      {!isRunning ? (
        <p className="report-note">The lab is not running: this is how it was compared last.</p>
      ) : (
        problem !== undefined && (
          <p className="report-note report-stale" data-testid="shadow-stale">
            Not compared anew: {problem.detail}
          </p>
        )
      )}
      {other === 'reference' && isReference(router) && (
        <p className="report-note" data-testid="shadow-itself">
          It is the reference itself: there is nothing else to compare with.
        </p>
      )}
      {differences.length === 0 ? (
        <EmptyState
          icon="ok"
          testId="shadow-alike"
          title="No difference"
          reason={`With the frames that were compared, ${router.name} did what ${other === 'reference' ? 'the reference would have done' : 'your other build did'}.`}
        />
      ) : (
        <Differences differences={differences} other={other} more={more} />
      )}
    </>
  );
}

/** Nothing was given to the router yet: says so, and offers the lab's first ping. */
function NothingYet({ other }: { other: Other }) {
  const ping = useFirstPing();
  return (
    <EmptyState
      icon="eye"
      testId="shadow-nothing"
      title="Nothing compared yet"
      reason={`Nothing has reached the router${other === 'reference' ? '' : ' since'}. What it is given, ${other === 'reference' ? 'the reference' : 'your other build'} is given too.`}
    >
      {ping && <Button id="shadow.first-ping" {...ping} />}
    </EmptyState>
  );
}

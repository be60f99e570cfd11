import { useState } from 'react';
import type { RouterStatus } from '../../../server/contract/status.ts';
import { runInMininet, useWhyNotRun } from '../session/run-command.ts';
import { showPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Differences } from './differences.tsx';
import { countsText, isReference } from './shadow-words.ts';
import { useComparison } from './use-comparison.ts';
import './shadow.css';

/** What a router did beside what the reference would have done with the same frames. */
export function ShadowPane() {
  const lab = useLab((state) => state.id);
  const routers = useLab((state) => state.status?.routers);
  const isRunning = useLab((state) => state.status?.phase === 'running');
  const [name, setName] = useState<string>();
  const router = routers?.find((each) => each.name === name) ?? routers?.[0];
  return (
    <div className="shadow" data-testid="shadow-pane">
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
      {lab === undefined || router === undefined ? (
        <EmptyState
          icon="eye"
          testId="shadow-none"
          title="No router here"
          reason="The reference is compared with a router, and this lab has none."
        />
      ) : (
        <ComparedRouter key={`${lab} ${router.name}`} lab={lab} router={router} isRunning={isRunning} />
      )}
    </div>
  );
}

interface ComparedRouterProps {
  readonly lab: string;
  readonly router: RouterStatus;
  readonly isRunning: boolean;
}

function ComparedRouter({ lab, router, isRunning }: ComparedRouterProps) {
  const isSeen = useDock((state) => state.visible.includes('compare'));
  const { comparison, problem } = useComparison(lab, router.name, isRunning && isSeen);
  if (comparison === undefined || comparison.compared === 0) {
    if (!isRunning)
      return (
        <EmptyState
          icon="eye"
          testId="shadow-stopped"
          title="The lab is not running"
          reason="A router is compared with the reference over the frames that both are given while the lab runs."
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
      <NothingYet />
    );
  }
  const { differences, more } = comparison;
  return (
    <>
      <header className="shadow-head">
        <p data-testid="shadow-counts">{countsText(comparison)}</p>
        <Chip tone="inferred">expected: computed by the reference, never sent</Chip>
        <Chip tone="inferred">links: inferred</Chip>
      </header>
      {!isRunning ? (
        <p className="shadow-note">The lab is not running: this is how it was compared last.</p>
      ) : (
        problem !== undefined && (
          <p className="shadow-note shadow-stale" data-testid="shadow-stale">
            Not compared anew: {problem.detail}
          </p>
        )
      )}
      {isReference(router) && (
        <p className="shadow-note" data-testid="shadow-itself">
          It is the reference itself: there is nothing else to compare with.
        </p>
      )}
      {differences.length === 0 ? (
        <EmptyState
          icon="ok"
          testId="shadow-alike"
          title="No difference"
          reason={`With the frames that were compared, ${router.name} did what the reference would have done.`}
        />
      ) : (
        <Differences differences={differences} more={more} />
      )}
    </>
  );
}

/** Nothing was given to the router yet: says so, and offers the lab's first ping. */
function NothingYet() {
  const first = useLab(({ detail }) => detail?.lab.commands.find((command) => command.argv[0] === 'ping'));
  const off = useWhyNotRun();
  return (
    <EmptyState
      icon="eye"
      testId="shadow-nothing"
      title="Nothing compared yet"
      reason="Nothing has reached the router. What it is given, the reference is given too."
    >
      {first && (
        <Button
          id="shadow.first-ping"
          icon="play"
          label={first.label}
          off={off}
          hint={`Types “${[first.host, ...first.argv].join(' ')}” into the network’s command line.`}
          onPress={() => runInMininet([first.host, ...first.argv].join(' '))}
        />
      )}
    </EmptyState>
  );
}

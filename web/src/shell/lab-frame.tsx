import { type ReactNode, Suspense, useEffect } from 'react';
import { useRegisterCommands } from '../state/commands.ts';
import { useNarrow } from '../state/hooks.ts';
import { isCutOff, useLab } from '../state/lab-store.ts';
import { usePresent } from '../state/present.ts';
import { useReadOnly } from '../state/recording.ts';
import { lookForRest, useFetchedAtRest } from '../state/rest.ts';
import { markReady } from '../state/root.ts';
import { part } from '../ui/part.tsx';
import { ReadOnly } from '../ui/read-only.ts';
import { labCommands } from './lab-commands.ts';
import { ConnectionBanner } from './lab-states.tsx';
import { fetchFirstPanes, fetchPanes, panes, TerminalPane } from './panes.ts';
import { Rail } from './rail.tsx';
import { StatusLine } from './status-line.tsx';
import { streamCommands } from './stream-commands.ts';
import { TopBar } from './top-bar.tsx';
import { Waiting } from './waiting.tsx';
import './frame.css';

const Narrow = part(async () => (await import('./narrow.tsx')).Narrow);
const Dock = part(async () => (await import('./dock.tsx')).Dock);
const Present = part(async () => (await import('./present-view.tsx')).Present);

interface LabFrameProps {
  /** The lab's id, or that of a recorded run. */
  readonly lab: string;
  readonly title: string;
  /** Of the browser's tab. */
  readonly name: string;
  /** Whether there is something to be looked at. */
  readonly isKnown: boolean;
  /** What is drawn in place of panes. */
  readonly instead: ReactNode | undefined;
  readonly testId: string;
  /** Banners of its own. */
  readonly children: ReactNode;
}

/** A lab, live or recorded: top bar, rail, panes and status line; under 900 px one pane at a time. */
export function LabFrame({ lab, title, name, isKnown, instead, testId, children }: LabFrameProps) {
  const narrow = useNarrow();
  const status = useLab((state) => state.status);
  const down = useLab((state) => isCutOff(state.connection));
  const readOnly = useReadOnly();
  const isLive = readOnly === undefined;
  const presenting = usePresent((state) => state.presenting) && !narrow && instead === undefined;
  // Without panes there is nothing that rail and status line could show.
  const plain = narrow || instead !== undefined;
  useRegisterCommands([...labCommands(), ...streamCommands]);
  useEffect(() => {
    markReady(isKnown);
    document.title = `${name} · Patchbay`;
    return () => {
      markReady(false);
      document.title = 'Patchbay';
    };
  }, [isKnown, name]);
  useEffect(() => {
    if (isKnown) lookForRest();
  }, [isKnown]);
  useEffect(() => {
    // What does not come is told where it is drawn.
    const first = narrow
      ? [panes.map.component.fetch()]
      : [fetchFirstPanes(), isLive ? TerminalPane.fetch() : undefined];
    Promise.all(first).catch(() => undefined);
  }, [narrow, isLive]);
  useFetchedAtRest(fetchPanes);
  useFetchedAtRest(Narrow.fetch);
  useFetchedAtRest(Dock.fetch);
  useFetchedAtRest(Present.fetch);
  if (presenting)
    return (
      <Suspense fallback={<div className="loading" aria-busy="true" />}>
        <Present title={title} />
      </Suspense>
    );
  return (
    <ReadOnly value={readOnly}>
      <div className="app" data-testid={testId} data-phase={status?.phase} data-plain={plain ? '' : undefined}>
        <TopBar title={title} status={status} narrow={narrow} />
        {!plain && <Rail />}
        <div className="banners">
          <ConnectionBanner />
          {children}
        </div>
        <main className="app-main" data-dim={down ? '' : undefined}>
          {instead ?? <Suspense fallback={<Waiting />}>{narrow ? <Narrow /> : <Dock lab={lab} />}</Suspense>}
        </main>
        {!plain && <StatusLine />}
      </div>
    </ReadOnly>
  );
}

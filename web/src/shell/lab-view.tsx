import { lazy, Suspense, useEffect } from 'react';
import { followComments } from '../session/comments.ts';
import { followInterventions } from '../session/interventions.ts';
import { enterLab } from '../session/lab-session.ts';
import { announce } from '../state/announce.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { bringPanel, useDock } from '../state/dock-store.ts';
import { useNarrow } from '../state/hooks.ts';
import { useHoldView, useInterventions } from '../state/interventions.ts';
import { useLab } from '../state/lab-store.ts';
import { usePresent } from '../state/present.ts';
import { markReady } from '../state/root.ts';
import { saveBundle } from './bundle-commands.ts';
import { HeldBanner } from './intervention-banner.tsx';
import { interventionCommands } from './intervention-commands.ts';
import { labCommands } from './lab-commands.ts';
import { ConnectionBanner, FailedBanner, useLabState } from './lab-states.tsx';
import { Narrow } from './narrow.tsx';
import { Rail } from './rail.tsx';
import { useViewLink } from './use-view-link.ts';
import './frame.css';
import { StatusLine } from './status-line.tsx';
import { TopBar } from './top-bar.tsx';

const Dock = lazy(async () => ({ default: (await import('./dock.tsx')).Dock }));
const Present = lazy(async () => ({ default: (await import('./present-view.tsx')).Present }));

/** A lab: top bar, rail, panes and status line; under 900 px one pane at a time. */
export function LabView({ id }: { id: string }) {
  useEffect(() => enterLab(id), [id]);
  useEffect(() => followInterventions(id), [id]);
  useEffect(() => followComments(id), [id]);
  const narrow = useNarrow();
  const detail = useLab((state) => state.detail);
  const status = useLab((state) => state.status);
  const down = useLab((state) => ['reconnecting', 'ended'].includes(state.connection.state));
  const title = detail?.lab.title ?? id;
  const instead = useLabState(title);
  const presenting = usePresent((state) => state.presenting) && !narrow && instead === undefined;
  // Without panes there is nothing that rail and status line could show.
  const plain = narrow || instead !== undefined;
  useRegisterCommands([...labCommands(), ...interventionCommands]);
  useHeldInFront();
  useViewLink(id);
  useRegisterCommands([saveBundle]);

  const known = detail !== undefined && status !== undefined;
  useEffect(() => {
    markReady(known);
    document.title = `${title} · Patchbay`;
    return () => {
      markReady(false);
      document.title = 'Patchbay';
    };
  }, [known, title]);
  if (presenting)
    return (
      <Suspense fallback={<div className="loading" aria-busy="true" />}>
        <Present title={title} />
      </Suspense>
    );
  return (
    <div className="app" data-testid="lab-view" data-phase={status?.phase} data-plain={plain ? '' : undefined}>
      <TopBar title={title} status={status} narrow={narrow} />
      {!plain && <Rail />}
      <div className="banners">
        <ConnectionBanner />
        {status !== undefined && instead === undefined && <FailedBanner status={status} />}
        {instead === undefined && <HeldBanner />}
      </div>
      <main className="app-main" data-dim={down ? '' : undefined}>
        {instead ??
          (narrow ? (
            <Narrow />
          ) : (
            <Suspense fallback={<div className="loading" aria-busy="true" />}>
              <Dock lab={id} />
            </Suspense>
          ))}
      </main>
      {!plain && <StatusLine />}
    </div>
  );
}

/** Brings the Held pane to the front of its group when the first packet is held; the focus stays. */
function useHeldInFront(): void {
  const isHolding = useInterventions((state) => state.held.length > 0);
  useEffect(() => {
    if (!isHolding) return;
    useHoldView.setState({ view: 'held' });
    if (useDock.getState().open.includes('held')) bringPanel('held');
    announce('A packet is held.');
  }, [isHolding]);
}

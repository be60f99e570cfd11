import { useEffect } from 'react';
import { followComments } from '../session/comments.ts';
import { followFindings } from '../session/findings.ts';
import { followInterventions } from '../session/interventions.ts';
import { enterLab } from '../session/lab-session.ts';
import { announce } from '../state/announce.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { bringPanel, useDock } from '../state/dock-store.ts';
import { useHoldView, useInterventions } from '../state/interventions.ts';
import { useLab } from '../state/lab-store.ts';
import { saveBundle } from './bundle-commands.ts';
import { HeldBanner } from './intervention-banner.tsx';
import { interventionCommands } from './intervention-commands.ts';
import { useKeepView } from './kept-view.ts';
import { LabFrame } from './lab-frame.tsx';
import { FailedBanner, useLabState } from './lab-states.tsx';
import { useViewLink } from './use-view-link.ts';

/** A lab that runs, or can be started. */
export function LabView({ id }: { id: string }) {
  useKeepView(id);
  useEffect(() => enterLab(id), [id]);
  useEffect(() => followInterventions(id), [id]);
  useEffect(() => followComments(id), [id]);
  useEffect(() => followFindings(id), [id]);
  const detail = useLab((state) => state.detail);
  const status = useLab((state) => state.status);
  const title = detail?.lab.title ?? id;
  const instead = useLabState(title);
  useRegisterCommands(interventionCommands);
  useHeldInFront();
  useViewLink(id);
  useRegisterCommands([saveBundle]);

  return (
    <LabFrame
      lab={id}
      title={title}
      isKnown={detail !== undefined && status !== undefined}
      name={title}
      instead={instead}
      testId="lab-view"
    >
      {status !== undefined && instead === undefined && <FailedBanner status={status} />}
      {instead === undefined && <HeldBanner />}
    </LabFrame>
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

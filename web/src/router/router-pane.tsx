import { useState } from 'react';
import type { LabStatus, RouterProcess, RouterStatus } from '../../../server/contract/status.ts';
import { stopRouter } from '../session/router-actions.ts';
import { showRouterTerminal } from '../session/terminal-actions.ts';
import { useLab } from '../state/lab-store.ts';
import { useLabNow } from '../state/recording.ts';
import { durationOf } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Segmented } from '../ui/segmented.tsx';
import './router.css';
import { RouterEnded } from './router-ended.tsx';
import { RouterRunning } from './router-running.tsx';
import { programOf } from './router-text.ts';
import { RouterWaiting } from './router-waiting.tsx';

/** The lab's router: waiting for one, starting, running, crashed; with the one next step. */
export function RouterPane() {
  const status = useLab((state) => state.status);
  const [name, setName] = useState<string>();
  if (status === undefined) return null;
  const router = status.routers.find((each) => each.name === name) ?? status.routers[0];
  if (router === undefined)
    return (
      <EmptyState
        icon="router"
        title="No router here"
        reason="In this lab the controller answers every frame by itself."
        testId="router-none"
      />
    );
  return (
    <div className="router-pane">
      {status.routers.length > 1 && (
        <div className="router-choice">
          <Segmented
            label="Router"
            value={router.name}
            options={status.routers.map((each) => ({ value: each.name, label: each.name }))}
            onChange={setName}
          />
        </div>
      )}
      <div className="router-body">
        <RouterCard key={router.name} router={router} status={status} />
      </div>
    </div>
  );
}

function RouterCard({ router, status }: { router: RouterStatus; status: LabStatus }) {
  const { process } = router;
  /** The ended process that a person does not want again. */
  const [unwanted, setUnwanted] = useState<number>();
  if (router.state === 'ready' || router.state === 'connected') return <RouterRunning router={router} />;
  if (router.state === 'parked') return <Parked router={router} />;
  if (process?.state === 'running') return <Starting router={router} process={process} status={status} />;
  if (process !== undefined && !process.stopped && process.pid !== unwanted)
    return <RouterEnded router={router} process={process} onAnother={() => setUnwanted(process.pid)} />;
  return <RouterWaiting router={router} status={status} asked={unwanted !== undefined} />;
}

function Parked({ router }: { router: RouterStatus }) {
  return (
    <EmptyState
      icon="hourglass"
      tone="warn"
      title="Router connected, switch not up: holding set-up"
      reason="The interfaces are sent as soon as the switch has told its ports."
      testId="router-parked"
    >
      <Button
        id="router-terminal"
        label="Open its terminal"
        icon="terminal"
        onPress={() => showRouterTerminal(router.name)}
      />
    </EmptyState>
  );
}

function Starting({ router, process, status }: { router: RouterStatus; process: RouterProcess; status: LabStatus }) {
  const now = useLabNow(1000);
  return (
    <EmptyState
      icon="waiting"
      tone="warn"
      title={`${programOf(process)} runs, but has not connected`}
      reason={`Started ${durationOf(now - process.startedMs)} ago, pid ${process.pid}. It is expected on port ${status.vns.port}.`}
      testId="router-starting"
    >
      <Button
        id="router-terminal"
        label="Open its terminal"
        icon="terminal"
        kind="primary"
        onPress={() => showRouterTerminal(router.name)}
      />
      <Button id="stop-router" changes label="Stop it" icon="close" onPress={() => void stopRouter(router.name)} />
    </EmptyState>
  );
}

import { type ReactNode, useEffect, useState } from 'react';
import type { LabDetail } from '../../../server/contract/rest.ts';
import { showPanel } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { type Selection, useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { CommandBox } from './command-box.tsx';
import { type FirstUseStep, firstUseSteps, isPingThrough } from './first-use.ts';

const isPacket = (selection: Selection | undefined) => selection?.kind === 'packet';

/** Whether a ping came through in this log; asked of what is kept, then of what comes. */
function usePinged(): boolean {
  const [pinged, setPinged] = useState(false);
  useEffect(() => {
    if (pinged) return;
    const { ring } = traceStore;
    if (ring.size > 0 && traceStore.range(0, Number.POSITIVE_INFINITY).some(isPingThrough)) {
      setPinged(true);
      return;
    }
    return traceStore.onBatch((records) => {
      if (records.some(isPingThrough)) setPinged(true);
    });
  }, [pinged]);
  return pinged;
}

/** Whether a packet was ever opened: what the selection's history forgets stays true. */
function useOpened(): boolean {
  const now = useSelection(({ current, past }) => isPacket(current) || past.some(isPacket));
  const [opened, setOpened] = useState(now);
  if (now && !opened) setOpened(true);
  return opened;
}

/** What to do in the step that comes next. */
function Help({ step, detail }: { step: FirstUseStep; detail: LabDetail }): ReactNode {
  const { lab } = detail;
  switch (step.id) {
    case 'lab':
      return (
        <p>Start it in the top bar. Each part turns green when it is there; what is missing says what it waits for.</p>
      );
    case 'router':
      return (
        <>
          <p>
            The switch hands every frame to a router. Until one is connected, nothing gets from one network to another.
          </p>
          <Button id="guide.open-router" icon="router" label="Choose a router" onPress={() => showPanel('router')} />
        </>
      );
    case 'ping': {
      const ping = lab.commands.find((command) => command.argv[0] === 'ping');
      if (ping === undefined) return <p>Ping from one host to another.</p>;
      return (
        <>
          <p>Every frame of it crosses the bridge: watch them on the map and in the trace.</p>
          <CommandBox line={[ping.host, ...ping.argv].join(' ')} />
        </>
      );
    }
    case 'packet':
      return (
        <>
          <p>Choose an echo request in the trace, then its next stop: what is different is noted beside the field.</p>
          <Button id="guide.open-trace" icon="trace" label="Open the trace" onPress={() => showPanel('trace')} />
        </>
      );
    case 'check':
      return (
        <>
          <p>{lab.checks[0]?.requirement}</p>
          <Button id="guide.open-checks" icon="checks" label="Open the checks" onPress={() => showPanel('checks')} />
        </>
      );
  }
}

/** The first steps in a lab, ticked by what happens in it. */
export function Checklist({ detail }: { detail: LabDetail }) {
  const status = useLab((state) => state.status);
  const grade = useLab((state) => state.grade);
  const steps = firstUseSteps({ lab: detail.lab, status, grade, pinged: usePinged(), opened: useOpened() });
  const next = steps.find((step) => !step.done);
  const done = steps.filter((step) => step.done).length;
  return (
    <section className="checklist" aria-label="First steps" data-testid="checklist" data-done={done}>
      <h2>Your first packet</h2>
      <p className="checklist-lead">
        {next === undefined
          ? 'All of it happened. The guide goes on below.'
          : 'Ticks come from what happens in the lab, not from buttons.'}
      </p>
      <ol>
        {steps.map((step, i) => {
          const state = step.done ? 'done' : step === next ? 'next' : 'later';
          return (
            <li
              key={step.id}
              className={`checklist-${state}`}
              data-testid={`checklist-${step.id}`}
              data-done={step.done}
            >
              <span className="checklist-dot" aria-hidden="true">
                {step.done ? <Icon name="check" size="s" /> : i + 1}
              </span>
              <div className="checklist-body">
                <p className="checklist-title" aria-current={state === 'next' ? 'step' : undefined}>
                  {step.title}
                  {step.done && <span className="unseen"> done</span>}
                  {step.fact !== '' && <span className="checklist-fact">{step.fact}</span>}
                </p>
                {state === 'next' && <Help step={step} detail={detail} />}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

import { actOnHeld, runHeld, stepHeld, stopFaults } from '../session/interventions.ts';
import type { Command } from '../state/commands.ts';
import { showPanel } from '../state/dock-store.ts';
import { draftFrom, useInjectDraft } from '../state/inject-draft.ts';
import { type Held, heldFor, useHoldView, useInterventions } from '../state/interventions.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { showHeld } from './intervention-banner.tsx';

const selectedSeq = (): number | undefined => {
  const { current } = useSelection.getState();
  return current?.kind === 'packet' ? current.seq : undefined;
};
const shown = (): Held | undefined =>
  heldFor(useInterventions.getState().held, selectedSeq(), useHoldView.getState().gone);
const isHolding = (): boolean => shown() !== undefined;
const withShown = (run: (held: Held) => void) => () => {
  const held = shown();
  if (held !== undefined) run(held);
};
const act = (kind: 'forward' | 'drop' | 'duplicate' | 'revert') =>
  withShown(({ id }) => void actOnHeld([id], { kind }));

/** The selected packet, if the page has all of its bytes. */
function wholeSelected() {
  const seq = selectedSeq();
  const record = seq === undefined ? undefined : traceStore.record(seq);
  return record !== undefined && record.frame.length === record.length ? record : undefined;
}

/** `e`: the fields and bytes of the selected packet, to change what is held or to make another of what has passed. */
function editSelected(): void {
  const seq = selectedSeq();
  const { held } = useInterventions.getState();
  if (held.some((each) => each.seq === seq)) {
    showHeld('held');
    return;
  }
  const record = wholeSelected();
  if (record === undefined) return;
  draftFrom(record, record.frame);
  showPanel('inject');
}

const group = 'Held packets';
/** What can be done with held packets, faults and packets of one's own. */
export const interventionCommands: readonly Command[] = [
  { id: 'held.forward', title: 'Forward the held packet', group, keys: ['a'], when: isHolding, run: act('forward') },
  {
    id: 'held.forward-all',
    title: 'Forward all held packets',
    group,
    keys: ['A'],
    when: isHolding,
    run: () => void actOnHeld('all', { kind: 'forward' }),
  },
  { id: 'held.drop', title: 'Drop the held packet', group, keys: ['x'], when: isHolding, run: act('drop') },
  {
    id: 'held.drop-all',
    title: 'Drop all held packets',
    group,
    keys: ['X'],
    when: isHolding,
    run: () => void actOnHeld('all', { kind: 'drop' }),
  },
  {
    id: 'held.replay',
    title: 'Replay the held packet: forward it twice',
    group,
    keys: ['r'],
    when: () => {
      const held = shown();
      return held !== undefined && (held.isWhole || held.isEdited);
    },
    run: act('duplicate'),
  },
  {
    id: 'held.revert',
    title: 'Revert the held packet to how it came',
    group,
    keys: ['v'],
    when: () => shown()?.isEdited === true,
    run: act('revert'),
  },
  {
    id: 'held.step',
    title: 'Step: let the held packet go to its next point',
    group,
    when: isHolding,
    run: withShown(({ id }) => void stepHeld(id)),
  },
  {
    id: 'held.run',
    title: 'Run until the next packet fits a breakpoint',
    group,
    when: isHolding,
    run: () => void runHeld(),
  },
  { id: 'held.breakpoints', title: 'Breakpoints', group, run: () => showHeld('breakpoints') },
  {
    id: 'packet.edit',
    title: 'Edit the packet, or make another of it',
    group: 'Selection',
    keys: ['e'],
    when: () =>
      wholeSelected() !== undefined || useInterventions.getState().held.some(({ seq }) => seq === selectedSeq()),
    run: editSelected,
  },
  {
    id: 'inject.craft',
    title: 'Make a packet and inject it',
    group: 'Packets of one’s own',
    run: () => {
      useInjectDraft.setState({ view: 'form' });
      showPanel('inject');
    },
  },
  {
    id: 'inject.replay',
    title: 'Replay recorded packets or a capture file',
    group: 'Packets of one’s own',
    run: () => {
      useInjectDraft.setState({ view: 'replay' });
      showPanel('inject');
    },
  },
  {
    id: 'faults.stop-all',
    title: 'Stop all faults',
    group: 'Faults',
    when: () => useInterventions.getState().faults.length > 0,
    run: () => void stopFaults(),
  },
];

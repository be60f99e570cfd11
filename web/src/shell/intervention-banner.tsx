import { actOnHeld, stopFaults } from '../session/interventions.ts';
import { showPanel } from '../state/dock-store.ts';
import { useNow } from '../state/hooks.ts';
import { type Held, liveFaults, useHoldView, useInterventions } from '../state/interventions.ts';
import { useReadOnly } from '../state/recording.ts';
import { plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';

/** Shows the Held pane with its packets, or with its breakpoints. */
export function showHeld(view: 'held' | 'breakpoints'): void {
  useHoldView.setState({ view });
  showPanel('held');
}

/** Says that packets wait, for how long, and that what the page measures is not the network's own time. */
export function HeldBanner() {
  const held = useInterventions((state) => state.held);
  const breakpoints = useInterventions((state) => state.breakpoints?.breakpoints);
  const [oldest] = held;
  if (oldest === undefined) return null;
  const { why } = oldest;
  const filter = why.kind === 'breakpoint' ? breakpoints?.find(({ id }) => id === why.id)?.filter : undefined;
  return (
    <div className="banner" role="status" data-testid="banner-held">
      <Icon name="hourglass" />
      <b className="strong">{plural(held.length, 'packet')} held</b>
      {filter !== undefined && filter !== '' && (
        <span className="mid banner-wide ellipsis">
          at breakpoint <code className="banner-code">{filter}</code>
        </span>
      )}
      <HeldSince held={oldest} />
      <Chip tone="warn" icon="clock">
        Timing distorted
      </Chip>
      <span className="mid ellipsis banner-wide banner-more">Round trips are longer by the wait.</span>
      <span className="grow" />
      <Button
        id="held.forward-all"
        label="Release all"
        keyHint="A"
        onPress={() => void actOnHeld('all', { kind: 'forward' })}
      />
      <Button
        id="held.drop-all"
        label="Drop all"
        kind="danger"
        keyHint="X"
        onPress={() => void actOnHeld('all', { kind: 'drop' })}
      />
      <Button id="held.edit" label="Edit" icon="pencil" kind="ghost" onPress={() => showHeld('held')} />
      <Button
        id="held.breakpoints"
        label="Breakpoints"
        icon="sliders"
        kind="ghost"
        className="banner-wide"
        onPress={() => showHeld('breakpoints')}
      />
    </div>
  );
}

function HeldSince({ held }: { held: Held }) {
  const now = useNow(1000);
  // Not read out each second: the banner is a live region.
  return (
    <span className="mid banner-since" aria-hidden="true">
      for {Math.max(0, Math.round((now - held.heldMs) / 1000))} s
    </span>
  );
}

/** While faults run: the one button that stops them, always in sight. */
export function StopFaults({ narrow }: { narrow: boolean }) {
  const count = useInterventions((state) => liveFaults(state.faults).length);
  const readOnly = useReadOnly();
  if (count === 0 || readOnly !== undefined) return null;
  return (
    <Button
      id="faults.stop-all-now"
      label={narrow ? 'Stop' : 'Stop faults'}
      icon="bolt"
      kind="danger"
      hint={`${plural(count, 'fault is', 'faults are')} set: what you see is disturbed on purpose.`}
      onPress={() => void stopFaults()}
    />
  );
}

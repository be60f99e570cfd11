import { summarize } from '../../../bridge/packet/dissect.ts';
import { useNow } from '../state/hooks.ts';
import { type Held, heldFor, useHoldView, useInterventions } from '../state/interventions.ts';
import { select, useSelection } from '../state/selection.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Breakpoints } from './breakpoints.tsx';
import { HeldFrame } from './held-frame.tsx';
import { leftText } from './held-words.ts';
import './hold.css';

/** Packets that wait at breakpoints, and the breakpoints. */
export function HeldPane() {
  const { view, gone } = useHoldView();
  const held = useInterventions((state) => state.held);
  const breakpoints = useInterventions((state) => state.breakpoints?.breakpoints ?? none);
  const seq = useSelection(({ current }) => (current?.kind === 'packet' ? current.seq : undefined));
  const shown = heldFor(held, seq, gone);
  const frame = shown ?? gone;
  return (
    <div className="held-pane" data-testid="held">
      <PaneTools>
        <Segmented
          label="What is shown"
          value={view}
          testId="held-view"
          options={[
            { value: 'held', label: `Held ${held.length}` },
            { value: 'breakpoints', label: `Breakpoints ${breakpoints.length}` },
          ]}
          onChange={(next) => useHoldView.setState({ view: next })}
        />
        {view === 'held' && shown !== undefined && <Steps held={held} shown={shown} />}
      </PaneTools>
      {view === 'breakpoints' ? (
        <Breakpoints />
      ) : frame === undefined ? (
        <NothingHeld set={breakpoints.filter(({ enabled }) => enabled).length} />
      ) : (
        <>
          {(held.length > 1 || (held.length > 0 && shown === undefined)) && <HeldList held={held} shown={shown} />}
          <HeldFrame key={frame.id} held={frame} isGone={shown === undefined} />
        </>
      )}
    </div>
  );
}
const none: readonly never[] = [];

function NothingHeld({ set }: { set: number }) {
  return (
    <EmptyState
      icon="hourglass"
      testId="held-empty"
      title="No packet is held"
      reason={
        set === 0
          ? 'A breakpoint stops the packets that fit it. They can then be changed, dropped or let go.'
          : 'The next packet that fits a breakpoint stops here.'
      }
    >
      <Button
        id="held.to-breakpoints"
        label={set === 0 ? 'Set a breakpoint' : 'Show the breakpoints'}
        icon={set === 0 ? 'plus' : 'sliders'}
        kind={set === 0 ? 'primary' : 'plain'}
        onPress={() => useHoldView.setState({ view: 'breakpoints' })}
      />
    </EmptyState>
  );
}

/** Which of the held ones is shown, and those before and after it. */
function Steps({ held, shown }: { held: readonly Held[]; shown: Held }) {
  const at = held.indexOf(shown);
  const go = (to: Held | undefined) => to !== undefined && select({ kind: 'packet', seq: to.seq });
  return (
    <>
      <span className="mid small" data-testid="held-count">
        {at + 1} of {held.length} held
      </span>
      <Button
        id="held.previous"
        bare
        kind="ghost"
        icon="prev"
        label="Held packet before"
        off={at > 0 ? undefined : 'This is the first that is held.'}
        onPress={() => go(held[at - 1])}
      />
      <Button
        id="held.next"
        bare
        kind="ghost"
        icon="next"
        label="Held packet after"
        off={at < held.length - 1 ? undefined : 'This is the last that is held.'}
        onPress={() => go(held[at + 1])}
      />
    </>
  );
}

/** All that are held, each with the time that it has left. */
function HeldList({ held, shown }: { held: readonly Held[]; shown: Held | undefined }) {
  const now = useNow(500);
  return (
    <ul className="held-list" data-testid="held-list" aria-label="Held packets">
      {held.map((each) => {
        const summary = summarize(each.bytes);
        return (
          <li key={each.id}>
            <button
              type="button"
              className="held-row"
              title={each.next}
              aria-current={each === shown ? 'true' : undefined}
              data-testid={`held-row-${each.id}`}
              onClick={() => select({ kind: 'packet', seq: each.seq })}
            >
              <ProtoGlyph shape={summary.kind} radius={4} />
              <span className="mono">#{each.seq}</span>
              <span className="grow ellipsis">{summary.info}</span>
              {each.isEdited && <span className="tone-warn">edited</span>}
              <span className="mid">{each.point}</span>
              <span className="held-left">{leftText(each.deadlineMs, now)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

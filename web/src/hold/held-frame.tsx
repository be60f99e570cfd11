import { useEffect } from 'react';
import { summarize } from '../../../bridge/packet/dissect.ts';
import { actOnHeld, editHeld, runHeld, stepHeld } from '../session/interventions.ts';
import { showPanel } from '../state/dock-store.ts';
import { useNow } from '../state/hooks.ts';
import { draftFrom } from '../state/inject-draft.ts';
import { type Held, leaveHeld, useHoldView, useInterventions } from '../state/interventions.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { FrameEditor } from '../ui/frame-editor.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { goneText, leftText, whyText } from './held-words.ts';

/**
 * One held packet: what it is, its fields and bytes to change, and what may be done with it. One that is gone stays as it
 * was typed, and whoever types goes on in it: what they type does not go to another (HOLD11).
 */
export function HeldFrame({ held, isGone }: { held: Held; isGone: boolean }) {
  const breakpoints = useInterventions((state) => state.breakpoints?.breakpoints ?? none);
  const now = useNow(500);
  // Out of sight, nobody types into it, and it is left if it was gone.
  useEffect(() => leaveHeld, []);
  const { id, bytes, original, isEdited, isWhole } = held;
  const summary = summarize(bytes);
  return (
    <>
      <header className="held-head">
        <ProtoGlyph shape={summary.kind} radius={6} label={summary.protocol} />
        <b className="strong">#{held.seq}</b>
        <h2 className="ellipsis" title={summary.info}>
          {summary.info}
        </h2>
        <span className="mid ellipsis" title={whyText(held.why, breakpoints)}>
          {held.point} {held.next}, {bytes.length} bytes
        </span>
        <span className="grow" />
        {!isGone && (
          <Chip tone="warn" icon="hourglass" testId="held-left">
            held {Math.max(0, Math.round((now - held.heldMs) / 1000))} s, {leftText(held.deadlineMs, now)}
          </Chip>
        )}
      </header>
      <section
        className="frame-body"
        aria-label="Its fields and bytes"
        onFocus={() => useHoldView.setState({ typedInto: id })}
        onBlur={() => useHoldView.setState({ typedInto: undefined })}
      >
        <FrameEditor
          id="held"
          bytes={bytes}
          original={original}
          noFields={
            isWhole || isEdited
              ? undefined
              : 'The switch sent only the beginning of this packet. Give it whole, as bytes; then its fields can be edited, too.'
          }
          onChange={(next) =>
            isGone ? useHoldView.setState({ gone: { ...held, bytes: next, isEdited: true } }) : editHeld(id, next)
          }
        />
      </section>
      {isGone ? <GoneActions gone={held} /> : <HeldActions held={held} />}
    </>
  );
}

/** What became of a packet that is gone, and what may be done with what was typed. */
function GoneActions({ gone }: { gone: Held }) {
  const next = useInterventions((state) => state.held[0]);
  return (
    <footer className="held-actions" data-testid="held-gone">
      <span className="tone-warn" role="status">
        {goneText(gone.seq)} Your edit is kept here.
      </span>
      <span className="grow" />
      <Button
        id="held.make"
        label="Inject it"
        icon="syringe"
        hint="Takes it to the Inject pane."
        onPress={() => {
          draftFrom(gone, gone.bytes);
          showPanel('inject');
        }}
      />
      <Button
        id="held.leave"
        label={next === undefined ? 'Close' : `Go on with #${next.seq}`}
        kind="primary"
        onPress={leaveHeld}
      />
    </footer>
  );
}

function HeldActions({ held: { id, isEdited, isWhole, next } }: { held: Held }) {
  return (
    <footer className="held-actions">
      <Button
        id="held.forward"
        label={isEdited ? 'Forward edited' : 'Forward'}
        icon="play"
        kind="primary"
        keyHint="a"
        hint={`Lets it go ${next}.`}
        onPress={() => void actOnHeld([id], { kind: 'forward' })}
      />
      <Button
        id="held.drop"
        label="Drop"
        icon="drop"
        kind="danger"
        keyHint="x"
        onPress={() => void actOnHeld([id], { kind: 'drop' })}
      />
      <Button
        id="held.replay"
        label="Replay"
        icon="refresh"
        keyHint="r"
        hint="Forwards it twice."
        off={isWhole || isEdited ? undefined : 'Only its beginning is here.'}
        onPress={() => void actOnHeld([id], { kind: 'duplicate' })}
      />
      <Button
        id="held.revert"
        label="Revert"
        icon="undo"
        kind="ghost"
        keyHint="v"
        off={isEdited ? undefined : 'It is as it came.'}
        onPress={() => void actOnHeld([id], { kind: 'revert' })}
      />
      <Button
        id="held.step"
        label="Step"
        icon="next"
        kind="ghost"
        hint="Lets it go to its next point and holds it there."
        onPress={() => void stepHeld(id)}
      />
      <Button
        id="held.run"
        label="Run"
        icon="follow"
        kind="ghost"
        hint="Forwards all, and runs until the next packet fits a breakpoint."
        onPress={() => void runHeld()}
      />
    </footer>
  );
}
const none: readonly never[] = [];

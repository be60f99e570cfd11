import { useState } from 'react';
import { injectFrame, startReplay } from '../session/interventions.ts';
import { announce } from '../state/announce.ts';
import type { FramePlace } from '../state/interventions.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { NumberField } from '../ui/number-field.tsx';
import { numberIn, replayOfOne } from './replay-request.ts';

/** Puts a frame in once, or many times at a steady pace. */
export function SendBar({
  bytes,
  place,
  off,
}: {
  bytes: Uint8Array | undefined;
  place: FramePlace | undefined;
  /** Why nothing can be sent now. */
  off: string | undefined;
}) {
  const [times, setTimes] = useState('1');
  const [every, setEvery] = useState('100');
  const [sent, setSent] = useState<number>();
  const count = numberIn(times, 1, 10_000);
  const everyMs = numberIn(every, 0, 60_000);
  const why =
    off ?? (count === undefined ? 'Times: 1 to 10000.' : everyMs === undefined ? 'Pause: 0 to 60000 ms.' : undefined);
  const send = async () => {
    if (bytes === undefined || place === undefined || count === undefined || everyMs === undefined) return;
    if (count > 1) {
      await startReplay(replayOfOne(bytes, place, count, everyMs));
      return;
    }
    const seq = await injectFrame(place, bytes);
    setSent(seq);
    if (seq !== undefined) announce(`Injected as packet ${seq}.`);
  };
  return (
    <footer className="send-bar">
      <Button
        id="inject.send"
        label={count === undefined || count === 1 ? 'Inject' : `Inject ${count} times`}
        icon="syringe"
        kind="primary"
        off={why}
        onPress={() => void send()}
      />
      <NumberField id="inject-times" after="times" value={times} isFine={count !== undefined} onChange={setTimes} />
      {count !== 1 && (
        <NumberField
          id="inject-every"
          before="every"
          after="ms"
          value={every}
          isFine={everyMs !== undefined}
          onChange={setEvery}
        />
      )}
      <span className="grow" />
      {sent !== undefined && (
        <Button
          id="inject.open"
          label={`Open #${sent}`}
          icon="search"
          kind="ghost"
          onPress={() => pointAtPacket(sent)}
        />
      )}
    </footer>
  );
}

import { useEffect, useState } from 'react';
import { useRegisterCommands } from '../state/commands.ts';
import { useNow } from '../state/hooks.ts';
import { goToMoment, kept, setMode, stepMoment, useMoment } from '../state/moment.ts';
import { useReadOnly } from '../state/recording.ts';
import { serverNowMs } from '../state/server-clock.ts';
import { Button } from '../ui/button.tsx';
import { shownRange, useTimeLine } from './time-line.ts';
import './scrubber.css';

const second = 1_000_000;
/** How often a replay moves on, milliseconds. */
const playEveryMs = 50;

/** A moment of the trace clock as a person reads it: `00:42.2`. */
function momentText(us: number): string {
  const tenths = Math.floor(Math.max(0, us) / 100_000);
  const seconds = Math.floor(tenths / 10);
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** While it plays, the moment moves on as fast as it was, and stands still at the end. */
function usePlaying(): void {
  const playing = useMoment((state) => state.playing);
  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const { atUs } = useMoment.getState();
      const range = kept();
      if (atUs === undefined || range === undefined) return;
      const now = performance.now();
      goToMoment(atUs + (now - before) * 1000);
      before = now;
      if (atUs >= range.toUs) setMode('paused');
    }, playEveryMs);
    return () => clearInterval(timer);
  }, [playing]);
}

/** Dragged, stepped, played, and back to live. */
export function TimeLineBar() {
  const canvas = useTimeLine();
  const atUs = useMoment((state) => state.atUs);
  const playing = useMoment((state) => state.playing);
  const [dragging, setDragging] = useState(false);
  const readOnly = useReadOnly();
  const endText = readOnly === undefined ? 'Back to live' : 'To the end';
  usePlaying();
  useNow(1_000, atUs === undefined);
  const range = shownRange(serverNowMs());
  const play = () => setMode(playing ? 'paused' : 'replay');
  useRegisterCommands([
    { id: 'moment.play', title: playing ? 'Pause the replay' : 'Replay', group: 'Time', run: play },
    {
      id: 'moment.pause',
      title: 'Hold what is shown now',
      group: 'Time',

      run: () => setMode('paused'),
    },
    {
      id: 'moment.live',
      title: endText,
      group: 'Time',
      when: () => useMoment.getState().atUs !== undefined,
      run: () => setMode('live'),
    },
    {
      id: 'moment.before',
      title: 'The moment of the packet before',
      group: 'Time',

      run: () => stepMoment(-1),
    },
    {
      id: 'moment.after',
      title: 'The moment of the packet after',
      group: 'Time',

      run: () => stepMoment(1),
    },
  ]);
  if (range === undefined) return null;

  const shownUs = atUs ?? range.toUs;
  const drag = (event: React.PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    useMoment.setState({ playing: false });
    goToMoment(range.fromUs + share * (range.toUs - range.fromUs));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = event.shiftKey ? 10 : 1;
    if (event.key === 'ArrowLeft') stepMoment(-by);
    else if (event.key === 'ArrowRight') stepMoment(by);
    else if (event.key === 'PageUp' || event.key === 'ArrowDown') goToMoment(shownUs - second);
    else if (event.key === 'PageDown' || event.key === 'ArrowUp') goToMoment(shownUs + second);
    else if (event.key === 'Home') goToMoment(0);
    else if (event.key === 'End' || event.key === 'Escape') setMode('live');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="scrubber" data-testid="scrubber" data-at={atUs === undefined ? 'live' : 'past'}>
      <Button
        id="moment.before"
        bare
        kind="ghost"
        icon="prev"
        label="The moment of the packet before"
        onPress={() => stepMoment(-1)}
      />
      <Button
        id="moment.play"
        bare
        kind="ghost"
        icon={playing ? 'pause' : 'play'}
        label={playing ? 'Pause the replay' : 'Replay'}
        onPress={play}
      />
      <Button
        id="moment.after"
        bare
        kind="ghost"
        icon="next"
        label="The moment of the packet after"
        onPress={() => stepMoment(1)}
      />
      <span className="mono" data-testid="scrubber-at">
        {momentText(shownUs)}
      </span>
      <div
        className="scrubber-line"
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={Math.round(range.fromUs / 1000)}
        aria-valuemax={Math.round(range.toUs / 1000)}
        aria-valuenow={Math.round(shownUs / 1000)}
        aria-valuetext={
          atUs === undefined
            ? `${momentText(shownUs)}, ${readOnly === undefined ? 'live' : 'the end'}`
            : momentText(shownUs)
        }
        data-testid="scrubber-line"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragging(true);
          drag(event);
        }}
        onPointerMove={(event) => {
          if (dragging) drag(event);
        }}
        onPointerUp={() => setDragging(false)}
        onPointerCancel={() => setDragging(false)}
      >
        <canvas ref={canvas} />
      </div>
      {atUs === undefined ? (
        <span className="mono dim scrubber-end">{momentText(range.toUs)}</span>
      ) : (
        <Button id="moment.live" label={endText} kind="primary" onPress={() => setMode('live')} />
      )}
    </div>
  );
}

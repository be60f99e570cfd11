import { useSyncExternalStore } from 'react';
import { type Mode, modeOf, setMode, useMoment } from '../state/moment.ts';
import { useReadOnly } from '../state/recording.ts';
import { traceStore } from '../state/trace-store.ts';
import { Segmented } from '../ui/segmented.tsx';

const past = [
  { value: 'paused', label: 'Paused' },
  { value: 'replay', label: 'Replay' },
] as const satisfies readonly { value: Mode; label: React.ReactNode }[];
const live = [
  {
    value: 'live',
    label: (
      <>
        <i className="live-dot" />
        Live
      </>
    ),
  },
  ...past,
] as const;
/** Of a recorded run: all of it, up to its end. */
const recorded = [{ value: 'live', label: 'All' }, ...past] as const;

/** Whether the page shows what happens now, holds still, or shows again what was. */
export function LiveMode() {
  const moment = useMoment();
  const paused = useSyncExternalStore(traceStore.subscribe, () => traceStore.paused);
  const mode = modeOf(moment, paused);
  const options = useReadOnly() === undefined ? live : recorded;
  return (
    <span className="live-mode" data-testid="live-state" data-mode={mode}>
      <Segmented label="What is shown" value={mode} options={options} onChange={setMode} testId="mode" />
    </span>
  );
}

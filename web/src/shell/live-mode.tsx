import { useSyncExternalStore } from 'react';
import { type Mode, modeOf, setMode, useMoment } from '../state/moment.ts';
import { traceStore } from '../state/trace-store.ts';
import { Segmented } from '../ui/segmented.tsx';

const options = [
  {
    value: 'live',
    label: (
      <>
        <i className="live-dot" />
        Live
      </>
    ),
  },
  { value: 'paused', label: 'Paused' },
  { value: 'replay', label: 'Replay' },
] as const satisfies readonly { value: Mode; label: React.ReactNode }[];

/** Whether the page shows what happens now, holds still, or shows again what was. */
export function LiveMode() {
  const moment = useMoment();
  const paused = useSyncExternalStore(traceStore.subscribe, () => traceStore.paused);
  const mode = modeOf(moment, paused);
  return (
    <span className="live-mode" data-testid="live-state" data-mode={mode}>
      <Segmented label="What is shown" value={mode} options={options} onChange={setMode} testId="mode" />
    </span>
  );
}

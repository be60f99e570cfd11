import type { Counters } from '../../../server/contract/status.ts';
import { Scrubber } from '../scrubber/scrubber.tsx';
import { useEcho } from '../session/echo.ts';
import { useLab } from '../state/lab-store.ts';
import { useReadOnly } from '../state/recording.ts';
import { runtimeTexts } from '../state/runtime-text.ts';
import { countOf, microsOf, plural } from '../state/text.ts';
import { Tooltip } from '../ui/tooltip.tsx';

function dropsText(counters: Counters): string {
  const causes = Object.entries(counters.drops).filter(([, count]) => count > 0);
  if (causes.length === 0) return 'Patchbay has dropped nothing.';
  return causes.map(([cause, count]) => `${countOf(count)}: ${cause}`).join('\n');
}

/** What a person should know of this lab; short beside the scrubber, in full while there is nothing to scrub. */
function Notes({ notes, alone, otherwise }: { notes: readonly string[]; alone: boolean; otherwise: string }) {
  if (alone)
    return (
      <span className="ellipsis grow status-notes" title={notes.join('\n')}>
        {notes[0] ?? otherwise}
      </span>
    );
  if (notes.length === 0) return null;
  return (
    <Tooltip text={notes.join('\n')}>
      <span className="figure" data-testid="status-notes">
        {plural(notes.length, 'note')}
      </span>
    </Tooltip>
  );
}

/** What runs through the bridge, in figures: each was measured, and says nothing before it was. */
export function StatusLine() {
  const status = useLab((state) => state.status);
  const readOnly = useReadOnly();
  if (status === undefined || status.phase === 'stopped') return null;
  const { counters } = status;
  const drops = Object.values(counters.drops).reduce((sum, count) => sum + count, 0);
  // 0 means that nothing was dispatched lately: not a figure.
  const measured = counters.dispatchP99Us > 0;
  return (
    <footer className="status-line" data-testid="status-line">
      <Scrubber />
      <Notes
        notes={status.notes}
        alone={counters.logged === 0}
        otherwise={`${runtimeTexts[status.runtime].label}, ${status.openflow}`}
      />
      <Tooltip text="From the bytes of a PACKET_IN to the packet handed on, half of the packets and all but one in a hundred.">
        <span className="figure" data-testid="figure-dispatch">
          <span>Dispatch p50</span>
          <b>{measured ? microsOf(counters.dispatchP50Us) : '–'}</b>
          <span>p99</span>
          <b>{measured ? microsOf(counters.dispatchP99Us) : '–'}</b>
        </span>
      </Tooltip>
      <span className="separator" />
      <span className="figure" data-testid="figure-rate">
        <b>{countOf(Math.round(counters.packetsPerSecond))}</b>
        <span>packets/s</span>
      </span>
      <Tooltip
        text={
          counters.forgotten === 0
            ? `${plural(counters.logged, 'record')}, all kept.`
            : `The oldest ${countOf(counters.forgotten)} are no longer kept.`
        }
      >
        <span className="figure" data-testid="figure-log">
          <b>{countOf(counters.logged)}</b>
          <span>in log</span>
        </span>
      </Tooltip>
      <Tooltip text={dropsText(counters)}>
        <span className="figure" data-testid="figure-drops" data-tone={drops > 0 ? 'warn' : undefined}>
          <span>Drops</span>
          <b>{countOf(drops)}</b>
        </span>
      </Tooltip>
      {readOnly === undefined && <Echo />}
    </footer>
  );
}

function Echo() {
  const echoMs = useEcho((state) => state.echoMs);
  return (
    <>
      <span className="separator" />
      <Tooltip text="Round trip between this page and the server.">
        <span className="figure" data-testid="figure-echo">
          <span>Echo</span>
          <b>{echoMs === undefined ? '–' : `${echoMs < 10 ? echoMs.toFixed(1) : Math.round(echoMs)} ms`}</b>
        </span>
      </Tooltip>
    </>
  );
}

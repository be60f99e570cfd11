import type { FlowLookup, FlowRow } from '../../../server/contract/flows.ts';
import { goToMoment } from '../state/moment.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { EntryCard } from './entry-card.tsx';
import { cookieText, counterText, hardText, idleText, rateText, secondsText, timeText } from './flow-text.ts';

interface FlowCardProps {
  readonly entry: FlowRow;
  readonly switchName: string;
  readonly whyNotEdit: string | undefined;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** The selected entry, with what can be done with it. */
export function FlowCard({ entry, switchName, whyNotEdit, onEdit, onDelete }: FlowCardProps) {
  const facts: readonly (readonly [string, string])[] = [
    ['Actions', entry.actionsText.replaceAll(',', ', ')],
    ['Packets', `${counterText(entry.packets)} (${rateText(entry.packetRate)})`],
    ['Bytes', counterText(entry.bytes)],
    ['Ends when idle', entry.idleTimeoutS === 0 ? 'never' : `after ${entry.idleTimeoutS} s: ${idleText(entry)} left`],
    ['Ends anyway', entry.hardTimeoutS === 0 ? 'never' : `after ${entry.hardTimeoutS} s: ${hardText(entry)} left`],
    ['Age', secondsText(entry.ageS)],
    ['Cookie', cookieText(entry.cookie)],
  ];
  const isInferred = entry.isIdleLeftInferred && entry.idleTimeoutS > 0;
  return (
    <EntryCard
      entry={entry}
      switchName={switchName}
      facts={facts}
      chip={isInferred && <Chip tone="inferred">≈ is inferred</Chip>}
      buttons={
        <>
          <Button id="flows.edit" changes icon="pencil" label="Edit" off={whyNotEdit} onPress={onEdit} />
          <Button id="flows.delete" changes icon="drop" kind="danger" label="Delete" onPress={onDelete} />
        </>
      }
    />
  );
}

interface LookupCardProps {
  readonly seq: number;
  readonly lookup: FlowLookup | undefined;
  readonly why: string;
  /** The moment whose table is shown beside it; 0: now. µs */
  readonly shownUs: number;
  readonly onSelect: (id: string) => void;
}

/** Which entry took the selected packet, and which nearly did (FLOW4). */
export function LookupCard({ seq, lookup, why, shownUs, onSelect }: LookupCardProps) {
  return (
    <section className="flow-card" aria-label="The selected packet" data-testid="flow-lookup">
      <header>
        <h3>Packet #{seq}</h3>
        {lookup !== undefined && <Chip tone="inferred">inferred</Chip>}
      </header>
      <p data-testid="flow-lookup-text">{lookup?.text ?? (why === '' ? 'Looking it up…' : why)}</p>
      {lookup !== undefined && <Basis lookup={lookup} shownUs={shownUs} />}
      {lookup !== undefined && lookup.nearMisses.length > 0 && (
        <>
          <h4>Near misses: one field differs</h4>
          <ul className="flow-near">
            {lookup.nearMisses.map((miss) => (
              <li key={miss.id}>
                <button type="button" data-testid="flow-near-miss" onClick={() => onSelect(miss.id)}>
                  <span className="flow-near-priority">{miss.priority}</span>
                  <b>{miss.field}</b>
                  <span>
                    asks for <b className="mono">{miss.expected}</b>, the packet has{' '}
                    <b className="mono">{miss.observed}</b>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** A moment is the same when its packets are. */
const sameUs = 1_000;

/** Of when the table is by which the packet was looked up, and the way to it. */
function Basis({ lookup: { tableUs, packetUs }, shownUs }: { lookup: FlowLookup; shownUs: number }) {
  if (packetUs === 0 || tableUs !== packetUs)
    return (
      <p className="flow-basis">
        By the table as it was read at {timeText(tableUs)}
        {packetUs > 0 && `; the packet came at ${timeText(packetUs)}`}.
      </p>
    );
  return (
    <>
      <p className="flow-basis">By the table as it was when the packet came, at {timeText(tableUs)}.</p>
      {Math.abs(shownUs - packetUs) > sameUs && (
        <Button id="flows.then" icon="flows" label="Show that table" onPress={() => goToMoment(packetUs)} />
      )}
    </>
  );
}

import type { ReactNode } from 'react';
import { displayFilter } from '../../../bridge/packet/flow/display-filter.ts';
import { parseMatch } from '../../../bridge/packet/flow/match-words.ts';
import type { FlowRow } from '../../../server/contract/flows.ts';
import { showPanel } from '../state/dock-store.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { Button } from '../ui/button.tsx';

/** Filters the trace to the frames that an entry asks for (FLOW3). */
function showItsPackets(entry: FlowRow, switchName: string): void {
  useTraceFilter.getState().setText(displayFilter(parseMatch(entry.matchText).fields, switchName));
  showPanel('trace');
}

interface EntryCardProps {
  readonly entry: FlowRow;
  readonly switchName: string;
  readonly facts: readonly (readonly [name: string, text: string])[];
  /** Beside the priority. */
  readonly chip: ReactNode;
  /** Between the match and the facts. */
  readonly notes?: ReactNode;
  /** Beside the button to its packets. */
  readonly buttons?: ReactNode;
}

/** The selected entry, of now or of the past: what it asks for, what is known of it, and its packets. */
export function EntryCard({ entry, switchName, facts, chip, notes, buttons }: EntryCardProps) {
  return (
    <section className="flow-card" aria-label="Selected entry" data-testid="flow-card">
      <header>
        <h3>Priority {entry.priority}</h3>
        {chip}
      </header>
      <ul className="flow-match">
        {entry.match.length === 0 && <li>Matches everything</li>}
        {entry.match.map(({ name, text }) => (
          <li key={name}>
            <span>{name}</span> <b className="mono">{text}</b>
          </li>
        ))}
      </ul>
      {notes}
      <dl>
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <div className="flow-buttons">
        <Button
          id="flows.packets"
          icon="filter"
          label="Show its packets"
          onPress={() => showItsPackets(entry, switchName)}
        />
        {buttons}
      </div>
    </section>
  );
}

import type { PastFlowRow } from '../../../server/contract/flows.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { showItsPackets } from './flow-card.tsx';
import { cookieText, counterText, hardText, secondsText, secondText } from './flow-text.ts';

/** An entry of a table of the past: what it was, what tells of it, and what is not sure (FLOW21). */
export function PastCard({ entry, switchName }: { readonly entry: PastFlowRow; readonly switchName: string }) {
  const counted = entry.countedUs > 0 ? `, as told at ${secondText(entry.countedUs)}` : '';
  const facts: readonly (readonly [string, string])[] = [
    ['Actions', entry.actionsText.replaceAll(',', ', ')],
    ['Packets', `${counterText(entry.packets)}${counted}`],
    ['Bytes', `${counterText(entry.bytes)}${counted}`],
    ['Ends when idle', entry.idleTimeoutS === 0 ? 'never' : `after ${entry.idleTimeoutS} s`],
    ['Ends anyway', entry.hardTimeoutS === 0 ? 'never' : `after ${entry.hardTimeoutS} s: ${hardText(entry)} left`],
    ['Age', secondsText(entry.ageS)],
    ['Cookie', cookieText(entry.cookie)],
  ];
  const isObserved = entry.confidence === 'observed';
  return (
    <section className="flow-card" aria-label="Selected entry" data-testid="flow-card">
      <header>
        <h3>Priority {entry.priority}</h3>
        <Chip tone={isObserved ? 'ok' : 'inferred'}>{entry.confidence}</Chip>
      </header>
      <ul className="flow-match">
        {entry.match.length === 0 && <li>Matches everything</li>}
        {entry.match.map(({ name, text }) => (
          <li key={name}>
            <span>{name}</span> <b className="mono">{text}</b>
          </li>
        ))}
      </ul>
      <p className="flow-basis" data-testid="flow-past-basis">
        {entry.basis}
      </p>
      {entry.doubt !== '' && (
        <p className="flow-doubt" data-testid="flow-past-doubt">
          {entry.doubt}
        </p>
      )}
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
      </div>
    </section>
  );
}

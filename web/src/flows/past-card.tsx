import type { PastFlowRow } from '../../../server/contract/flows.ts';
import { Chip } from '../ui/chip.tsx';
import { EntryCard } from './entry-card.tsx';
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
    <EntryCard
      entry={entry}
      switchName={switchName}
      facts={facts}
      chip={<Chip tone={isObserved ? 'ok' : 'inferred'}>{entry.confidence}</Chip>}
      notes={
        <>
          <p className="flow-basis" data-testid="flow-past-basis">
            {entry.basis}
          </p>
          {entry.doubt !== '' && (
            <p className="flow-doubt" data-testid="flow-past-doubt">
              {entry.doubt}
            </p>
          )}
        </>
      }
    />
  );
}

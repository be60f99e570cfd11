import type { Lab } from '../../../server/contract/lab.ts';
import type { LabEntry } from '../../../server/contract/rest.ts';
import { plural } from '../state/text.ts';
import { Chip } from '../ui/chip.tsx';
import { Thumb } from './thumb.tsx';
import { isFinished } from './use-catalogue.ts';

/** A lab in the catalogue: its picture, what it is about, how far one got. */
export function LabCard({
  entry,
  lab,
  selected,
  onSelect,
}: {
  entry: LabEntry;
  lab: Lab | undefined;
  selected: boolean;
  onSelect: () => void;
}) {
  const { score, points } = entry;
  const finished = isFinished(entry);
  return (
    <button
      type="button"
      className="lab-card"
      aria-pressed={selected}
      data-testid={`lab-${entry.id}`}
      onClick={onSelect}
    >
      <Thumb lab={lab} />
      <span className="lab-card-text">
        <span className="row">
          <span className="lab-card-title grow">{entry.title}</span>
          {finished ? (
            <Chip tone="ok" icon="check">
              Finished
            </Chip>
          ) : (
            score !== null && (
              <span className="dim">
                {score} of {points}
              </span>
            )
          )}
        </span>
        <span className="lab-card-summary">{entry.summary}</span>
        <span className="lab-card-foot">
          {score !== null && !finished && points > 0 && (
            <span className="progress" aria-hidden="true">
              <i style={{ width: `${(score / points) * 100}%` }} />
            </span>
          )}
          <span className="row dim">
            {entry.checks > 0 && <span>{plural(entry.checks, 'check')}</span>}
            {points > 0 && <span>{plural(points, 'point')}</span>}
            <span>{entry.hours} h</span>
          </span>
        </span>
      </span>
    </button>
  );
}

import { useRef, useState } from 'react';
import { plural } from '../state/text.ts';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';
import { useStops } from '../ui/use-stops.ts';
import { DifferenceCard, SeqLink } from './difference-card.tsx';
import { keyOf, kinds } from './shadow-words.ts';
import type { Difference, Other } from './use-comparison.ts';

interface DifferencesProps {
  readonly differences: readonly Difference[];
  readonly other: Other;
  /** How many there are beyond these. */
  readonly more: number;
}

/** Fields and bytes of an opened frame keep their keys. */
const differenceStops = {
  id: 'compare',
  group: 'Compare',
  pane: 'compare',
  one: 'difference',
  isAt: (stop: HTMLElement) => stop.parentElement?.contains(document.activeElement) === true,
  when: () => document.activeElement?.closest('.field-bytes') == null,
} as const;

/** The first difference in full, then the others; each opens to the same (SHADOW2, SHADOW3). */
export function Differences({ differences, other, more }: DifferencesProps) {
  const [opened, setOpened] = useState<string>();
  const [frameOf, setFrameOf] = useState<string>();
  const host = useRef<HTMLDivElement>(null);
  useStops({ ...differenceStops, host });

  const [first, ...others] = differences;
  if (first === undefined) return null;
  const cardOf = (difference: Difference) => {
    const key = keyOf(difference);
    return (
      <DifferenceCard
        difference={difference}
        other={other}
        isFrameOpen={frameOf === key}
        onFrame={() => setFrameOf(frameOf === key ? undefined : key)}
      />
    );
  };
  return (
    <div ref={host} className="shadow-list">
      <section className="shadow-first" aria-labelledby="shadow-first-title" data-testid="shadow-first">
        <h3 id="shadow-first-title" tabIndex={-1} data-stop="">
          <Icon name="flag" size="s" /> First difference, after <SeqLink seq={first.seq} testId="shadow-first-given" />
          <What what={first.what} />
        </h3>
        <p className="shadow-text">{first.text}</p>
        {cardOf(first)}
      </section>
      {others.length > 0 && (
        <section aria-labelledby="shadow-others-title">
          <h3 id="shadow-others-title" className="shadow-others">
            Then {plural(others.length + more, 'more difference', 'more differences')}
          </h3>
          <ol>
            {others.map((difference) => {
              const key = keyOf(difference);
              const isOpen = key === opened;
              return (
                <li key={key} data-testid="shadow-row" data-seq={difference.seq} data-what={difference.what}>
                  <button
                    type="button"
                    className="report-row shadow-row"
                    aria-expanded={isOpen}
                    data-stop=""
                    data-testid="shadow-open"
                    onClick={() => setOpened(isOpen ? undefined : key)}
                  >
                    <Icon name={isOpen ? 'down' : 'right'} size="s" />
                    <span className="shadow-after">after #{difference.seq}</span>
                    <What what={difference.what} />
                    <span className="shadow-row-text">{difference.text}</span>
                    {difference.requirement !== null && <span className="mid">{difference.requirement.rule}</span>}
                  </button>
                  {isOpen && cardOf(difference)}
                </li>
              );
            })}
          </ol>
          {more > 0 && (
            <p className="report-note" data-testid="shadow-more">
              The first {differences.length} are listed; {plural(more, 'other is', 'others are')} not.
            </p>
          )}
        </section>
      )}
    </div>
  );
}

function What({ what }: { what: Difference['what'] }) {
  const { label, icon, tone } = kinds[what];
  return (
    <Chip tone={tone} icon={icon}>
      {label}
    </Chip>
  );
}

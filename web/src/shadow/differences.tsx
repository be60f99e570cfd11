import { useRef, useState } from 'react';
import { useRegisterCommands } from '../state/commands.ts';
import { plural } from '../state/text.ts';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';
import { DifferenceCard, SeqLink } from './difference-card.tsx';
import { keyOf, kinds } from './shadow-words.ts';
import type { Difference, Other } from './use-comparison.ts';

interface DifferencesProps {
  readonly differences: readonly Difference[];
  readonly other: Other;
  /** How many there are beyond these. */
  readonly more: number;
}

/** The first difference in full, then the others; each opens to the same (SHADOW2, SHADOW3). */
export function Differences({ differences, other, more }: DifferencesProps) {
  const [opened, setOpened] = useState<string>();
  const [frameOf, setFrameOf] = useState<string>();
  const host = useRef<HTMLDivElement>(null);
  useKeys(host);

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
        <h3 id="shadow-first-title" tabIndex={-1} data-shadow-stop="">
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
                    data-shadow-stop=""
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

/** Keys walk the differences; fields and bytes of an opened frame keep theirs. */
function useKeys(host: React.RefObject<HTMLDivElement | null>): void {
  const stops = () => [...(host.current?.querySelectorAll<HTMLElement>('[data-shadow-stop]') ?? [])];
  const at = () => stops().findIndex((stop) => stop.parentElement?.contains(document.activeElement) === true);
  const goTo = (index: number) => {
    const all = stops();
    const stop = all[Math.max(0, Math.min(all.length - 1, index))];
    stop?.focus();
    stop?.scrollIntoView({ block: 'nearest' });
  };
  const isFree = () => document.activeElement?.closest('.field-bytes') == null;
  const command = (id: string, title: string, keys: readonly string[], run: () => void) =>
    ({ id: `compare.${id}`, title, group: 'Compare', pane: 'compare', keys, when: isFree, run }) as const;
  useRegisterCommands([
    command('next', 'Next difference', ['j', 'ArrowDown'], () => goTo(at() + 1)),
    command('previous', 'Previous difference', ['k', 'ArrowUp'], () => goTo(at() - 1)),
    command('first', 'First difference', ['Home'], () => goTo(0)),
    command('last', 'Last difference', ['End'], () => goTo(stops().length - 1)),
  ]);
}

import { useState } from 'react';
import { readFilter } from '../../../bridge/packet/filter/filter.ts';
import { countOf } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { type Columns, figuresOf } from './graph-buckets.ts';
import { type CountedAt, countedAt, type Line, strokes } from './graph-series.ts';
import { useGraphChoice } from './graph-store.ts';

const places = Object.keys(countedAt).filter((at): at is CountedAt => Object.hasOwn(countedAt, at));

/** A line's colour and dash pattern, as it is drawn. */
export function Swatch({ stroke }: { stroke: number }) {
  const { token, dash } = strokes[stroke] ?? { token: '--text-2', dash: [] };
  return (
    <svg className="metrics-swatch" viewBox="0 0 32 8" aria-hidden="true">
      <path d="M0 4H32" style={{ stroke: `var(${token})` }} strokeDasharray={dash.join(' ')} />
    </svg>
  );
}

/** The log is looked through: every field can be asked. */
const nothing = () => undefined;

interface SeriesListProps {
  readonly lines: readonly Line[];
  readonly columns: Columns;
  readonly intervalUs: number;
  /** The bucket whose sums are shown; undefined: the sum of all. */
  readonly cursor: number | undefined;
}

/** The lines of the graph: what each counts and where, its sum, and the way to change it (METRICS4). */
export function SeriesList({ lines, columns, intervalUs, cursor }: SeriesListProps) {
  return (
    <ul className="metrics-lines" aria-label="Lines of the graph">
      {lines.map((line, index) => {
        const { total } = figuresOf(columns, index, intervalUs);
        const value = cursor === undefined ? total : (columns.sums[index]?.[cursor] ?? 0);
        return <SeriesRow key={line.id} line={line} value={value} isTotal={cursor === undefined} />;
      })}
    </ul>
  );
}

function SeriesRow({ line, value, isTotal }: { line: Line; value: number; isTotal: boolean }) {
  const { change, remove } = useGraphChoice.getState();
  // What stands in the field, right or wrong; the line is of the last filter that could be read.
  const [text, setText] = useState(line.filter);
  return (
    <li className="metrics-line" data-testid={`metrics-line-${line.id}`}>
      <Swatch stroke={line.stroke} />
      <span className="metrics-name">{line.label}</span>
      <div className="metrics-filter">
        <FilterField
          id={`metrics-filter-${line.id}`}
          label={`Filter of ${line.label}`}
          value={text}
          refuse={nothing}
          onChange={(next) => {
            setText(next);
            if (readFilter(next).ok) change(line.id, { filter: next.trim() });
          }}
        />
      </div>
      <select
        className="select"
        aria-label={`Where ${line.label} is counted`}
        title={countedAt[line.at].meaning}
        data-testid={`metrics-at-${line.id}`}
        value={line.at}
        onChange={(event) => {
          const at = places.find((each) => each === event.target.value);
          if (at !== undefined) change(line.id, { at });
        }}
      >
        {places.map((at) => (
          <option key={at} value={at}>
            {countedAt[at].label}
          </option>
        ))}
      </select>
      <span className="metrics-value mono" data-testid={`metrics-value-${line.id}`}>
        {countOf(value)}
        <span className="dim">{isTotal ? ' in all' : ' here'}</span>
      </span>
      <Button
        id={`metrics.remove-${line.id}`}
        bare
        kind="ghost"
        icon="close"
        label={`Remove ${line.label}`}
        onPress={() => remove(line.id)}
      />
    </li>
  );
}

import { countOf } from '../state/text.ts';
import { ColumnHeads } from '../ui/column-heads.tsx';
import { BucketHead } from './bucket-head.tsx';
import { busyBuckets, type Columns, figuresOf } from './graph-buckets.ts';
import { countedAt, type GraphUnit, type Line, unitWords } from './graph-series.ts';
import type { Stretch } from './graph-store.ts';
import { intervalText, timeText } from './graph-time.ts';
import { Swatch } from './series-list.tsx';

/** Rows of the table: who wants more looks at the trace. */
const mostRows = 60;

interface GraphTableProps {
  readonly lines: readonly Line[];
  readonly columns: Columns;
  readonly unit: GraphUnit;
  readonly intervalUs: number;
  readonly onOpen: (stretch: Stretch) => void;
}

/** The graph in figures (METRICS4): what each line comes to, and the buckets in which something counted. */
export function GraphTable({ lines, columns, unit, intervalUs, onOpen }: GraphTableProps) {
  const word = unitWords[unit].toLowerCase();
  const rows = busyBuckets(columns, mostRows);
  const busy = columns.seconds.filter((_, i) => columns.sums.some((each) => (each[i] ?? 0) > 0)).length;
  return (
    <section className="metrics-section" aria-label="The graph in figures">
      <div className="metrics-scroll">
        <table className="metrics-table" data-testid="metrics-summary">
          <caption className="unseen">Each line over the time that is drawn</caption>
          <thead>
            <tr>
              <ColumnHeads
                words={['Line', 'Counted']}
                figures={[unitWords[unit], 'per s', `Most per ${intervalText(intervalUs)}`]}
              />
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => {
              const { total, perSecond, most, mostAtUs } = figuresOf(columns, index, intervalUs);
              return (
                <tr key={line.id}>
                  <th scope="row">
                    <Swatch stroke={line.stroke} /> {line.label}
                  </th>
                  <td>{countedAt[line.at].label}</td>
                  <td className="n">{countOf(total)}</td>
                  <td className="n">{perSecond < 10 ? perSecond.toFixed(1) : countOf(Math.round(perSecond))}</td>
                  <td className="n">
                    {countOf(most)}
                    {mostAtUs !== undefined && <span className="dim"> at {timeText(mostAtUs, intervalUs)}</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <details>
        <summary data-testid="metrics-buckets-open">
          {busy === 0
            ? 'No bucket in which something counted'
            : `${countOf(busy)} of ${countOf(columns.seconds.length)} buckets hold ${word}`}
          {busy > rows.length && `: the newest ${rows.length}`}
        </summary>
        <div className="metrics-scroll">
          <table className="metrics-table" data-testid="metrics-buckets">
            <thead>
              <tr>
                <th scope="col">From</th>
                {lines.map((line) => (
                  <th key={line.id} scope="col" className="n">
                    {line.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((index) => {
                const fromUs = (columns.seconds[index] ?? 0) * 1e6;
                return (
                  <tr key={fromUs}>
                    <BucketHead fromUs={fromUs} intervalUs={intervalUs} onOpen={onOpen} />
                    {lines.map((line, each) => (
                      <td key={line.id} className="n">
                        {countOf(columns.sums[each]?.[index] ?? 0)}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

import { countOf } from '../state/text.ts';
import { ColumnHeads } from '../ui/column-heads.tsx';
import { BucketTable } from './bucket-table.tsx';
import { busyBuckets, type Columns, figuresOf } from './graph-buckets.ts';
import { countedAt, type GraphUnit, type Line, unitWords } from './graph-series.ts';
import type { Stretch } from './graph-store.ts';
import { intervalText, timeText } from './graph-time.ts';
import { Swatch } from './series-list.tsx';

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
  const busy = busyBuckets(columns);
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
      <BucketTable
        testId="metrics-buckets"
        summary={
          busy.length === 0
            ? 'No bucket in which something counted'
            : `${countOf(busy.length)} of ${countOf(columns.seconds.length)} buckets hold ${word}`
        }
        seconds={columns.seconds}
        intervalUs={intervalUs}
        busy={busy}
        figures={lines.map(({ id, label }, each) => ({
          id,
          label,
          at: (bucket) => countOf(columns.sums[each]?.[bucket] ?? 0),
        }))}
        onOpen={onOpen}
      />
    </section>
  );
}

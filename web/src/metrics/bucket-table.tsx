import type { Stretch } from './graph-store.ts';
import { timeText } from './graph-time.ts';

/** Rows of the table: who wants more looks at the trace. */
const mostRows = 60;

/** A column of figures: its head, and its text in a bucket. */
interface Figure {
  readonly id: string | number;
  readonly label: string;
  readonly at: (bucket: number) => string;
}

interface BucketTableProps {
  readonly testId: string;
  /** What is in the buckets of the table, in words. */
  readonly summary: string;
  /** Where each bucket begins, s on the trace's clock. */
  readonly seconds: readonly number[];
  readonly intervalUs: number;
  /** The buckets that have something to show, oldest first. */
  readonly busy: readonly number[];
  readonly figures: readonly Figure[];
  readonly onOpen: (stretch: Stretch) => void;
}

/** The newest of a graph's buckets in figures (METRICS4): a row each, whose time leads to its packets. */
export function BucketTable({ testId, summary, seconds, intervalUs, busy, figures, onOpen }: BucketTableProps) {
  const rows = busy.slice(-mostRows);
  return (
    <details>
      <summary data-testid={`${testId}-open`}>
        {summary}
        {busy.length > rows.length && `: the newest ${rows.length}`}
      </summary>
      <div className="metrics-scroll">
        <table className="metrics-table" data-testid={testId}>
          <thead>
            <tr>
              <th scope="col">From</th>
              {figures.map(({ id, label }) => (
                <th key={id} scope="col" className="n">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((bucket) => {
              const fromUs = (seconds[bucket] ?? 0) * 1e6;
              return (
                <tr key={fromUs}>
                  <th scope="row">
                    <button
                      type="button"
                      className="metrics-open mono"
                      title="Show these packets"
                      onClick={() => onOpen({ fromUs, toUs: fromUs + intervalUs })}
                    >
                      {timeText(fromUs, intervalUs)}
                    </button>
                  </th>
                  {figures.map(({ id, at }) => (
                    <td key={id} className="n">
                      {at(bucket)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}

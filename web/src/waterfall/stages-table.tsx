import { countOf, microsOf } from '../state/text.ts';
import { ColumnHeads } from '../ui/column-heads.tsx';
import { Icon } from '../ui/icon.tsx';
import { type BudgetRow, totalBudgetUs } from './budget.ts';

const figure = (us: number | undefined) => (us === undefined ? '–' : countOf(Math.round(us)));

/** Where this one lies between the median and the slowest hundredth. */
function Spread({ row, mostUs }: { row: BudgetRow; mostUs: number }) {
  if (row.measured === undefined) return <span className="stages-spread dim">not measured</span>;
  const share = (us: number) => Math.min(1, us / mostUs) * 100;
  const { p50Us, p99Us } = row.measured;
  return (
    <svg className="stages-spread" viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">
      <path className="stages-base" d="M0 14H100" />
      <rect
        className="stages-range"
        x={share(p50Us)}
        y={5}
        width={Math.max(1, share(p99Us) - share(p50Us))}
        height={9}
      />
      {row.budgetUs !== undefined && <path className="stages-budget" d={`M${share(row.budgetUs)} 2v14`} />}
      {row.thisUs !== undefined && <path className="stages-this" d={`M${share(row.thisUs)} 1v16`} />}
    </svg>
  );
}

/** Times of each stage, this packet's and the lab's, beside the classic latency budget. */
export function StagesTable({ rows, lengthUs }: { rows: readonly BudgetRow[]; lengthUs: number | undefined }) {
  const mostUs = Math.max(
    1,
    ...rows.flatMap(({ thisUs = 0, budgetUs = 0, measured }) => [thisUs, budgetUs, measured?.p99Us ?? 0]),
  );
  const count = Math.max(0, ...rows.map(({ measured }) => measured?.count ?? 0));
  return (
    <div className="stages" data-testid="waterfall-stages">
      <table>
        <caption className="unseen">Latency of each stage beside the classic budget, in microseconds</caption>
        <thead>
          <tr>
            <ColumnHeads words={['Stage, µs']} figures={['This one', 'p50', 'p95', 'p99', 'Budget']} />
            <th scope="col" className="stages-wide">
              {count === 0 ? 'Not measured yet' : `Of ${countOf(count)}`}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.kind}
              data-testid={`stage-${row.kind}`}
              data-inferred={row.inferred ? '' : undefined}
              data-over={row.over ? '' : undefined}
            >
              <th scope="row">
                <span className="stages-name">
                  {row.name}
                  {row.inferred && <span className="dim"> inferred</span>}
                </span>
                <span className="stages-parts dim">{row.parts}</span>
              </th>
              <td className="n strong">{figure(row.thisUs)}</td>
              <td className="n">{figure(row.measured?.p50Us)}</td>
              <td className="n">{figure(row.measured?.p95Us)}</td>
              <td className="n">{figure(row.measured?.p99Us)}</td>
              <td className="n">
                {figure(row.budgetUs)}
                {row.over && (
                  <span className="stages-over" title="The p95 is above the budget">
                    <Icon name="warn" size="s" /> over
                  </span>
                )}
              </td>
              <td className="stages-wide">
                <Spread row={row} mostUs={mostUs} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">First to last point</th>
            <td className="n strong">{lengthUs === undefined ? '–' : microsOf(lengthUs)}</td>
            <td className="n">–</td>
            <td className="n">–</td>
            <td className="n">–</td>
            <td className="n">{figure(totalBudgetUs(rows))}</td>
            <td className="stages-wide" />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

import type { LabStatus } from '../../../server/contract/status.ts';
import { type MeasuredStage, useStages } from '../session/use-stages.ts';
import { countOf, microsOf } from '../state/text.ts';
import { ColumnHeads } from '../ui/column-heads.tsx';

interface Figure {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly tone?: 'warn';
  readonly note?: string;
}

/** The lab's own counters since it was started (METRICS5): what its status says. */
function figuresOfLab({ counters, points, workbench }: LabStatus): readonly Figure[] {
  const drops = Object.values(counters.drops).reduce((sum, each) => sum + each, 0);
  return [
    {
      id: 'rate',
      label: 'Packets per second',
      value: countOf(Math.round(counters.packetsPerSecond)),
      note: 'packet_in, now',
    },
    { id: 'in', label: 'packet_in', value: countOf(counters.packetsIn) },
    { id: 'out', label: 'packet_out', value: countOf(counters.packetsOut) },
    {
      id: 'logged',
      label: 'Records',
      value: countOf(counters.logged),
      note: counters.forgotten === 0 ? 'all kept' : `${countOf(counters.forgotten)} no longer kept`,
    },
    { id: 'drops', label: 'Dropped', value: countOf(drops), ...(drops > 0 && { tone: 'warn' as const }) },
    ...(workbench === undefined ? [] : [{ id: 'held', label: 'Held now', value: countOf(workbench.held) }]),
    ...(points === undefined
      ? []
      : [
          {
            id: 'bypassed',
            label: 'Bypassed the bridge',
            value: points.watching ? countOf(points.bypassed) : '–',
            ...(points.bypassed > 0 && { tone: 'warn' as const }),
            note: points.watching
              ? points.missed === 0
                ? 'forwarded by a flow entry'
                : `${countOf(points.missed)} more were too many to log`
              : points.why === ''
                ? 'hosts are not watched'
                : points.why,
          },
        ]),
  ];
}

const stageWords = { dispatch: 'Dispatch', router: 'Router', 'packet-out': 'PACKET_OUT' } as const;
const percentiles = ['p50Us', 'p95Us', 'p99Us'] as const;

/** The lab's counters, its drops by cause and the time of each stage. */
export function LabCounters({ status, active }: { status: LabStatus; active: boolean }) {
  const stages = useStages(active);
  const drops = Object.entries(status.counters.drops).sort(([, a], [, b]) => b - a);
  return (
    <section className="metrics-section" aria-label="Counters of the lab">
      <h3>Since the lab was started</h3>
      <dl className="metrics-figures">
        {figuresOfLab(status).map(({ id, label, value, tone, note }) => (
          <div key={id} data-testid={`metrics-figure-${id}`} data-tone={tone}>
            <dt>{label}</dt>
            <dd>{value}</dd>
            {note !== undefined && <dd className="metrics-note">{note}</dd>}
          </div>
        ))}
      </dl>
      <div className="metrics-pair">
        <table className="metrics-table" data-testid="metrics-drops">
          <thead>
            <tr>
              <ColumnHeads words={['Dropped because']} figures={['Frames']} />
            </tr>
          </thead>
          <tbody>
            {drops.length === 0 && (
              <tr>
                <td colSpan={2}>Nothing was dropped.</td>
              </tr>
            )}
            {drops.map(([cause, count]) => (
              <tr key={cause}>
                <th scope="row">{cause}</th>
                <td className="n">{countOf(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <StageTable stages={stages} />
      </div>
    </section>
  );
}

function StageTable({ stages }: { stages: readonly MeasuredStage[] }) {
  return (
    <table className="metrics-table" data-testid="metrics-stages">
      <thead>
        <tr>
          <ColumnHeads words={['Stage, newest 20,000 records']} figures={['p50', 'p95', 'p99']} />
        </tr>
      </thead>
      <tbody>
        {stages.length === 0 && (
          <tr>
            <td colSpan={4}>Not measured yet.</td>
          </tr>
        )}
        {stages.map((each) => (
          <tr key={each.stage}>
            <th scope="row">
              {stageWords[each.stage]}
              {each.stage === 'router' && <span className="dim"> inferred</span>}
            </th>
            {percentiles.map((name) => (
              <td key={name} className="n">
                {each.count === 0 ? '–' : microsOf(each[name])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

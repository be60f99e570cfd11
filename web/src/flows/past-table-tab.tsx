import type { PastFlowTable } from '../../../server/contract/flows.ts';
import type { SwitchStatus } from '../../../server/contract/status.ts';
import { setMode } from '../state/moment.ts';
import { select, useSelection } from '../state/selection.ts';
import { plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { LookupCard } from './flow-card.tsx';
import { FlowList } from './flow-list.tsx';
import { secondText } from './flow-text.ts';
import { PastCard } from './past-card.tsx';
import { useLookup } from './use-flow-table.ts';
import { usePastTable } from './use-past-table.ts';
import './past.css';

interface PastTableTabProps {
  readonly lab: string;
  readonly its: SwitchStatus;
  readonly atUs: number;
  readonly isSeen: boolean;
  readonly compact: boolean;
}

/** The table of a switch as it was at the moment that is shown: to be read, not to be changed (FLOW20). */
export function PastTableTab({ lab, its, atUs, isSeen, compact }: PastTableTabProps) {
  const { dpid, name } = its;
  const { table, problem } = usePastTable(lab, dpid, atUs, isSeen);
  const selection = useSelection(({ current }) => current);
  const selected = selection?.kind === 'flow' && selection.dpid === dpid ? selection.id : undefined;
  const seq = selection?.kind === 'packet' ? selection.seq : 0;
  // A record is looked up in the table of its own time, which does not change any more.
  const { lookup, why } = useLookup(lab, dpid, seq, 1);
  const entries = table?.entries ?? [];
  const entry = entries.find(({ id }) => id === selected);
  const choose = (id: string) => select({ kind: 'flow', dpid, id });
  const hasSide = entry !== undefined || seq !== 0;
  return (
    <div className="flows-then">
      <div className="flows-past" role="status" data-testid="flows-past">
        <Icon name="waiting" size="s" />
        <span className="grow">
          <b>
            {name} as it was at {secondText(table?.atUs ?? atUs)}
          </b>
          <span className="flows-past-text">{table?.text}</span>
        </span>
        <Button id="flows.live" label="Back to live" onPress={() => setMode('live')} />
      </div>
      <div className={`flows-split ${hasSide ? 'flows-sided' : ''}`}>
        <div className="flows-main">
          {entries.length === 0 ? (
            <NoneThen table={table} problem={problem?.detail} name={name} />
          ) : (
            <FlowList
              entries={entries}
              selected={selected}
              matched={lookup?.matched || undefined}
              near={new Set(lookup?.nearMisses.map(({ id }) => id))}
              compact={compact}
              onSelect={choose}
            />
          )}
          {table !== undefined && <PastSums table={table} />}
        </div>
        {hasSide && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard
          <section className="flows-side" aria-label="Details" tabIndex={0}>
            {entry !== undefined ? (
              <PastCard entry={entry} switchName={name} />
            ) : (
              <LookupCard seq={seq} lookup={lookup} why={why} shownUs={table?.atUs ?? atUs} onSelect={choose} />
            )}
          </section>
        )}
      </div>
    </div>
  );
}

function NoneThen({
  table,
  problem,
  name,
}: {
  table: PastFlowTable | undefined;
  problem: string | undefined;
  name: string;
}) {
  if (problem !== undefined)
    return <EmptyState icon="bad" tone="bad" testId="flows-problem" title="The table is not known" reason={problem} />;
  if (table === undefined)
    return <EmptyState icon="flows" testId="flows-reading" title={`Working out the table of ${name}`} />;
  return (
    <EmptyState
      icon="flows"
      testId="flows-empty"
      title={table.isWhole ? 'The table was empty: every packet went to the controller.' : 'No entry is known.'}
      reason={table.isWhole ? 'No entry told the switch what to do by itself.' : 'What was there before is not known.'}
    />
  );
}

function PastSums({ table: { entries } }: { table: PastFlowTable }) {
  const observed = entries.filter(({ confidence }) => confidence === 'observed').length;
  const doubtful = entries.filter(({ doubt }) => doubt !== '').length;
  return (
    <footer className="flows-sums" data-testid="flows-sums">
      <span>{plural(entries.length, 'entry', 'entries')}</span>
      <span>{observed} observed</span>
      <span>{entries.length - observed} inferred</span>
      {doubtful > 0 && <span className="flows-stale">{doubtful} not sure</span>}
    </footer>
  );
}

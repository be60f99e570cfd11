import { useMemo, useRef, useState } from 'react';
import { showPanel } from '../state/dock-store.ts';
import { type FindingKind, severities, useFindings } from '../state/findings.ts';
import { useLab } from '../state/lab-store.ts';
import { useReadOnly } from '../state/recording.ts';
import { countOf, plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { useStops } from '../ui/use-stops.ts';
import { countsText, groupsOf, type SeverityGroup } from './finding-words.ts';
import { KindRow } from './kind-row.tsx';
import '../ui/report.css';
import './findings.css';

const findingStops = {
  id: 'findings',
  group: 'Findings',
  pane: 'findings',
  one: 'finding',
  isAt: (stop: HTMLElement) => stop.matches(':focus'),
} as const;

/** What is wrong or remarkable in the log: by severity and kind, each open to its packets (EXPERT2). */
export function FindingsPane() {
  const kinds = useFindings((state) => state.kinds);
  const packets = useFindings((state) => state.packets);
  const problem = useFindings((state) => state.problem);
  const isLive = useLab((state) => state.status?.phase === 'running');
  const isRunning = useReadOnly() !== undefined || isLive;
  const groups = useMemo(() => groupsOf(kinds), [kinds]);
  if (groups.length > 0) return <Found groups={groups} isRunning={isRunning} />;
  if (!isRunning)
    return (
      <EmptyState
        icon="flag"
        testId="findings-stopped"
        title="The lab is not running"
        reason="Packets are looked at while the lab runs: what breaks a requirement, or is remarkable, is listed here."
      />
    );
  if (problem !== undefined)
    return (
      <EmptyState icon="warn" tone="warn" testId="findings-problem" title={problem.title} reason={problem.detail} />
    );
  if (packets === 0) return <NotYet />;
  return (
    <div className="report findings findings-none">
      <EmptyState
        icon="ok"
        testId="findings-none"
        title={`Nothing found in ${plural(packets, 'packet')}`}
        reason="Each packet is looked at by itself and beside the one that it came of."
      />
      <LookedFor title="What is looked for" kinds={kinds} />
    </div>
  );
}

/** Before the first answer, or the first packet. */
function NotYet() {
  const logged = useLab((state) => state.status?.counters.logged ?? 0);
  const isEmpty = logged === 0;
  return (
    <EmptyState
      icon="flag"
      testId="findings-waiting"
      title={
        isEmpty ? 'Nothing has been looked at yet' : `${plural(logged, 'packet is', 'packets are')} being looked at`
      }
      reason={isEmpty ? 'The first packet that crosses the bridge is.' : 'What is found is listed here.'}
    />
  );
}

function Found({ groups, isRunning }: { groups: readonly SeverityGroup[]; isRunning: boolean }) {
  const packets = useFindings((state) => state.packets);
  const dropped = useFindings((state) => state.dropped);
  const isComplete = useFindings((state) => state.isComplete);
  const problem = useFindings((state) => state.problem);
  const kinds = useFindings((state) => state.kinds);
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const host = useRef<HTMLDivElement>(null);
  // Kinds and packets.
  useStops({ ...findingStops, host });
  // What is worst is open from the beginning.
  const first = groups[0]?.kinds[0]?.kind;
  const isOpen = (kind: string): boolean => opened.get(kind) ?? kind === first;
  return (
    <div ref={host} className="report findings" data-testid="findings">
      <header className="report-head findings-head">
        <p data-testid="findings-counts">
          {countsText(groups)} in {plural(packets, 'packet')}
        </p>
        {!isComplete && <span className="mid">looking on…</span>}
      </header>
      {!isRunning && <p className="report-note">The lab is not running: this is what was found last.</p>}
      {isRunning && problem !== undefined && (
        <p className="report-note report-stale" data-testid="findings-stale">
          Not looked at anew: {problem.detail}
        </p>
      )}
      {dropped > 0 && (
        <p className="report-note" data-testid="findings-dropped">
          {plural(dropped, 'older finding is', 'older findings are')} counted, and no longer listed.
        </p>
      )}
      {groups.map(({ severity, count, kinds: found }) => (
        <section key={severity} aria-labelledby={`findings-${severity}`} data-testid={`findings-is-${severity}`}>
          <h3 id={`findings-${severity}`} className={`findings-severity findings-is-${severity}`}>
            <Icon name={severities[severity].icon} size="s" />
            {plural(count, severities[severity].one)}
          </h3>
          <ul>
            {found.map((kind) => (
              <KindRow
                key={kind.kind}
                kind={kind}
                isOpen={isOpen(kind.kind)}
                onOpen={() => setOpened(new Map(opened).set(kind.kind, !isOpen(kind.kind)))}
              />
            ))}
          </ul>
        </section>
      ))}
      <LookedFor title="What else is looked for" kinds={kinds.filter(({ count }) => count === 0)} />
    </div>
  );
}

/** Kinds that are looked for, and of which nothing was found. */
function LookedFor({ title: summary, kinds }: { title: string; kinds: readonly FindingKind[] }) {
  return (
    <details className="findings-looked" data-testid="findings-looked">
      <summary>
        {summary} ({countOf(kinds.length)})
      </summary>
      <ul>
        {kinds.map(({ kind, title, severity, requirement }) => (
          <li key={kind}>
            <Icon name={severities[severity].icon} size="s" />
            <span className="unseen">{severities[severity].one}: </span>
            {title}
            {requirement !== null && <span className="mid"> {requirement.rule}</span>}
          </li>
        ))}
      </ul>
      <p className="findings-silence">
        Silence is in no packet: what a router should have sent, and did not, the comparison with the reference tells.
      </p>
      <Button id="findings.compare" label="Open the comparison" icon="eye" onPress={() => showPanel('compare')} />
    </details>
  );
}

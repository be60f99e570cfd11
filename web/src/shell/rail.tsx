import { type PaneId, showPanel, useDock } from '../state/dock-store.ts';
import { useFindings } from '../state/findings.ts';
import { liveFaults, useInterventions } from '../state/interventions.ts';
import { useLab } from '../state/lab-store.ts';
import { plural } from '../state/text.ts';
import { Icon } from '../ui/icon.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { panes, unusedPanes } from './panes.ts';
import './rail.css';

const order: readonly PaneId[] = [
  'guide',
  'map',
  'trace',
  'flows',
  'router',
  'findings',
  'compare',
  'checks',
  'metrics',
  'held',
  'inject',
  'faults',
];

interface Badge {
  readonly text: string;
  readonly tone: 'bad' | 'warn';
  readonly meaning: string;
}

/** What needs a look in a pane that may not be in front. */
function useBadges(): Partial<Record<PaneId, Badge>> {
  const failed = useLab((state) => state.grade?.checks.filter((check) => check.state === 'failed').length ?? 0);
  const router = useLab((state) => {
    const chip = state.status?.chips.find((each) => each.id === 'router');
    return chip?.state === 'failed' ? chip.detail : undefined;
  });
  const held = useInterventions((state) => state.held.length);
  const faults = useInterventions((state) => liveFaults(state.faults).length);
  const errors = useFindings(({ kinds }) =>
    kinds.reduce((sum, { severity, count }) => sum + (severity === 'error' ? count : 0), 0),
  );
  const warn = (count: number, meaning: string): Badge => ({ text: String(count), tone: 'warn', meaning });
  return {
    ...(held > 0 ? { held: warn(held, `${held} held`) } : {}),
    ...(faults > 0 ? { faults: warn(faults, `${plural(faults, 'fault')} set`) } : {}),
    ...(errors > 0
      ? {
          findings: {
            text: errors > 99 ? '99+' : String(errors),
            tone: 'bad',
            meaning: plural(errors, 'error'),
          } as const,
        }
      : {}),
    ...(failed > 0 ? { checks: { text: String(failed), tone: 'bad', meaning: `${failed} failed` } as const } : {}),
    ...(router === undefined ? {} : { router: { text: '!', tone: 'bad', meaning: router } as const }),
  };
}

/** The panes by icon, left of everything: one click shows a pane, wherever it is. */
export function Rail() {
  const active = useDock((state) => state.active);
  const visible = useDock((state) => state.visible);
  const badges = useBadges();
  const detail = useLab((state) => state.detail);
  const shown = order.filter((id) => !unusedPanes(detail).includes(id));
  // A terminal has no icon here: then the first pane in sight is marked.
  const on = shown.find((id) => id === active) ?? shown.find((id) => visible.includes(id));
  return (
    <nav className="rail" aria-label="Panes">
      {shown.map((id) => {
        const badge = badges[id];
        const { title, icon } = panes[id];
        return (
          <Tooltip key={id} text={badge === undefined ? title : `${title}: ${badge.meaning}`}>
            <button
              type="button"
              className="rail-button"
              aria-label={badge === undefined ? title : `${title}, ${badge.meaning}`}
              aria-current={on === id ? 'true' : undefined}
              data-testid={`rail-${id}`}
              onClick={() => showPanel(id)}
            >
              <Icon name={icon} size="l" />
              {badge !== undefined && (
                <span className={`rail-badge rail-badge-${badge.tone}`} aria-hidden="true">
                  {badge.text}
                </span>
              )}
            </button>
          </Tooltip>
        );
      })}
    </nav>
  );
}

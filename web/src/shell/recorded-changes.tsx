import { countText, faultText, whenText, whereText } from '../faults/fault-words.ts';
import { useInterventions } from '../state/interventions.ts';
import { useLab } from '../state/lab-store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import './recorded.css';

/** Panes in which a running lab is changed: of a recorded run they tell what had been set. */
export const changingPanes = ['held', 'inject', 'faults'] as const;
export type ChangingPane = (typeof changingPanes)[number];

const titles: Readonly<Record<ChangingPane, string>> = {
  held: 'Nothing can be held in a recorded run',
  inject: 'Nothing can be put into a recorded run',
  faults: 'Nothing can be disturbed in a recorded run',
};
const reason = 'Its packets have passed: they can be looked at, filtered and replayed on the map.';

/** Why the pane can do nothing here, and what was set when the run was saved (UI44). */
export function RecordedChanges({ pane }: { pane: ChangingPane }) {
  const lab = useLab((state) => state.detail?.lab);
  const faults = useInterventions((state) => state.faults);
  const breakpoints = useInterventions((state) => state.breakpoints?.breakpoints);
  const set =
    pane === 'faults' && lab !== undefined
      ? faults.map((fault) => ({
          id: fault.id,
          text: faultText(fault),
          more: [whereText(fault.where, lab), whenText(fault.when), countText(fault), `seed ${fault.seed}`],
        }))
      : pane === 'held'
        ? (breakpoints ?? []).map(({ id, filter, points, enabled, hits }) => ({
            id,
            text: filter === '' ? 'Every packet' : filter,
            more: [`at ${points.join(', ')}`, enabled ? '' : 'switched off', `${hits} held`],
          }))
        : [];
  return (
    <div className="recorded-changes" data-testid={`recorded-${pane}`}>
      <EmptyState icon="clock" title={titles[pane]} reason={reason} />
      {set.length > 0 && (
        <section aria-label="Set when the run was saved">
          <h3 className="meta-label">Set when the run was saved</h3>
          <ul>
            {set.map(({ id, text, more }) => (
              <li key={id}>
                <b className="strong">{text}</b>
                <span className="mid">{more.filter((part) => part !== '').join(', ')}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

import type { PaneId } from '../state/dock-store.ts';
import { useReadOnly } from '../state/recording.ts';
import { Boundary } from './boundary.tsx';
import { panes } from './panes.ts';
import { changingPanes, RecordedChanges } from './recorded-changes.tsx';

/** What a pane shows: itself, or of a recorded run why it can do nothing. */
export function PaneContent({ id }: { id: PaneId }) {
  const readOnly = useReadOnly();
  const changing = changingPanes.find((pane) => pane === id);
  if (readOnly !== undefined && changing !== undefined) return <RecordedChanges pane={changing} />;
  const Body = panes[id].component;
  return (
    <Boundary key={id} what={panes[id].title}>
      <Body />
    </Boundary>
  );
}

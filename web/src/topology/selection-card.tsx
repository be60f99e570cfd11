import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import type { Selection } from '../state/selection.ts';
import type { MapLayout } from './layout.ts';
import { LinkCard } from './link-card.tsx';
import { NodeCard } from './node-card.tsx';

/** What is known about the node or link that is selected; nothing of anything else. */
export function SelectionCard(props: {
  readonly selection: Selection;
  readonly lab: Lab;
  readonly layout: MapLayout;
  readonly status: LabStatus | undefined;
}) {
  return (
    <>
      <NodeCard {...props} />
      <LinkCard {...props} />
    </>
  );
}

import type { LabStatus } from '../../../server/contract/status.ts';
import type { Selection } from '../state/selection.ts';
import { impairmentFacts } from './impairments.ts';
import { jackText, type MapLayout, type MapLink } from './layout.ts';
import { type Fact, MapCard } from './map-card.tsx';
import { linkState, linkWords } from './map-state.ts';

/** Facts of a cable: its ends, its state, and what it does to frames. */
export function linkFacts(link: MapLink, status: LabStatus | undefined): Fact[] {
  const done = impairmentFacts(link.impairments);
  return [
    ['From', `${link.a}${jackText(link.from.jack)}`],
    ['To', `${link.b}${jackText(link.to.jack)}`],
    ['State', linkWords[linkState(link, status)]],
    ...done,
    ...(done.length > 0 ? [['Holds', 'each way by itself'] as const] : []),
  ];
}

/** What is known about the cable that is selected, over the map's corner. */
export function LinkCard({
  selection,
  layout,
  status,
}: {
  selection: Selection | undefined;
  layout: MapLayout;
  status: LabStatus | undefined;
}) {
  if (selection?.kind !== 'link') return null;
  const { a, b } = selection;
  const cables = layout.links.filter((each) => each.kind === 'cable' && each.a === a && each.b === b);
  return cables.map((link) => (
    <MapCard key={link.id} title={`${a} – ${b}`} side="right" facts={linkFacts(link, status)} testId="link-card" />
  ));
}

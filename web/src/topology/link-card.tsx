import { use, useMemo } from 'react';
import type { LabStatus } from '../../../server/contract/status.ts';
import { useServerNow } from '../state/hooks.ts';
import { useMoment } from '../state/moment.ts';
import type { Selection } from '../state/selection.ts';
import { showFiltered } from '../state/show-filtered.ts';
import { useTraceShare } from '../state/trace-share.ts';
import { traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { impairmentFacts } from './impairments.ts';
import { cableIndex, nameOfNode } from './journey.ts';
import { jackText, type MapLayout, type MapLink } from './layout.ts';
import { figureFacts, filterOf, linkFigures } from './link-figures.ts';
import { linkQueues, queueText } from './link-queues.ts';
import { type Fact, MapCard } from './map-card.tsx';
import { MapContext } from './map-context.ts';
import { linkState, linkWords } from './map-state.ts';

const figuresEveryMs = 1_000;

/** Facts of a link: its ends, its state, and what it does to frames. */
export function linkFacts(link: MapLink, status: LabStatus | undefined): Fact[] {
  const done = impairmentFacts(link.impairments);
  return [
    ['From', `${nameOfNode(link.a)}${jackText(link.from.jack)}`],
    ['To', `${nameOfNode(link.b)}${jackText(link.to.jack)}`],
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
  const links = layout.links.filter((each) => each.a === a && each.b === b);
  return links.length === 0 ? null : <Links links={links} layout={layout} status={status} />;
}

/** One card: of a link all that is known, of several between the same nodes what crosses each. */
function Links({
  links,
  layout,
  status,
}: {
  links: readonly MapLink[];
  layout: MapLayout;
  status: LabStatus | undefined;
}) {
  const nowMs = useServerNow(figuresEveryMs);
  const atUs = useMoment((state) => state.atUs);
  const partly = useTraceShare((state) => state.share < 1);
  const cables = useMemo(() => cableIndex(layout), [layout]);
  const untilUs = atUs ?? (nowMs - traceStore.epochMs) * 1000;
  const lab = use(MapContext)?.lab;
  const queued = (link: MapLink) => queueText(lab && linkQueues(link, lab, status));
  const figuresOf = (link: MapLink) =>
    figureFacts(
      linkFigures(traceStore, link, cables, untilUs),
      partly,
      atUs === undefined ? queued(link) : 'not known then',
    );
  const [first] = links;
  if (first === undefined) return null;
  const facts =
    links.length === 1
      ? [...linkFacts(first, status), ...figuresOf(first)]
      : links.flatMap((link): Fact[] =>
          figuresOf(link)
            .slice(0, 1)
            .map(([, text]) => [
              jackText(link.to.jack).trim() || link.id,
              `${linkWords[linkState(link, status)]}, ${text}`,
            ]),
        );
  return (
    <MapCard title={`${nameOfNode(first.a)} – ${nameOfNode(first.b)}`} side="right" facts={facts} testId="link-card">
      <Button
        id="filter-link"
        label="Filter the trace to it"
        icon="filter"
        onPress={() =>
          showFiltered(links.map((link) => (links.length === 1 ? filterOf(link) : `(${filterOf(link)})`)).join(' || '))
        }
      />
    </MapCard>
  );
}

import { memo, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';
import { useSelection } from '../state/selection.ts';
import { Icon } from '../ui/icon.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { badgePlace, cableCurve, pointAt, smoothPath, wavyPath } from './cable-path.ts';
import { linkFault, useLiveFaults } from './fault-marks.ts';
import { impairmentBadge } from './impairments.ts';
import type { MapLink, MapNode } from './layout.ts';
import { linkQueues } from './link-queues.ts';
import { LabelPlace, MapContext } from './map-context.ts';
import { linkState } from './map-state.ts';

/**
 * A link: solid up, dotted not there yet, red with a cross down, wavy with a badge when it is impaired; lit while it carries
 * the selected packet's chain.
 */
export const CableEdge = memo(function CableEdge({ link, nodes }: { link: MapLink; nodes: readonly MapNode[] }) {
  const { id } = link;
  const facts = use(MapContext);
  const selected = useSelection(
    ({ current }) => current?.kind === 'link' && current.a === link.a && current.b === link.b,
  );
  const faults = useLiveFaults();
  const [from, to] = [endOf(link.from, nodes), endOf(link.to, nodes)];
  if (facts === undefined || from === undefined || to === undefined) return null;
  const curve = cableCurve(from, to, from.side, to.side);
  const path = smoothPath(curve);
  const middle = pointAt(curve, 0.5);
  const impaired = impairmentBadge(link.impairments);
  const fault = linkFault(
    link,
    faults,
    (router, name) =>
      facts.lab.routers.find((each) => each.name === router)?.interfaces.find((each) => each.name === name)?.port,
  );
  const waiting = linkQueues(link, facts.lab, facts.status)?.reduce((sum, each) => sum + each.waiting, 0) ?? 0;
  const badge = impaired ?? fault;
  const state = linkState(link, facts.status);
  const lit = facts.lit.has(id) || selected;
  const packet = facts.packet?.link === id ? facts.packet : undefined;
  return (
    <g
      className="cable"
      data-cable={id}
      data-state={state}
      data-kind={link.kind}
      data-impaired={badge === undefined ? undefined : ''}
      data-testid={`link-${link.a}-${link.kind === 'vns' ? link.to.jack : link.b}`}
    >
      <path className="cable-halo" d={path} data-link={id} />
      {lit && <path className="cable-lit" d={path} />}
      <path className="cable-line" d={badge === undefined ? path : wavyPath(curve)} />
      {link.kind === 'openflow' && state === 'up' && <path className="cable-core" d={path} />}
      <path className="cable-pulse" d={path} data-pulse={id} />
      <path className="cable-hit" d={path} />
      {state === 'down' && (
        <g className="cable-cross" transform={`translate(${middle.x} ${middle.y})`}>
          <circle r={9} />
          <path d="M-3.5 -3.5l7 7m0 -7l-7 7" />
        </g>
      )}
      {(badge !== undefined || waiting > 0) && (
        <OnLinks>
          <span className="cable-badge" data-place={badgePlace(curve)} style={{ left: middle.x, top: middle.y }}>
            {impaired}
            {waiting > 0 && (
              <span className="cable-queue" data-testid={`queue-on-${id}`} title="Frames that wait for the bandwidth">
                <Icon name="waiting" size="s" />
                {waiting} waiting
              </span>
            )}
            {fault !== undefined && (
              <span className="cable-fault" data-testid={`fault-on-${id}`} title="A fault that was set acts here">
                <Icon name="bolt" size="s" />
                {fault}
              </span>
            )}
          </span>
        </OnLinks>
      )}
      {packet !== undefined && (
        <OnLinks>
          <div className="packet-mark" style={{ transform: `translate(${middle.x}px, ${middle.y}px)` }}>
            <span className="packet-ring">
              <ProtoGlyph shape={packet.shape} radius={8} />
            </span>
            <span className="packet-pill">
              {packet.injected && <Icon name="syringe" size="s" />}#{packet.seq}
            </span>
          </div>
        </OnLinks>
      )}
    </g>
  );
});

/** The middle of a jack, on the map, and the side of its node. */
function endOf({ node: name, jack: id }: MapLink['from'], nodes: readonly MapNode[]) {
  const node = nodes.find((each) => each.name === name);
  const jack = node?.jacks.find((each) => each.id === id);
  return node && jack && { x: node.x + jack.x, y: node.y + jack.y, side: jack.side };
}

function OnLinks({ children }: { children: ReactNode }) {
  const place = use(LabelPlace);
  return place && createPortal(children, place);
}

import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { use } from 'react';
import { useSelection } from '../state/selection.ts';
import { Icon } from '../ui/icon.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { badgePlace, cableCurve, pointAt, smoothPath, wavyPath } from './cable-path.ts';
import { linkFault, useLiveFaults } from './fault-marks.ts';
import { impairmentBadge } from './impairments.ts';
import type { MapLink } from './layout.ts';
import { linkQueues } from './link-queues.ts';
import { MapContext } from './map-context.ts';
import { linkState } from './map-state.ts';

export type FlowEdge = Edge<{ link: MapLink }, 'cable'>;

/**
 * A link: solid up, dotted not there yet, red with a cross down, wavy with a badge when it is impaired; lit while it carries
 * the selected packet's chain.
 */
export function CableEdge({
  id,
  data,
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourcePosition,
  targetPosition,
}: EdgeProps<FlowEdge>) {
  const facts = use(MapContext);
  const link = data?.link;
  const selected = useSelection(
    ({ current }) => current?.kind === 'link' && link !== undefined && current.a === link.a && current.b === link.b,
  );
  const faults = useLiveFaults();
  if (link === undefined || facts === undefined) return null;
  const curve = cableCurve({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, sourcePosition, targetPosition);
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
        <EdgeLabelRenderer>
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
        </EdgeLabelRenderer>
      )}
      {packet !== undefined && (
        <EdgeLabelRenderer>
          <div className="packet-mark" style={{ transform: `translate(${middle.x}px, ${middle.y}px)` }}>
            <span className="packet-ring">
              <ProtoGlyph shape={packet.shape} radius={8} />
            </span>
            <span className="packet-pill">
              {packet.injected && <Icon name="syringe" size="s" />}#{packet.seq}
            </span>
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
}

import { type Edge, EdgeLabelRenderer, type EdgeProps, Position } from '@xyflow/react';
import { use } from 'react';
import { useSelection } from '../state/selection.ts';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import type { MapLink } from './layout.ts';
import { MapContext } from './map-context.ts';
import { linkState } from './map-state.ts';

export type FlowEdge = Edge<{ link: MapLink }, 'cable'>;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A cable between two jacks: leaves each straight, with control points halfway. Two jacks on one side bow out. */
function cablePath(a: Point, b: Point, aSide: Position, bSide: Position): { path: string; middle: Point } {
  const flat = aSide === Position.Left || aSide === Position.Right;
  const half = flat ? Math.abs(b.x - a.x) / 2 : Math.abs(b.y - a.y) / 2;
  const reach = aSide === bSide ? 60 : half;
  const out = (point: Point, side: Position): Point => {
    if (side === Position.Left) return { x: point.x - reach, y: point.y };
    if (side === Position.Right) return { x: point.x + reach, y: point.y };
    return { x: point.x, y: point.y + (side === Position.Top ? -reach : reach) };
  };
  const c1 = out(a, aSide);
  const c2 = out(b, bSide);
  const mid = (p: number, q: number, r: number, s: number) => (p + 3 * q + 3 * r + s) / 8;
  return {
    path: `M${a.x} ${a.y}C${c1.x} ${c1.y} ${c2.x} ${c2.y} ${b.x} ${b.y}`,
    middle: { x: mid(a.x, c1.x, c2.x, b.x), y: mid(a.y, c1.y, c2.y, b.y) },
  };
}

/** A link: solid up, dotted not there yet, red with a cross down; lit while it carries the selected packet's chain. */
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
  if (link === undefined || facts === undefined) return null;
  const { path, middle } = cablePath(
    { x: sourceX, y: sourceY },
    { x: targetX, y: targetY },
    sourcePosition,
    targetPosition,
  );
  const state = linkState(link, facts.status);
  const lit = facts.lit.has(id) || selected;
  const packet = facts.packet?.link === id ? facts.packet : undefined;
  return (
    <g
      className="cable"
      data-state={state}
      data-kind={link.kind}
      data-testid={`link-${link.a}-${link.kind === 'vns' ? link.to.jack : link.b}`}
    >
      <path className="cable-halo" d={path} />
      {lit && <path className="cable-lit" d={path} />}
      <path className="cable-line" d={path} data-link={id} />
      {link.kind === 'openflow' && state === 'up' && <path className="cable-core" d={path} />}
      <path className="cable-pulse" d={path} data-pulse={id} />
      <path className="cable-hit" d={path} />
      {state === 'down' && (
        <g className="cable-cross" transform={`translate(${middle.x} ${middle.y})`}>
          <circle r={9} />
          <path d="M-3.5 -3.5l7 7m0 -7l-7 7" />
        </g>
      )}
      {packet !== undefined && (
        <EdgeLabelRenderer>
          <div className="packet-mark" style={{ transform: `translate(${middle.x}px, ${middle.y}px)` }}>
            <span className="packet-ring">
              <ProtoGlyph shape={packet.shape} radius={8} />
            </span>
            <span className="packet-pill">#{packet.seq}</span>
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
}

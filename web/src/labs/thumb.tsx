import type { ReactNode } from 'react';
import type { Lab } from '../../../server/contract/lab.ts';
import { type ProtoShape, protoPath } from '../ui/proto-glyph.tsx';

/** The little picture of a lab, drawn from its data: hosts, switches, routers and what connects them. */

interface Spot {
  readonly x: number;
  readonly y: number;
}
export interface ThumbDrawing {
  readonly hosts: readonly Spot[];
  readonly switches: readonly Spot[];
  readonly routers: readonly Spot[];
  readonly lines: readonly (readonly [Spot, Spot])[];
}

const size = { width: 230, height: 108 };
const mostDrawn = 6;

function column(count: number, x: number): Spot[] {
  const step = Math.min(30, (size.height - 24) / Math.max(1, count));
  return Array.from({ length: count }, (_, at) => ({ x, y: size.height / 2 + (at - (count - 1) / 2) * step }));
}

/** Where everything stands: hosts left (left and right without a router), switches in the middle, routers right. */
export function drawThumb(lab: Pick<Lab, 'hosts' | 'switches' | 'links' | 'routers'>): ThumbDrawing {
  const names = lab.hosts.slice(0, mostDrawn).map((host) => host.name);
  const split = lab.routers.length === 0 && names.length > 1;
  const left = split ? Math.ceil(names.length / 2) : names.length;
  const hosts = [...column(left, 24), ...column(names.length - left, 206)];
  const switches = column(lab.switches.length, 114);
  const routers = column(lab.routers.length, 208);
  const spotOf = (name: string): Spot | undefined =>
    hosts[names.indexOf(name)] ?? switches[lab.switches.findIndex((each) => each.name === name)];
  const lines: (readonly [Spot, Spot])[] = [];
  for (const { a, b } of lab.links) {
    const from = spotOf(a.node);
    const to = spotOf(b.node);
    if (from !== undefined && to !== undefined) lines.push([from, to]);
  }
  lab.routers.forEach((router, at) => {
    const from = spotOf(router.switch);
    const to = routers[at];
    if (from !== undefined && to !== undefined) lines.push([from, to]);
  });
  return { hosts, switches, routers, lines };
}

const curve = (a: Spot, b: Spot) => {
  const middle = (a.x + b.x) / 2;
  return `M${a.x} ${a.y}C${middle} ${a.y} ${middle} ${b.y} ${b.x} ${b.y}`;
};
const along = (a: Spot, b: Spot): Spot => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** Draws it; a picture, its text is the card's. */
export function Thumb({ lab }: { lab: Lab | undefined }) {
  if (lab === undefined) return <div className="thumb" />;
  const { hosts, switches, routers, lines } = drawThumb(lab);
  const shapes: readonly ProtoShape[] = routers.length > 0 ? ['icmp', 'arp'] : ['tcp', 'openflow'];
  const tokens = [lines[0], lines.at(-1)].flatMap((line, at): ReactNode[] => {
    const shape = shapes[at];
    if (line === undefined || shape === undefined) return [];
    const { x, y } = along(line[0], line[1]);
    return [
      <g key={shape} className={`proto-glyph proto-${shape}`} transform={`translate(${x} ${y})`}>
        <path d={protoPath(shape, 4.5)} />
      </g>,
    ];
  });
  const tallest = Math.max(24, ...switches.map(() => Math.min(44, 14 + lines.length * 8)));
  return (
    <div className="thumb">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        {lines.map(([a, b]) => (
          <path key={`${a.x} ${a.y} ${b.x} ${b.y}`} className="thumb-line" d={curve(a, b)} />
        ))}
        {hosts.map(({ x, y }) => (
          <rect key={`${x} ${y}`} className="thumb-box" x={x - 11} y={y - 7} width={22} height={14} rx={3.5} />
        ))}
        {switches.map(({ x, y }) => (
          <rect
            key={`${x} ${y}`}
            className="thumb-box"
            x={x - 13}
            y={y - tallest / switches.length / 2}
            width={26}
            height={tallest / switches.length}
            rx={3.5}
          />
        ))}
        {routers.map(({ x, y }) => (
          <g key={`${x} ${y}`} transform={`translate(${x} ${y})`}>
            <circle className="thumb-box" r={11} />
            <path className="thumb-arrows" d="M-5 -2.5h8l-2.5 -2.3M5 2.5h-8l2.5 2.3" />
          </g>
        ))}
        {tokens}
      </svg>
    </div>
  );
}

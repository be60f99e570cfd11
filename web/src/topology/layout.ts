import type { Lab, LinkImpairments } from '../../../server/contract/lab.ts';

/** Where everything of a lab stands on the map (MAP1): columns hosts, switches, bridge, routers; rows when it is tall. */

export interface Jack {
  /** Unique in its node. */
  readonly id: string;
  /** Within the node, in pixels at 1:1. */
  readonly x: number;
  readonly y: number;
  readonly side: 'left' | 'right' | 'top' | 'bottom';
}
interface Placed {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly jacks: readonly Jack[];
}
export type MapNode =
  | (Placed & { readonly kind: 'host' })
  | (Placed & { readonly kind: 'switch'; readonly ports: readonly { readonly port: number; readonly jack: string }[] })
  | (Placed & { readonly kind: 'bridge'; readonly vns: boolean })
  | (Placed & { readonly kind: 'router' });

export interface MapLink {
  /** `client|sw0:3`, `sw0|bridge`, `bridge|router:eth3`. */
  readonly id: string;
  readonly kind: 'cable' | 'openflow' | 'vns';
  readonly from: { readonly node: string; readonly jack: string };
  readonly to: { readonly node: string; readonly jack: string };
  /** The two nodes by the lab's names, for the selection; the bridge is `bridge`. */
  readonly a: string;
  readonly b: string;
  /** What lab.json says that it does to frames. */
  readonly impairments?: LinkImpairments;
}
export interface MapLayout {
  readonly nodes: readonly MapNode[];
  readonly links: readonly MapLink[];
  readonly width: number;
  readonly height: number;
  readonly vertical: boolean;
}

/** The bridge's node: controller and, when the lab has routers, VNS. No node of a lab can be called so: it has a dash. */
export const bridgeName = 'the-bridge';

/** The pictures' measures, 1:1. `along` is the axis of the columns, `across` the other. */
const wide = {
  margin: 16,
  host: { along: 146, across: 60, step: 122 },
  switchAt: 250,
  switch: { along: 82, first: 60, step: 72, last: 44 },
  bridgeAt: 426,
  bridge: { along: 100, across: 176, alone: 88 },
  routerAt: 618,
  router: { along: 116, first: 60, step: 72, last: 44 },
  gap: 32,
};
const tall = {
  margin: 14,
  host: { along: 62, across: 112, step: 125 },
  switchAt: 146,
  switch: { along: 56, first: 40, step: 80, last: 40 },
  bridgeAt: 290,
  bridge: { along: 66, across: 240, alone: 130 },
  routerAt: 442,
  router: { along: 70, first: 40, step: 80, last: 40 },
  gap: 24,
};
type Measures = typeof wide;

interface Slot {
  readonly along: number;
  readonly across: number;
  readonly lengthAlong: number;
  readonly lengthAcross: number;
}

/** Lays a lab out. `vertical`: hosts at the bottom, routers on top. */
export function layoutMap(lab: Lab, vertical: boolean): MapLayout {
  const m: Measures = vertical ? tall : wide;
  const hosts = new Map(lab.hosts.map((host) => [host.name, host]));
  const hostSide = vertical ? 'top' : 'right';
  const nearSide = vertical ? 'bottom' : 'left';
  const farSide = vertical ? 'top' : 'right';

  const slots = new Map<string, Slot>();
  const portAcross = new Map<string, number>();
  const ports = new Map<string, number[]>();
  let across = m.margin;
  for (const { name } of lab.switches) {
    const ends = lab.links.flatMap(({ a, b }) => [
      ...(a.node === name ? [{ mine: a, other: b }] : []),
      ...(b.node === name ? [{ mine: b, other: a }] : []),
    ]);
    ends.sort((one, other) => (one.mine.port ?? 0) - (other.mine.port ?? 0));
    const own = ends.filter(({ other }) => hosts.has(other.node)).map(({ other }) => other.node);
    const hostStep = own.length > 4 && !vertical ? m.host.across + m.gap / 2 : m.host.step;
    const hostsAcross = own.length === 0 ? 0 : (own.length - 1) * hostStep + m.host.across;
    const portStep = ends.length > 4 && !vertical ? Math.max(28, (m.switch.step * 4) / ends.length) : m.switch.step;
    const switchAcross = m.switch.first + Math.max(0, ends.length - 1) * portStep + m.switch.last;
    const block = Math.max(hostsAcross, switchAcross);
    own.forEach((host, at) => {
      slots.set(host, {
        along: m.margin,
        across: across + (block - hostsAcross) / 2 + at * hostStep,
        lengthAlong: m.host.along,
        lengthAcross: m.host.across,
      });
    });
    slots.set(name, {
      along: m.margin + m.switchAt,
      across: across + (block - switchAcross) / 2,
      lengthAlong: m.switch.along,
      lengthAcross: switchAcross,
    });
    const numbers = ends.flatMap(({ mine }) => (mine.port === undefined ? [] : [mine.port]));
    ports.set(name, numbers);
    numbers.forEach((port, at) => {
      portAcross.set(`${name}:${port}`, m.switch.first + at * portStep);
    });
    across += block + m.gap;
  }
  const netAcross = across - m.gap + m.margin;

  const vns = lab.routers.length > 0;
  const routerAcross = lab.routers.map(
    ({ interfaces }) => m.router.first + (interfaces.length - 1) * m.router.step + m.router.last,
  );
  const routersAcross = routerAcross.reduce((sum, each) => sum + each + m.gap, -m.gap);
  const bridgeAcross = vns ? m.bridge.across : m.bridge.alone;
  const totalAcross = Math.max(netAcross, vns ? routersAcross + 2 * m.margin : 0, bridgeAcross + 2 * m.margin);
  const shift = (totalAcross - netAcross) / 2;
  for (const [name, slot] of slots) slots.set(name, { ...slot, across: slot.across + shift });

  slots.set(bridgeName, {
    along: m.margin + m.bridgeAt,
    across: (totalAcross - bridgeAcross) / 2,
    lengthAlong: m.bridge.along,
    lengthAcross: bridgeAcross,
  });
  let at = (totalAcross - routersAcross) / 2;
  lab.routers.forEach(({ name }, index) => {
    const own = routerAcross[index] ?? 0;
    slots.set(name, { along: m.margin + m.routerAt, across: at, lengthAlong: m.router.along, lengthAcross: own });
    at += own + m.gap;
  });
  const last = vns ? m.routerAt + m.router.along : m.bridgeAt + m.bridge.along;
  const totalAlong = 2 * m.margin + last;

  const place = (name: string, jacks: readonly Jack[]): Placed => {
    const slot = slots.get(name) ?? { along: 0, across: 0, lengthAlong: m.host.along, lengthAcross: m.host.across };
    return vertical
      ? {
          name,
          jacks,
          x: slot.across,
          y: totalAlong - slot.along - slot.lengthAlong,
          width: slot.lengthAcross,
          height: slot.lengthAlong,
        }
      : { name, jacks, x: slot.along, y: slot.across, width: slot.lengthAlong, height: slot.lengthAcross };
  };
  const jack = (name: string, id: string, side: Jack['side'], acrossAt: number): Jack => {
    const along = slots.get(name)?.lengthAlong ?? 0;
    if (vertical) return { id, side, x: acrossAt, y: side === 'top' ? 0 : along };
    return { id, side, x: side === 'left' ? 0 : along, y: acrossAt };
  };
  const middle = (name: string) => (slots.get(name)?.lengthAcross ?? 0) / 2;

  const nodes: MapNode[] = [];
  for (const { name } of lab.hosts)
    nodes.push({ kind: 'host', ...place(name, [jack(name, 'net', hostSide, middle(name))]) });
  const ofAt = new Map<string, number>();
  for (const { name } of lab.switches) {
    const own = (ports.get(name) ?? []).map((port) => ({ port, jack: `p${port}` }));
    // The OpenFlow channel leaves beside the first port's row, or in the middle when the switch is short.
    const of = vertical ? m.switch.first + m.switch.step / 4 : Math.min(m.switch.first + 20, middle(name));
    ofAt.set(name, of);
    nodes.push({
      kind: 'switch',
      ports: own,
      ...place(name, [
        ...own.map(({ port, jack: id }) => jack(name, id, nearSide, portAcross.get(`${name}:${port}`) ?? 0)),
        jack(name, 'of', farSide, of),
      ]),
    });
  }
  const bridgeOf = vns ? bridgeAcross * 0.25 : bridgeAcross / 2;
  nodes.push({
    kind: 'bridge',
    vns,
    ...place(bridgeName, [
      jack(bridgeName, 'of', nearSide, bridgeOf),
      ...(vns ? [jack(bridgeName, 'vns', farSide, bridgeAcross * 0.75)] : []),
    ]),
  });
  for (const { name, interfaces } of lab.routers)
    nodes.push({
      kind: 'router',
      ...place(
        name,
        interfaces.map((each, index) => jack(name, each.name, nearSide, m.router.first + index * m.router.step)),
      ),
    });

  const end = ({ node, port }: { node: string; port?: number }) => ({
    node,
    jack: port === undefined ? 'net' : `p${port}`,
  });
  const links: MapLink[] = [
    ...lab.links.map(({ a, b, impairments }): MapLink => {
      const [from, to] = hosts.has(b.node) ? [b, a] : [a, b];
      const ends = { from: end(from), to: end(to), a: from.node, b: to.node };
      return { id: linkId(from, to), kind: 'cable', ...ends, ...(impairments !== undefined && { impairments }) };
    }),
    ...lab.switches.map(
      ({ name }): MapLink => ({
        id: openflowId(name),
        kind: 'openflow',
        from: { node: name, jack: 'of' },
        to: { node: bridgeName, jack: 'of' },
        a: name,
        b: bridgeName,
      }),
    ),
    ...lab.routers.flatMap(({ name, interfaces }) =>
      interfaces.map(
        (each): MapLink => ({
          id: vnsId(name, each.port),
          kind: 'vns',
          from: { node: bridgeName, jack: 'vns' },
          to: { node: name, jack: each.name },
          a: bridgeName,
          b: name,
        }),
      ),
    ),
  ];
  return vertical
    ? { nodes, links, width: totalAcross, height: totalAlong, vertical }
    : { nodes, links, width: totalAlong, height: totalAcross, vertical };
}

const endId = ({ node, port }: { node: string; port?: number }) => (port === undefined ? node : `${node}:${port}`);
const linkId = (from: { node: string; port?: number }, to: { node: string; port?: number }) =>
  `${endId(from)}|${endId(to)}`;
/** How a jack reads behind its node's name: ` port 3`, ` eth1`; nothing where a node has only one. */
export const jackText = (id: string) =>
  /^p\d+$/.test(id) ? ` port ${id.slice(1)}` : id === 'net' || id === 'of' || id === 'vns' ? '' : ` ${id}`;
/** Id of a switch's OpenFlow channel. */
export const openflowId = (name: string) => `${name}|${bridgeName}`;
/** Id of a router's interface at VNS, by the port that it stands for. */
export const vnsId = (router: string, port: number) => `${bridgeName}|${router}:${port}`;

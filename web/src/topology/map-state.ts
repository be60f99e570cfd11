import type { LabRouter } from '../../../server/contract/lab.ts';
import type { LabStatus, RouterStatus } from '../../../server/contract/status.ts';
import { impairmentFacts } from './impairments.ts';
import { bridgeName, jackText, type MapLayout, type MapLink, type MapNode } from './layout.ts';

/** What the running lab says about what is drawn (MAP2). A link: solid up, dotted not there yet, red cross down. */
export type LinkState = 'up' | 'off' | 'down';
export const linkWords: Readonly<Record<LinkState, string>> = { up: 'up', off: 'not there yet', down: 'down' };
export type NodeState = 'normal' | 'ghost' | 'waiting' | 'bad';

/** What became of a router, in the page's words. */
export type RouterPhase = 'absent' | 'starting' | 'holding' | 'ready' | 'crashed' | 'ended';

/** Reads a router's state: a process that ended without being asked to is a crash (by a signal) or an end. */
export function routerPhase(router: RouterStatus | undefined): RouterPhase {
  if (router === undefined) return 'absent';
  if (router.state === 'ready') return 'ready';
  if (router.state === 'parked') return 'holding';
  if (router.state === 'connected') return 'starting';
  const { process } = router;
  if (process === undefined || process.stopped) return 'absent';
  if (process.state === 'running') return 'starting';
  return process.signal === undefined && (process.exitCode ?? 0) === 0 ? 'ended' : 'crashed';
}

const routerOf = (status: LabStatus | undefined, name: string) =>
  status?.routers.find((router) => router.name === name);
const switchOf = (status: LabStatus | undefined, name: string) => status?.switches.find((each) => each.name === name);

/** State of a node; without a running lab everything is drawn as it will be. */
export function nodeState(node: MapNode, status: LabStatus | undefined): NodeState {
  if (node.kind === 'router') {
    const phase = routerPhase(routerOf(status, node.name));
    if (phase === 'crashed' || phase === 'ended') return 'bad';
    if (phase === 'ready') return 'normal';
    return phase === 'absent' ? 'ghost' : 'waiting';
  }
  if (node.kind === 'switch') return switchOf(status, node.name)?.connected === true ? 'normal' : 'ghost';
  if (node.kind === 'host')
    return status?.hosts.find((host) => host.name === node.name)?.ready === true ? 'normal' : 'ghost';
  return status === undefined || status.phase === 'stopped' ? 'ghost' : 'normal';
}

/** State of a link. */
export function linkState(link: MapLink, status: LabStatus | undefined): LinkState {
  if (link.kind === 'vns') {
    const state = nodeStateOfRouter(status, link.b);
    return state === 'normal' ? 'up' : state === 'bad' ? 'down' : 'off';
  }
  if (link.kind === 'openflow') return switchOf(status, link.a)?.connected === true ? 'up' : 'off';
  const ends = [link.from, link.to].map(({ node, jack }) => portUp(status, node, jack));
  if (ends.includes(false)) return 'down';
  return ends.includes(true) ? 'up' : 'off';
}

function nodeStateOfRouter(status: LabStatus | undefined, name: string): NodeState {
  return nodeState({ kind: 'router', name, x: 0, y: 0, width: 0, height: 0, jacks: [] }, status);
}

/** Whether the switch says that the port is up; undefined when it is not a switch's or not known. */
function portUp(status: LabStatus | undefined, node: string, jack: string): boolean | undefined {
  const own = switchOf(status, node);
  if (own?.connected !== true) return undefined;
  return own.ports.find(({ port }) => `p${port}` === jack)?.up;
}

/** What stands under an interface's name: its address once HWINFO could be sent, before that that it was not. */
export function interfaceText(router: LabRouter, name: string, status: LabStatus | undefined): string {
  const phase = routerPhase(routerOf(status, router.name));
  const address = router.interfaces.find((each) => each.name === name)?.address ?? '';
  return phase === 'absent' || phase === 'starting' || phase === 'holding' ? 'not sent yet' : address;
}

/** The two lines under Controller and under VNS. */
export function bridgeText(
  status: LabStatus | undefined,
  figures: (us: number) => string,
): { controller: readonly string[]; vns: readonly string[]; vnsWaits: boolean } {
  if (status === undefined) return { controller: ['OpenFlow 1.0'], vns: [], vnsWaits: false };
  const connected = status.switches.filter((each) => each.connected).length;
  const ready = status.routers.filter((router) => router.state === 'ready').length;
  const measured = status.counters.dispatchP99Us > 0;
  const switches = `${connected} of ${status.switches.length} switches up`;
  const all = status.switches.length === 1 ? (connected === 1 ? 'switch is up' : 'no switch yet') : switches;
  return {
    controller: ['OpenFlow 1.0', measured && connected > 0 ? `p99 ${figures(status.counters.dispatchP99Us)}` : all],
    vns: [
      status.vns.port === 0 ? 'no port yet' : `port ${status.vns.port}`,
      ready === 0 ? 'listening' : `${ready} ${ready === 1 ? 'router' : 'routers'}`,
    ],
    vnsWaits: status.routers.some((router) => router.state === 'absent' && routerPhase(router) === 'absent'),
  };
}

/** The map as rows, for the table that stands beside it for assistive technology. */
export function mapRows(
  layout: MapLayout,
  status: LabStatus | undefined,
): readonly { from: string; to: string; state: LinkState; kind: string; impaired: string }[] {
  const name = (node: string) => (node === bridgeName ? 'bridge' : node);
  const kinds = { cable: 'Cable', openflow: 'OpenFlow channel', vns: 'VNS connection' };
  return layout.links.map((link) => ({
    from: `${name(link.a)}${jackText(link.from.jack)}`,
    to: `${name(link.b)}${jackText(link.to.jack)}`,
    state: linkState(link, status),
    kind: kinds[link.kind],
    impaired: impairmentFacts(link.impairments)
      .map(([label, value]) => `${label.toLowerCase()} ${value}`)
      .join(', '),
  }));
}

import type { ComponentType } from 'react';
import type { Lab } from '../../../server/contract/lab.ts';
import type { PaneId } from '../state/dock-store.ts';
import type { IconName } from '../ui/icon-paths.ts';
import { type Part, part } from '../ui/part.tsx';

/** A pane: what the frame needs to know to show it. Its code is loaded when it is first drawn. */
export interface Pane {
  readonly id: PaneId;
  readonly title: string;
  readonly icon: IconName;
  readonly component: Part<object>;
}

const pane = (id: PaneId, title: string, icon: IconName, load: () => Promise<ComponentType>): Pane => ({
  id,
  title,
  icon,
  component: part(load),
});

/** The panes by id. */
export const panes: Readonly<Record<PaneId, Pane>> = {
  map: pane('map', 'Topology', 'map', async () => (await import('../topology/map-pane.tsx')).MapPane),
  guide: pane('guide', 'Guide', 'guide', async () => (await import('../guide/guide-pane.tsx')).GuidePane),
  packet: pane('packet', 'Packet', 'search', async () => (await import('../trace/packet-pane.tsx')).PacketPane),
  router: pane('router', 'Router', 'router', async () => (await import('../router/router-pane.tsx')).RouterPane),
  trace: pane('trace', 'Trace', 'trace', async () => (await import('../trace/trace-pane.tsx')).TracePane),
  flows: pane('flows', 'Flows', 'flows', async () => (await import('../flows/flows-pane.tsx')).FlowsPane),
  waterfall: pane(
    'waterfall',
    'Waterfall',
    'chart',
    async () => (await import('../waterfall/waterfall-pane.tsx')).WaterfallPane,
  ),
  held: pane('held', 'Held', 'hourglass', async () => (await import('../hold/held-pane.tsx')).HeldPane),
  inject: pane('inject', 'Inject', 'syringe', async () => (await import('../inject/inject-pane.tsx')).InjectPane),
  faults: pane('faults', 'Faults', 'bolt', async () => (await import('../faults/faults-pane.tsx')).FaultsPane),
  findings: pane(
    'findings',
    'Findings',
    'alert',
    async () => (await import('../findings/findings-pane.tsx')).FindingsPane,
  ),
  compare: pane('compare', 'Compare', 'eye', async () => (await import('../shadow/shadow-pane.tsx')).ShadowPane),
  metrics: pane('metrics', 'Metrics', 'bars', async () => (await import('../metrics/metrics-pane.tsx')).MetricsPane),
  stream: pane('stream', 'Stream', 'follow', async () => (await import('../stream/stream-pane.tsx')).StreamPane),
  checks: pane('checks', 'Checks', 'checks', async () => (await import('../grading/checks-pane.tsx')).ChecksPane),
};

/** One terminal, by its id. */
export const TerminalPane = part(async () => (await import('../terminal/terminal-pane.tsx')).TerminalPane);

/** Fetches the code of the default layout's panes while that of the frame around them is on its way. */
export const fetchFirstPanes = (): Promise<unknown> =>
  Promise.all([panes.map, panes.trace, panes.packet].map(({ component }) => component.fetch()));

/** Fetches the code of every pane and of terminals, so that what is opened stands at once. */
export const fetchPanes = (): Promise<unknown> =>
  Promise.all([TerminalPane, ...Object.values(panes).map(({ component }) => component)].map((each) => each.fetch()));

/** Panes that a lab has no use for: those about the router where there is none. */
export function unusedPanes(detail: { readonly lab: Pick<Lab, 'routers'> } | undefined): readonly PaneId[] {
  return detail?.lab.routers.length === 0 ? ['router', 'compare'] : [];
}

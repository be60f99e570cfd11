import type { AddPanelOptions, DockviewApi } from 'dockview-react';
import { type PaneId, type PanelId, type PresetId, terminalOf } from '../state/dock-store.ts';
import { bundleOf } from '../state/recording.ts';
import { panes } from './panes.ts';

/** Width of the terminals (and of the guide) beside what they stand next to: 452 px at 1440, two fifths of less than 1130. */
const sideWidth = (width: number): number => Math.min(452, width * 0.4);
const mapShare = { width: 0.55, height: 0.5 };

const titleOf = (id: PaneId) => panes[id].title;

type Place = Pick<AddPanelOptions, 'initialWidth' | 'initialHeight' | 'inactive'> & {
  readonly beside?: PanelId;
  readonly direction?: 'left' | 'right' | 'above' | 'below' | 'within';
};

function add(api: DockviewApi, id: PaneId, { beside, direction, ...rest }: Place = {}): void {
  const position =
    beside === undefined || direction === undefined ? {} : { position: { referencePanel: beside, direction } };
  api.addPanel({ id, component: 'pane', title: titleOf(id), ...rest, ...position });
}

/** Builds a preset into an empty dock, without panes that the lab has no use for. Terminals find their own place (placeTerminal). */
export function buildPreset(api: DockviewApi, preset: PresetId, without: readonly PaneId[] = []): void {
  addPanes(api, preset);
  for (const id of without) {
    const panel = api.getPanel(id);
    if (panel !== undefined) api.removePanel(panel);
  }
}

function addPanes(api: DockviewApi, preset: PresetId): void {
  const { width, height } = api;
  if (preset === 'learn') {
    add(api, 'map');
    add(api, 'guide', { beside: 'map', direction: 'left', initialWidth: sideWidth(width) });
    return;
  }
  if (preset === 'debug') {
    add(api, 'waterfall');
    add(api, 'trace', { beside: 'waterfall', direction: 'below', initialHeight: height * 0.46 });
    add(api, 'packet', { beside: 'trace', direction: 'right', initialWidth: sideWidth(width) });
    add(api, 'router', { beside: 'packet', direction: 'within', inactive: true });
    add(api, 'compare', { beside: 'packet', direction: 'within', inactive: true });
    return;
  }
  if (preset === 'grade') {
    add(api, 'checks');
    add(api, 'trace', { beside: 'checks', direction: 'below', initialHeight: height * 0.4 });
    add(api, 'packet', { beside: 'trace', direction: 'right', initialWidth: width * 0.45 });
    return;
  }
  add(api, 'map');
  add(api, 'trace', { beside: 'map', direction: 'below', initialHeight: height * (1 - mapShare.height) });
  add(api, 'waterfall', { beside: 'trace', direction: 'within', inactive: true });
  add(api, 'packet', { beside: 'map', direction: 'right', initialWidth: width * (1 - mapShare.width) });
  add(api, 'router', { beside: 'packet', direction: 'within', inactive: true });
  add(api, 'compare', { beside: 'packet', direction: 'within', inactive: true });
}

/** Adds a pane that is not in the dock, where it belongs: inspectors together, lists together. */
export function placePane(api: DockviewApi, id: PaneId): void {
  const inspectors: readonly PaneId[] = [
    'packet',
    'router',
    'findings',
    'compare',
    'stream',
    'guide',
    'checks',
    'held',
    'inject',
    'faults',
  ];
  const mates = inspectors.includes(id) ? inspectors : (['trace', 'waterfall', 'metrics', 'map'] as const);
  const mate = mates.find((each) => each !== id && api.getPanel(each) !== undefined);
  if (mate !== undefined) add(api, id, { beside: mate, direction: 'within' });
  else add(api, id, api.panels[0] === undefined ? {} : { beside: idOf(api.panels[0].id), direction: 'right' });
}

/** Brings a panel to the front of its group; which group one works in, and the focus, stay. What is not there stays away. */
export function bringToFront(api: DockviewApi, id: PanelId): void {
  const panel = api.getPanel(id);
  panel?.group.model.openPanel(panel, { skipSetGroupActive: true });
}

/** Adds a terminal: beside the others, else where the preset has room for it (with the packet, left of the trace, below the map). */
export function placeTerminal(api: DockviewApi, id: PanelId, title: string, inactive: boolean): void {
  const options = { id, component: 'terminal', title, inactive, renderer: 'always' } as const;
  const other = api.panels.find((panel) => terminalOf(panel.id) !== undefined);
  if (other !== undefined) {
    api.addPanel({ ...options, position: { referencePanel: other.id, direction: 'within' } });
    return;
  }
  const listsAlone = api.getPanel('checks') !== undefined || api.getPanel('waterfall') !== undefined;
  if (listsAlone && api.getPanel('packet') !== undefined && api.getPanel('map') === undefined) {
    api.addPanel({ ...options, inactive: true, position: { referencePanel: 'packet', direction: 'within' } });
    return;
  }
  const guide = api.getPanel('guide') !== undefined && api.getPanel('trace') === undefined;
  const packet = api.getPanel('map') === undefined && api.getPanel('packet') !== undefined;
  if (guide)
    api.addPanel({
      ...options,
      position: { referencePanel: api.getPanel('map') === undefined ? 'guide' : 'map', direction: 'below' },
      initialHeight: api.height * 0.46,
    });
  else if (packet || api.getPanel('trace') !== undefined)
    api.addPanel({
      ...options,
      position: { referencePanel: packet ? 'packet' : 'trace', direction: 'left' },
      initialWidth: sideWidth(api.width),
    });
  else api.addPanel(options);
}

function idOf(id: string): PanelId {
  return isPaneId(id) ? id : `terminal:${terminalOf(id) ?? id}`;
}

/** Whether a panel's id is that of a pane. */
export function isPaneId(id: string): id is PaneId {
  return Object.hasOwn(panes, id);
}

const key = (lab: string) => `patchbay.layout.${lab}`;

/** The layout of a lab as it was left; undefined for a recorded run (its number means another one tomorrow), or when there is none, or it was written by another version. */
export function keptLayout(lab: string): { preset: PresetId; layout: unknown } | undefined {
  if (bundleOf(lab) !== undefined) return undefined;
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(lab)) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('preset' in kept) || !('layout' in kept)) return undefined;
    return isPreset(kept.preset) ? { preset: kept.preset, layout: kept.layout } : undefined;
  } catch {
    // A layout that cannot be read is drawn anew.
    return undefined;
  }
}

export const presets: Readonly<Record<PresetId, string>> = {
  default: 'Default',
  learn: 'Learn',
  debug: 'Debug',
  grade: 'Grade',
};

function isPreset(value: unknown): value is PresetId {
  return typeof value === 'string' && Object.hasOwn(presets, value);
}

/** Keeps a layout, or forgets it with undefined. */
export function keepLayout(lab: string, kept: { preset: PresetId; layout: unknown } | undefined): void {
  if (bundleOf(lab) !== undefined) return;
  try {
    if (kept === undefined) localStorage.removeItem(key(lab));
    else localStorage.setItem(key(lab), JSON.stringify(kept));
  } catch {
    // Without storage the layout lasts until the page is closed.
  }
}

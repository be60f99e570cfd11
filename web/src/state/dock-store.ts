import { create } from 'zustand';
import { useLab } from './lab-store.ts';

/** The panes that the page is made of. */
export type PaneId =
  | 'map'
  | 'guide'
  | 'packet'
  | 'router'
  | 'trace'
  | 'checks'
  | 'waterfall'
  | 'flows'
  | 'held'
  | 'inject'
  | 'faults'
  | 'compare'
  | 'stream'
  | 'findings'
  | 'metrics';
/** What a tab shows: a pane, or a terminal by its id. */
export type PanelId = PaneId | `terminal:${string}`;
export type PresetId = 'default' | 'learn' | 'debug' | 'grade';

/** What the frame (dock, or one pane at a time when narrow) can do for the rest of the page. */
interface DockHandle {
  /** Opens the panel where it belongs, or brings it to the front, and puts the focus into it. */
  show(panel: PanelId): void;
  /** Brings an open panel to the front of its group; the focus stays where it is. */
  bring(panel: PanelId): void;
  close(panel: PanelId): void;
  focusNext(step: 1 | -1): void;
  preset(preset: PresetId): void;
  /** Where the panes are, in few characters; '' where there is one pane at a time. */
  short(): string;
  /** Lays the panes out as a short text says; false when it says no layout. */
  takeLayout(short: string): boolean;
  /** Back to the preset's own layout. */
  reset(): void;
}

interface DockState {
  readonly handle: DockHandle | undefined;
  /** Panels that exist in the frame, and those that are in front. */
  readonly open: readonly PanelId[];
  readonly visible: readonly PanelId[];
  readonly active: PanelId | undefined;
  readonly preset: PresetId;
}

/** Where panes are; written by the frame. */
export const useDock = create<DockState>()(() => ({
  handle: undefined,
  open: [],
  visible: [],
  active: undefined,
  preset: 'default',
}));

/** What was asked for before there was a frame, and in which lab. */
let asked: { panel: PanelId; lab: string | undefined } | undefined;

/** Opens a pane or terminal and gives it the focus; while the frame's code is on its way, as soon as it is there (UI47). */
export function showPanel(panel: PanelId): void {
  const { handle } = useDock.getState();
  if (handle === undefined) asked = { panel, lab: useLab.getState().id };
  else handle.show(panel);
}

useDock.subscribe(({ handle }) => {
  if (handle === undefined || asked === undefined) return;
  const { panel, lab } = asked;
  asked = undefined;
  // The frame is still setting itself up.
  if (lab === useLab.getState().id) queueMicrotask(() => handle.show(panel));
});

/** Brings a pane to the front where it is, without the focus. */
export function bringPanel(panel: PanelId): void {
  useDock.getState().handle?.bring(panel);
}

/** The panel's id of a terminal. */
export function terminalPanel(id: string): PanelId {
  return `terminal:${id}`;
}

/** The terminal of a panel, undefined for a pane. */
export function terminalOf(panel: string): string | undefined {
  return panel.startsWith('terminal:') ? panel.slice('terminal:'.length) : undefined;
}

import {
  type DockviewApi,
  DockviewReact,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelProps,
  type SerializedDockview,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { TerminalInfo } from '../../../server/contract/status.ts';
import { announce } from '../state/announce.ts';
import { bringPanel, type PanelId, type PresetId, terminalOf, terminalPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { whyReadOnly } from '../state/recording.ts';
import { useRested } from '../state/rest.ts';
import { setToolSlot } from '../ui/pane-tools.tsx';
import { panes, unusedPanes } from './panes.ts';
import './dock.css';
import {
  bringToFront,
  buildPreset,
  isPaneId,
  keepLayout,
  keptLayout,
  placePane,
  placeTerminal,
  presets,
} from './dock-layout.ts';
import { longLayout, shortLayout } from './dock-short.ts';
import { DockTab } from './dock-tab.tsx';
import { focusPanel, stepPanel } from './focus.ts';
import { PaneContent } from './pane-content.tsx';
import { PanelBody } from './panel-body.tsx';
import { routerAsks } from './router-asks.ts';
import { TerminalBody } from './terminal-body.tsx';

const theme = { name: 'patchbay', className: 'dock-theme', dndOverlayMounting: 'relative' } as const;
const keepAfterMs = 300;
const speak = ({ message }: { message: string }) => announce(message);
const noTerminals: readonly TerminalInfo[] = [];

/** The panes of a lab side by side: its layout is kept in this browser; that of a recorded run is not. */
export const Dock = memo(function Dock({ lab }: { lab: string }) {
  const [api, setApi] = useState<DockviewApi>();
  const terminals = useLab((state) => state.status?.terminals ?? noTerminals);

  useEffect(() => (api === undefined ? undefined : steer(api, lab)), [api, lab]);
  useSyncTerminals(api, terminals);
  useRouterInFront(api !== undefined);

  return (
    <DockviewReact
      className="dock"
      theme={theme}
      components={components}
      defaultTabComponent={DockTab}
      rightHeaderActionsComponent={HeadTools}
      disableFloatingGroups
      keyboardNavigation={false}
      announcer={speak}
      onReady={(event) => setApi(event.api)}
    />
  );
});

/** Fills the dock, makes it the page's frame and keeps its layout; the returned function stops it. */
function steer(api: DockviewApi, lab: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = () => keepLayout(lab, { preset: useDock.getState().preset, layout: api.toJSON() });
  const tell = () =>
    useDock.setState({
      open: api.panels.map((panel) => panelId(panel.id)),
      visible: api.groups.flatMap((group) => (group.activePanel === undefined ? [] : [panelId(group.activePanel.id)])),
      active: api.activePanel === undefined ? undefined : panelId(api.activePanel.id),
    });
  const fill = (preset: PresetId) => {
    useDock.setState({ preset });
    api.clear();
    buildPreset(api, preset, unusedPanes(useLab.getState().detail));
    placeTerminals(api);
    tell();
  };

  const kept = keptLayout(lab);
  if (kept === undefined || !restore(api, kept.layout)) fill('default');
  else useDock.setState({ preset: kept.preset });
  tell();

  useDock.setState({
    handle: {
      show: (panel) => {
        const terminal = terminalOf(panel);
        if (api.getPanel(panel) === undefined) {
          if (isPaneId(panel)) placePane(api, panel);
          else placeTerminal(api, panel, titleOf(terminal ?? ''), false);
        }
        api.getPanel(panel)?.api.setActive();
        focusPanel(panel);
      },
      bring: (panel) => {
        bringToFront(api, panel);
        tell();
      },
      close: (panel) => api.getPanel(panel)?.api.close(),
      focusNext: stepPanel,
      preset: (preset) => {
        fill(preset);
        announce(`Layout: ${presets[preset]}.`);
      },
      short: () => shortLayout(api.toJSON()),
      takeLayout: (short) => {
        const layout = longLayout(short, (panel) => titleOf(terminalOf(panel) ?? panel));
        if (layout === undefined) return false;
        if (!restore(api, layout)) {
          fill(useDock.getState().preset);
          return false;
        }
        placeTerminals(api, true);
        tell();
        return true;
      },
      reset: () => {
        keepLayout(lab, undefined);
        fill(useDock.getState().preset);
      },
    },
  });
  const keepSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, keepAfterMs);
  };
  const listening = [
    api.onDidLayoutChange(() => {
      tell();
      keepSoon();
    }),
    api.onDidMaximizedGroupChange(keepSoon),
    api.onDidActivePanelChange(tell),
  ];
  return () => {
    clearTimeout(timer);
    for (const each of listening) each.dispose();
    useDock.setState({ handle: undefined, open: [], visible: [], active: undefined });
  };
}

/** Adds the terminals that have no tab (`behind` what is in front), and takes away tabs of those that there are no longer. */
function placeTerminals(api: DockviewApi, behind = false): void {
  const terminals = useLab.getState().status?.terminals ?? [];
  for (const { id, title, kind } of terminals)
    if (api.getPanel(terminalPanel(id)) === undefined)
      placeTerminal(api, terminalPanel(id), title, behind || kind !== 'mininet');
  for (const panel of api.panels) {
    const id = terminalOf(panel.id);
    if (id !== undefined && !terminals.some((terminal) => terminal.id === id)) api.removePanel(panel);
  }
}

function titleOf(terminal: string): string {
  if (isPaneId(terminal)) return panes[terminal].title;
  return useLab.getState().status?.terminals.find((each) => each.id === terminal)?.title ?? terminal;
}

function panelId(id: string): PanelId {
  return isPaneId(id) ? id : terminalPanel(terminalOf(id) ?? id);
}

function restore(api: DockviewApi, layout: unknown): boolean {
  try {
    // dockview refuses what is not a layout of its own by throwing.
    api.fromJSON(layout as SerializedDockview);
    if (api.panels.length === 0) throw new Error('An empty layout.');
    for (const panel of api.panels) {
      if (terminalOf(panel.id) === undefined && !isPaneId(panel.id)) api.removePanel(panel);
    }
    return true;
  } catch {
    api.clear();
    return false;
  }
}

/** One tab a terminal: added when the server tells of it, taken away when it is gone. */
function useSyncTerminals(api: DockviewApi | undefined, terminals: readonly TerminalInfo[]): void {
  const seen = useRef(new Set<string>());
  const known = useLab((state) => state.status !== undefined);
  useEffect(() => {
    if (api === undefined || !known) return;
    for (const { id, title, kind } of terminals) {
      const panel = api.getPanel(terminalPanel(id));
      seen.current.add(id);
      if (panel === undefined) placeTerminal(api, terminalPanel(id), title, kind !== 'mininet');
      else if (panel.title !== title) panel.api.setTitle(title);
    }
    const now = new Set(terminals.map(({ id }) => id));
    for (const panel of api.panels) {
      const id = terminalOf(panel.id);
      // A terminal that was just opened may be in the dock before the status tells of it.
      const fresh =
        id !== undefined && !seen.current.has(id) && terminals.length > 0 && useDock.getState().active === panel.id;
      if (id !== undefined && !now.has(id) && !fresh) api.removePanel(panel);
    }
  }, [api, terminals, known]);
}

/** Brings the router pane to the front, once, when it has something to ask; not over what somebody is typing there. */
function useRouterInFront(ready: boolean): void {
  const asks = useLab(({ status }) =>
    status === undefined || whyReadOnly() !== undefined ? undefined : routerAsks(status),
  );
  useEffect(() => {
    if (!ready || asks === undefined) return;
    const group = document.querySelector('[data-panel="router"]')?.closest('.dv-groupview');
    const types = document.activeElement?.matches('input, textarea, select') ?? false;
    if (!(types && group?.contains(document.activeElement))) bringPanel('router');
  }, [ready, asks]);
}

const components = { pane: PanePanel, terminal: TerminalPanel };

function PanePanel({ api }: IDockviewPanelProps) {
  if (!isPaneId(api.id)) return null;
  return (
    <PanelBody id={api.id}>
      <InTime api={api}>
        <PaneContent id={api.id} />
      </InTime>
    </PanelBody>
  );
}

/** What stands behind another tab is drawn when its tab comes to the front, or when the page has rested (UI49). */
function InTime({ api, children }: { api: IDockviewPanelProps['api']; children: ReactNode }) {
  const rested = useRested();
  const [wasInFront, setInFront] = useState(api.isVisible);
  useEffect(() => {
    if (api.isVisible) setInFront(true);
    const listening = api.onDidVisibilityChange(({ isVisible }) => {
      if (isVisible) setInFront(true);
    });
    return () => listening.dispose();
  }, [api]);
  return rested || wasInFront ? children : null;
}

function TerminalPanel({ api }: IDockviewPanelProps) {
  const id = terminalOf(api.id);
  return id === undefined ? null : (
    <PanelBody id={api.id}>
      <TerminalBody id={id} />
    </PanelBody>
  );
}

/** The place in a group's head where the pane in front draws its tools. */
function HeadTools({ activePanel }: IDockviewHeaderActionsProps) {
  const slot = useRef<HTMLDivElement>(null);
  const id = activePanel?.id;
  useEffect(() => {
    if (id === undefined || slot.current === null) return;
    setToolSlot(id, slot.current);
    return () => setToolSlot(id, undefined);
  }, [id]);
  return <div className="head-tools" ref={slot} />;
}

import { useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { Scrubber } from '../scrubber/scrubber.tsx';
import { type PaneId, type PanelId, type PresetId, terminalOf, terminalPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import { type MenuAnchor, type MenuItem, MenuList } from '../ui/menu.tsx';
import { setToolSlot } from '../ui/pane-tools.tsx';
import { isPaneId } from './dock-layout.ts';
import { focusPanel } from './focus.ts';
import { openOverlay } from './overlays.tsx';
import { PaneContent } from './pane-content.tsx';
import { PanelBody } from './panel-body.tsx';
import { panes, unusedPanes } from './panes.ts';
import { TerminalBody } from './terminal-body.tsx';
import { useSettingsItems } from './theme-menu.tsx';

type TabId = 'map' | 'terminal' | 'trace' | 'inspect' | 'more';
const tabs: readonly (readonly [TabId, string, IconName])[] = [
  ['map', 'Map', 'map'],
  ['terminal', 'Terminal', 'terminal'],
  ['trace', 'Trace', 'trace'],
  ['inspect', 'Inspect', 'search'],
  ['more', 'More', 'dots'],
];
const inspectors: readonly PaneId[] = ['packet', 'router'];
const others: readonly PaneId[] = [
  'guide',
  'flows',
  'checks',
  'metrics',
  'router',
  'findings',
  'compare',
  'stream',
  'held',
  'inject',
  'faults',
];

function tabOf(panel: PanelId): TabId {
  if (terminalOf(panel) !== undefined) return 'terminal';
  if (panel === 'map' || panel === 'trace') return panel;
  return inspectors.includes(panel as PaneId) ? 'inspect' : 'more';
}

/** Under 900 px: one pane, its siblings as tabs above it, and a bar of tabs below. */
export function Narrow() {
  const terminals = useLab((state) => state.status?.terminals);
  const first = terminals?.[0]?.id;
  const unused = unusedPanes(useLab((state) => state.detail));
  const [panel, setPanel] = useState<PanelId>('map');
  const [menu, setMenu] = useState<MenuAnchor>();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const settings = useSettingsItems();
  const tab = tabOf(panel);

  const handle = useMemo(
    () => ({
      show: (next: PanelId) => {
        setPanel(next);
        focusPanel(next);
      },
      bring: setPanel,
      close: () => setPanel('map'),
      focusNext: (step: 1 | -1) =>
        setPanel((now) => {
          const all: PanelId[] = [
            'map',
            'trace',
            'packet',
            'flows',
            'router',
            'findings',
            'compare',
            'stream',
            'guide',
            'checks',
            'metrics',
            'held',
            'inject',
            'faults',
          ];
          const at = all.indexOf(now);
          return all[(at + step + all.length) % all.length] ?? 'map';
        }),
      preset: (_preset: PresetId) => {},
      short: () => '',
      takeLayout: () => false,
      reset: () => setPanel('map'),
    }),
    [],
  );
  useEffect(() => {
    useDock.setState({ handle });
    return () => useDock.setState({ handle: undefined, open: [], visible: [], active: undefined });
  }, [handle]);
  useEffect(() => {
    useDock.setState({ open: [panel], visible: [panel], active: panel });
    if (slot === null) return;
    setToolSlot(panel, slot);
    return () => setToolSlot(panel, undefined);
  }, [panel, slot]);

  const open = (next: PanelId) => {
    // A keyboard on the screen comes up only for a field that takes the focus while the tap is handled (UI46).
    flushSync(() => setPanel(next));
    if (terminalOf(next) !== undefined) focusPanel(next);
  };
  const go = (to: TabId, button: Element) => {
    if (to === 'map' || to === 'trace') setPanel(to);
    else if (to === 'inspect') setPanel('packet');
    else if (to === 'terminal') open(terminalPanel(first ?? 'mininet'));
    else setMenu({ element: button });
  };
  const siblings: readonly (readonly [PanelId, string])[] =
    tab === 'terminal'
      ? (terminals ?? []).map(({ id, title }) => [terminalPanel(id), title] as const)
      : tab === 'inspect'
        ? inspectors.filter((id) => !unused.includes(id)).map((id) => [id, panes[id].title] as const)
        : isPaneId(panel)
          ? [[panel, panes[panel].title] as const]
          : [];
  const items: MenuItem[] = [
    ...others
      .filter((id) => !unused.includes(id))
      .map((id) => ({
        id: `more-${id}`,
        label: panes[id].title,
        icon: panes[id].icon,
        group: 'Panes',
        run: () => setPanel(id),
      })),
    ...settings,
    { id: 'more-keys', label: 'Keyboard sheet', group: 'Keyboard and reading', run: () => openOverlay('keys') },
  ];
  const terminal = terminalOf(panel);
  return (
    <div className="narrow">
      <div className="narrow-head">
        <div className="narrow-tabs" role="tablist" aria-label="In this pane">
          {siblings.map(([id, title]) => (
            <button
              key={id}
              type="button"
              role="tab"
              className="tab"
              aria-selected={id === panel}
              data-front={id === panel ? '' : undefined}
              data-testid={`tab-${id.replaceAll(':', '-')}`}
              onClick={() => open(id)}
            >
              {title}
            </button>
          ))}
        </div>
        <div className="head-tools" ref={setSlot} />
      </div>
      <div className="narrow-body">
        <PanelBody key={panel} id={panel}>
          {terminal !== undefined ? <TerminalBody id={terminal} /> : isPaneId(panel) && <PaneContent id={panel} />}
        </PanelBody>
      </div>
      <div className="narrow-scrubber">
        <Scrubber />
      </div>
      <nav className="tab-bar" aria-label="Panes">
        {tabs.map(([id, title, icon]) => (
          <button
            key={id}
            type="button"
            aria-current={tab === id ? 'true' : undefined}
            aria-haspopup={id === 'more' ? 'menu' : undefined}
            data-testid={`tabbar-${id}`}
            onClick={(event) => go(id, event.currentTarget)}
          >
            <Icon name={icon} size="l" />
            {title}
          </button>
        ))}
      </nav>
      {menu !== undefined && <MenuList items={items} anchor={menu} label="More" onClose={() => setMenu(undefined)} />}
    </div>
  );
}

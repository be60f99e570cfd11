import type { IDockviewPanelHeaderProps } from 'dockview-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { endShell } from '../session/terminal-actions.ts';
import { terminalOf, terminalPanel } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { Icon } from '../ui/icon.tsx';
import { type MenuAnchor, type MenuItem, MenuList } from '../ui/menu.tsx';
import { isPaneId } from './dock-layout.ts';
import { focusPanel } from './focus.ts';
import { panes } from './panes.ts';

/** A tab: icon while it is in front, title, and for a host shell the button that ends it. */
export function DockTab({ api }: IDockviewPanelHeaderProps) {
  const [front, setFront] = useState(api.isVisible);
  const [title, setTitle] = useState(api.title ?? api.id);
  const [menu, setMenu] = useState<MenuAnchor>();
  const terminal = terminalOf(api.id);
  const info = useLab((state) => state.status?.terminals.find((each) => each.id === terminal));
  useEffect(() => {
    const listening = [
      api.onDidTitleChange((event) => setTitle(event.title)),
      api.onDidVisibilityChange((event) => setFront(event.isVisible)),
    ];
    setFront(api.isVisible);
    return () => {
      for (const each of listening) each.dispose();
    };
  }, [api]);

  const ended = info?.state === 'ended';
  const failed = ended && (info.signal !== undefined || (info.exitCode ?? 0) !== 0);
  const host = info?.kind === 'host';
  const items: MenuItem[] = [
    {
      id: 'tab-maximize',
      label: api.isMaximized() ? 'Back to its place' : 'Fill the page',
      icon: 'full',
      run: () => (api.isMaximized() ? api.exitMaximized() : api.maximize()),
    },
    ...(host && terminal !== undefined
      ? [{ id: 'tab-end', label: 'End this shell', icon: 'close' as const, run: () => void endShell(terminal) }]
      : terminal === undefined
        ? [{ id: 'tab-close', label: 'Close this pane', icon: 'close' as const, run: () => api.close() }]
        : []),
  ];
  const content = useTabInSight(front);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dockview's own tab around it is the control
    // biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard F6 and the palette do it
    <div
      ref={content}
      className="tab"
      data-testid={`tab-${api.id.replaceAll(':', '-')}`}
      data-front={front ? '' : undefined}
      onClick={(event) => {
        // Who clicks on a terminal's tab types next. A click in the menu, which is drawn elsewhere, comes up here too.
        const here = event.target instanceof Node && event.currentTarget.contains(event.target);
        if (terminal === undefined || !here) return;
        // The dock waits for a frame, in case the press begins a drag: a click was none.
        api.setActive();
        focusPanel(terminalPanel(terminal));
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenu({ x: event.clientX, y: event.clientY });
      }}
      onDoubleClick={() => (api.isMaximized() ? api.exitMaximized() : api.maximize())}
    >
      {failed ? (
        <span className="tone-bad tab-mark">
          <Icon name="bad" size="s" />
        </span>
      ) : (
        front && <Icon name={isPaneId(api.id) ? panes[api.id].icon : 'terminal'} size="s" />
      )}
      <span>{title}</span>
      {ended && <span className="unseen">ended</span>}
      {host && terminal !== undefined && (
        <button
          type="button"
          className="tab-close"
          aria-label={`End the shell on ${title}`}
          data-testid={`cmd-end-${terminal}`}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            event.stopPropagation();
            void endShell(terminal);
          }}
        >
          <Icon name="close" size="s" />
        </button>
      )}
      {menu !== undefined && (
        <MenuList items={items} anchor={menu} label={`${title}: pane`} onClose={() => setMenu(undefined)} />
      )}
    </div>
  );
}

/** Keeps the tab in front in sight in a strip that has no room for all; the dock brings it there only when it comes to the front. */
function useTabInSight(front: boolean): RefObject<HTMLDivElement | null> {
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tab = content.current?.closest('.dv-tab');
    const strip = tab?.closest('.dv-tabs-container');
    if (!front || tab == null || strip == null) return;
    const bring = () => {
      const place = tab.getBoundingClientRect();
      const room = strip.getBoundingClientRect();
      if (place.left < room.left) strip.scrollLeft -= room.left - place.left;
      else if (place.right > room.right) strip.scrollLeft += place.right - room.right;
    };
    const resized = new ResizeObserver(bring);
    resized.observe(strip);
    resized.observe(tab);
    return () => resized.disconnect();
  }, [front]);
  return content;
}

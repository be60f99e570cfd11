import { Suspense, useEffect, useRef, useState } from 'react';
import { live } from '../session/socket.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { useMoment } from '../state/moment.ts';
import { setPreferences, usePreferences } from '../state/preferences.ts';
import { useFetchedAtRest } from '../state/rest.ts';
import { type MenuAnchor, type MenuItem, MenuList } from '../ui/menu.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { part } from '../ui/part.tsx';
import { copyText, readClipboard } from './clipboard.ts';
import { CursorInSight } from './cursor-in-sight.ts';
import { EndedStrip } from './ended-strip.tsx';
import { KeptEnd } from './kept-end.ts';
import { PastScreen } from './past-screen.tsx';
import './terminal.css';
import { TerminalSession } from './terminal-session.ts';
import { plainText } from './terminal-text.ts';
import { TerminalTools } from './terminal-tools.tsx';
import { createXterm, type Xterm } from './xterm.ts';

/** It brings along what searches. */
const FindBar = part(async () => (await import('./find-bar.tsx')).FindBar);
const fitAfterMs = 40;

/** A terminal of the lab: exactly what its program shows, and what a person types. */
export function TerminalPane({ id }: { id: string }) {
  const lab = useLab((state) => state.id);
  const info = useLab((state) => state.status?.terminals.find((terminal) => terminal.id === id));
  const screenReader = usePreferences((state) => state.screenReader);
  const past = useMoment((state) => state.atUs !== undefined);
  useFetchedAtRest(FindBar.fetch);
  const host = useRef<HTMLDivElement>(null);
  const [xterm, setXterm] = useState<Xterm>();
  const [refusal, setRefusal] = useState<string>();
  const [cut, setCut] = useState<string>();
  const [finding, setFinding] = useState(false);
  const [menu, setMenu] = useState<MenuAnchor>();

  useEffect(() => {
    if (host.current === null || lab === undefined) return;
    const made = openTerminal(host.current, { lab, id, refused: setRefusal, cut: setCut });
    setXterm(made.xterm);
    return () => {
      setXterm(undefined);
      setCut(undefined);
      made.close();
    };
  }, [lab, id]);
  useEffect(() => {
    if (xterm !== undefined) xterm.terminal.options.screenReaderMode = screenReader;
  }, [xterm, screenReader]);

  const terminal = xterm?.terminal;
  const selected = terminal?.getSelection() ?? '';
  const items: MenuItem[] = [
    {
      id: 'terminal-copy',
      label: 'Copy',
      icon: 'copy',
      note: 'Ctrl+Shift+C',
      off: selected === '' ? 'nothing is selected' : undefined,
      run: () => void copyText(selected),
    },
    {
      id: 'terminal-paste',
      label: 'Paste',
      note: 'Ctrl+Shift+V',
      run: () => {
        readClipboard().then(
          (text) => {
            if (text !== undefined) terminal?.paste(text);
            terminal?.focus();
          },
          () => {},
        );
      },
    },
    { id: 'terminal-select-all', label: 'Select all', run: () => terminal?.selectAll() },
    {
      id: 'terminal-copy-all',
      label: 'Copy everything as text',
      run: () => void copyText(terminal === undefined ? '' : plainText(terminal)),
    },
    { id: 'terminal-find', label: 'Find', icon: 'search', run: () => setFinding(true) },
    {
      id: 'terminal-text',
      label: screenReader ? 'Switch text for screen readers off' : 'Switch text for screen readers on',
      icon: 'eye',
      run: () => setPreferences({ screenReader: !screenReader }),
    },
  ];
  useRegisterCommands([
    {
      id: `terminal.find.${id}`,
      title: 'Find in the terminal',
      group: 'Terminals',
      when: () => useDock.getState().active === `terminal:${id}`,
      run: () => setFinding(true),
    },
  ]);

  return (
    <>
      <PaneTools>
        <TerminalTools kind={info?.kind} items={items} />
      </PaneTools>
      <div className="terminal-frame" data-testid={`terminal-${id}`} data-state={info?.state} data-busy={info?.busy}>
        {finding && xterm !== undefined && (
          <Suspense>
            <FindBar
              terminal={xterm.terminal}
              onClose={() => {
                setFinding(false);
                xterm.terminal.focus();
              }}
            />
          </Suspense>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu is in the head too, for the keyboard */}
        <div
          ref={host}
          className="terminal-host"
          data-keys="terminal"
          // What is typed would reach the live program unseen.
          inert={past}
          onContextMenu={(event) => {
            event.preventDefault();
            setMenu({ x: event.clientX, y: event.clientY });
          }}
        />
        {cut !== undefined && (
          <p className="terminal-cut" data-testid="terminal-cut">
            {cut}, sized elsewhere: type to fit it here
          </p>
        )}
        {refusal !== undefined && (
          <div className="refusal" role="alert" data-testid="terminal-refusal">
            <span className="grow">{refusal}</span>
            <button type="button" className="button button-ghost" onClick={() => setRefusal(undefined)}>
              Close
            </button>
          </div>
        )}
        {info?.state === 'ended' && <EndedStrip info={info} />}
        {lab !== undefined && <PastScreen lab={lab} id={id} />}
      </div>
      {menu !== undefined && (
        <MenuList
          items={items}
          anchor={menu}
          label="Terminal"
          onClose={() => {
            setMenu(undefined);
            terminal?.focus();
          }}
        />
      )}
    </>
  );
}

/** Connects an xterm in `host` with the server's terminal until it is closed. */
function openTerminal(
  host: HTMLElement,
  {
    lab,
    id,
    refused,
    cut,
  }: {
    lab: string;
    id: string;
    refused: (text: string | undefined) => void;
    /** Hears the size that the pane has not room for all of. */
    cut: (size: string | undefined) => void;
  },
): { xterm: Xterm; close: () => void } {
  const xterm = createXterm(host, usePreferences.getState().screenReader);
  const { terminal } = xterm;
  const end = new KeptEnd(terminal);
  const cursor = new CursorInSight(terminal, cut);
  // That something did not reach the terminal stays to be read.
  let stays = false;
  const session = new TerminalSession({
    link: live,
    lab,
    id,
    drawing: xterm.drawing,
    events: {
      joined: () => {
        host.dataset.joined = '';
        end.drawnAnew();
        if (!stays) refused(undefined);
      },
      refused: (code, text) => {
        // While the connection is down the banner says so, and what is typed goes nowhere.
        if (code === 'unreachable') return;
        stays = code === 'too-large' || code === 'unsent';
        refused(code === 'too-large' ? `Nothing was typed. ${text}` : text);
      },
    },
    alone: () => (useLab.getState().status?.viewers ?? 1) <= 1,
  });
  const encoder = new TextEncoder();
  terminal.onData((text) => session.type(encoder.encode(text)));
  terminal.onBinary((text) => session.type(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  terminal.attachCustomKeyEventHandler((event) => !ownKey(event, terminal));
  const focused = () => xterm.setFast(true);
  const blurred = () => xterm.setFast(false);
  terminal.textarea?.addEventListener('focus', focused);
  terminal.textarea?.addEventListener('blur', blurred);

  const fitNow = () => {
    // One that was never in front is as large as the whole dock.
    if (!host.checkVisibility({ visibilityProperty: true })) return;
    const size = xterm.fit.proposeDimensions();
    if (size === undefined || size.cols <= 1 || size.rows <= 1) return;
    session.fit(size.cols, size.rows);
    cursor.fit(size);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sized = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(fitNow, fitAfterMs);
  });
  sized.observe(host);
  const seen = new IntersectionObserver((entries) => {
    if (entries.at(-1)?.isIntersecting === true) {
      fitNow();
      end.shown();
    } else end.hidden();
  });
  seen.observe(host);
  fitNow();
  session.open();
  return {
    xterm,
    close: () => {
      clearTimeout(timer);
      sized.disconnect();
      seen.disconnect();
      session.close();
      xterm.dispose();
    },
  };
}

/** The keys that a terminal leaves to the page: copy, and paste, which the browser does itself. */
function ownKey(event: KeyboardEvent, terminal: Xterm['terminal']): boolean {
  if (event.type !== 'keydown' || !event.ctrlKey || event.altKey || event.metaKey) return false;
  const key = event.key.toLowerCase();
  const copies = key === 'c' && (event.shiftKey || terminal.hasSelection());
  if (copies) {
    event.preventDefault();
    void copyText(terminal.getSelection());
    terminal.clearSelection();
    return true;
  }
  return key === 'v' && event.shiftKey;
}

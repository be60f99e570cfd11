import { FitAddon } from '@xterm/addon-fit';
import { type ITerminalOptions, type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { fromBase64 } from '../state/base64.ts';
import { query } from '../state/preferences.ts';
import { onceRested } from '../state/rest.ts';
import { copyText } from './clipboard.ts';
import type { Drawing } from './terminal-session.ts';
import { withWideText } from './wide-text.ts';

/** Line height over the font's own: 12 px text on 18 px lines, as drawn. */
const lineHeight = 1.28;
const scrollback = 5_000;

/** The terminal's colours, read from the tokens of the theme that is on. */
function themeOf(root: Element): ITheme {
  const style = getComputedStyle(root);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const colours = {
    black: token('surface-4'),
    red: token('ansi-red'),
    green: token('ansi-green'),
    yellow: token('ansi-yellow'),
    blue: token('ansi-blue'),
    magenta: token('proto-openflow-edge'),
    cyan: token('proto-udp-edge'),
    white: token('text-2'),
  };
  return {
    ...colours,
    foreground: token('text-1'),
    background: token('surface-0'),
    cursor: token('text-1'),
    cursorAccent: token('surface-0'),
    selectionBackground: token('mark-bg'),
    selectionForeground: token('mark-ink'),
    selectionInactiveBackground: token('select-bg'),
    scrollbarSliderBackground: token('surface-4'),
    scrollbarSliderHoverBackground: token('line-2'),
    scrollbarSliderActiveBackground: token('line-3'),
    brightBlack: token('ansi-dim'),
    brightRed: colours.red,
    brightGreen: colours.green,
    brightYellow: colours.yellow,
    brightBlue: colours.blue,
    brightMagenta: colours.magenta,
    brightCyan: colours.cyan,
    brightWhite: token('text-1'),
  };
}

/** Font and colours of every terminal of the page. */
export function terminalLook(): Pick<ITerminalOptions, 'fontFamily' | 'fontSize' | 'lineHeight' | 'theme'> {
  const root = document.documentElement;
  const style = getComputedStyle(root);
  return {
    fontFamily: style.getPropertyValue('--font-mono').trim(),
    fontSize: Number.parseFloat(style.getPropertyValue('--text-sm')) || 12,
    lineHeight,
    theme: themeOf(root),
  };
}

export interface Xterm {
  readonly terminal: Terminal;
  /** What output goes through. */
  readonly drawing: Drawing;
  readonly fit: FitAddon;
  /** WebGL while focused, DOM otherwise: a browser has sixteen WebGL contexts. */
  setFast(fast: boolean): void;
  dispose(): void;
}

/** Makes an xterm in an element, with the page's look and the addons that every terminal has. */
export function createXterm(host: HTMLElement, screenReader: boolean): Xterm {
  const root = document.documentElement;
  const terminal = new Terminal({
    ...terminalLook(),
    allowProposedApi: true,
    scrollback,
    cursorBlink: false,
    convertEol: false,
    screenReaderMode: screenReader,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  // A program may fill the clipboard (OSC 52: selection; base64) but never read it.
  terminal.parser.registerOscHandler(52, (data) => {
    const text = clipboardText(data);
    if (text !== undefined) void copyText(text);
    return true;
  });
  terminal.open(host);
  const themed = new MutationObserver(() => {
    terminal.options.theme = themeOf(root);
  });
  themed.observe(root, { attributes: true, attributeFilter: ['data-theme'] });

  const fast = fastRenderer(terminal);
  const drawing = withWideText(terminal);
  const unlinked = linkAtRest(terminal);
  return {
    terminal,
    drawing,
    fit,
    setFast: fast,
    dispose: () => {
      themed.disconnect();
      fast(false);
      drawing.close();
      unlinked();
      terminal.dispose();
    },
  };
}

/** Links open with Ctrl only; they come when the page has rested. The returned function is for who closes the terminal. */
function linkAtRest(terminal: Terminal): () => void {
  let isClosed = false;
  const stop = onceRested(() => {
    import('@xterm/addon-web-links').then(
      ({ WebLinksAddon }) => {
        if (isClosed) return;
        const links = new WebLinksAddon((event, uri) => {
          if (event.ctrlKey || event.metaKey) window.open(uri, '_blank', 'noopener,noreferrer');
        });
        terminal.loadAddon(links);
      },
      () => {
        // The code did not load: links stay text.
      },
    );
  });
  return () => {
    isClosed = true;
    stop();
  };
}

/** The text that a program asks to copy; undefined when it asks to read, or for something that is no text. */
function clipboardText(data: string): string | undefined {
  const [, encoded = '?'] = data.split(';');
  if (encoded === '?') return undefined;
  try {
    return new TextDecoder().decode(fromBase64(encoded));
  } catch {
    return undefined;
  }
}

/** Switches the WebGL renderer on and off; without WebGL, or with `?renderer=dom`, the DOM draws. */
function fastRenderer(terminal: Terminal): (fast: boolean) => void {
  let wanted = false;
  let addon: { dispose(): void } | undefined;
  const off = () => {
    addon?.dispose();
    addon = undefined;
  };
  return (fast) => {
    wanted = fast && query('renderer') !== 'dom';
    if (!wanted) {
      off();
      return;
    }
    if (addon !== undefined) return;
    import('@xterm/addon-webgl').then(
      ({ WebglAddon }) => {
        if (!wanted || addon !== undefined) return;
        const webgl = new WebglAddon();
        webgl.onContextLoss(off);
        try {
          terminal.loadAddon(webgl);
          addon = webgl;
        } catch {
          // No WebGL here: the DOM goes on drawing.
          webgl.dispose();
        }
      },
      () => {
        // The code did not load: the DOM goes on drawing.
      },
    );
  };
}

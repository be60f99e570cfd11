import { ClipboardAddon } from '@xterm/addon-clipboard';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITerminalOptions, type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { query } from '../state/preferences.ts';
import { copyText } from './clipboard.ts';

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
  readonly fit: FitAddon;
  readonly search: SearchAddon;
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
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  // A program may fill the clipboard (OSC 52) but never read it.
  terminal.loadAddon(
    new ClipboardAddon(undefined, { readText: () => '', writeText: (_selection, text) => copyText(text) }),
  );
  terminal.loadAddon(
    new WebLinksAddon((event, uri) => {
      if (event.ctrlKey || event.metaKey) window.open(uri, '_blank', 'noopener,noreferrer');
    }),
  );
  terminal.open(host);
  const themed = new MutationObserver(() => {
    terminal.options.theme = themeOf(root);
  });
  themed.observe(root, { attributes: true, attributeFilter: ['data-theme'] });

  const fast = fastRenderer(terminal);
  return {
    terminal,
    fit,
    search,
    setFast: fast,
    dispose: () => {
      themed.disconnect();
      fast(false);
      terminal.dispose();
    },
  };
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

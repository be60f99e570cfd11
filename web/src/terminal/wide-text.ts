import type { Terminal } from '@xterm/xterm';
import { onceRested } from '../state/rest.ts';
import type { Drawing } from './terminal-session.ts';

/** Before U+0300 every version of Unicode agrees how wide characters are. */
const textOfWidths = /[\u0300-\u{10ffff}]/u;
/** First byte of U+0300 in UTF-8; no byte of an earlier character is as large. */
const byteOfWidths = 0xcc;

function asksForWidths(data: Uint8Array | string): boolean {
  return typeof data === 'string' ? textOfWidths.test(data) : data.some((byte) => byte >= byteOfWidths);
}

/**
 * Draws on a terminal with the widths of Unicode 11, as the server does. They are fetched when the page has rested, or
 * with the first text that asks for them, which waits for them in its order.
 */
export function withWideText(terminal: Terminal): Drawing & { close(): void } {
  let waiting: (() => void)[] | undefined;
  let isReady = false;
  let isClosed = false;
  const go = () => {
    isReady = true;
    if (isClosed) return;
    for (const write of waiting ?? []) write();
    waiting = undefined;
  };
  const fetchWidths = () => {
    if (isReady || waiting !== undefined) return;
    waiting = [];
    // Without that code the terminal goes on with the widths that it has.
    import('@xterm/addon-unicode11')
      .then(({ Unicode11Addon }) => {
        if (isClosed) return;
        terminal.loadAddon(new Unicode11Addon());
        terminal.unicode.activeVersion = '11';
      })
      .then(go, go);
  };
  const stop = onceRested(fetchWidths);
  return {
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write: (data, done) => {
      if (!isReady && asksForWidths(data)) fetchWidths();
      if (waiting === undefined) terminal.write(data, done);
      else waiting.push(() => terminal.write(data, done));
    },
    resize: (cols, rows) => terminal.resize(cols, rows),
    close: () => {
      isClosed = true;
      stop();
    },
  };
}

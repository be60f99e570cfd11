import { SerializeAddon } from '@xterm/addon-serialize';
import xterm from '@xterm/headless';
import type { TerminalScreen } from '../contract/events.ts';
import { openPty } from './open-pty.ts';
import type { ProcessPty } from './pty.ts';
import type { Terminal, TerminalViewer } from './terminal-service.ts';

/** A page's side of a terminal, for tests: an xterm of its own that draws what it is sent and gives the credit back. */
export class PageViewer implements TerminalViewer {
  readonly #xterm = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 5000, allowProposedApi: true });
  readonly #serializer = new SerializeAddon();
  readonly #acknowledges: boolean;
  #terminal: Terminal | undefined;
  readonly batches: Uint8Array[] = [];
  readonly screens: ('behind' | 'resized')[] = [];
  receivedBytes = 0;

  constructor(options: { acknowledges: boolean } = { acknowledges: true }) {
    this.#acknowledges = options.acknowledges;
    this.#xterm.loadAddon(this.#serializer);
  }

  watch(terminal: Terminal): this {
    this.#terminal = terminal;
    this.#draw(terminal.join(this));
    return this;
  }
  output(data: Uint8Array): void {
    this.batches.push(data);
    this.receivedBytes += data.length;
    this.#xterm.write(data, () => {
      if (this.#acknowledges) this.#terminal?.drawn(this, data.length);
    });
  }
  screen(screen: TerminalScreen, reason: 'behind' | 'resized'): void {
    this.screens.push(reason);
    this.#draw(screen);
  }
  /** What is drawn, as an escape sequence that draws it again, once everything received is. */
  async drawn(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#xterm.write('', resolve);
    });
    return this.#serializer.serialize();
  }

  #draw({ screen, cols, rows }: TerminalScreen): void {
    // RIS goes through the same queue as the output, so nothing overtakes it.
    this.#xterm.write('\x1bc', () => this.#xterm.resize(cols, rows));
    this.#xterm.write(screen);
  }
}

/** A program for tests, with a prompt that says so. */
export function openForTest(...argv: string[]): ProcessPty {
  return openPty(
    { argv, cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', PS1: 'lab> ' } },
    { cols: 80, rows: 24 },
  );
}

/** Waits for something that is to come true in time. */
export async function until(holds: () => boolean, timeoutMs = 15_000): Promise<void> {
  for (const start = Date.now(); !holds(); ) {
    if (Date.now() - start > timeoutMs)
      throw new Error(`it did not come true within ${timeoutMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

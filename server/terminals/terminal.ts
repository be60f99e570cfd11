import { performance } from 'node:perf_hooks';
import { nowMs } from '../clock.ts';
import type { TerminalScreen } from '../contract/events.ts';
import type { PastScreen } from '../contract/moments.ts';
import type { TerminalInfo } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import { TokenBucket } from '../token-bucket.ts';
import { Coalescer } from './coalescer.ts';
import type { Pty, PtyExit, PtySize } from './pty.ts';
import { Recording } from './recording.ts';
import { Screen } from './screen.ts';
import type { Terminal, TerminalOptions, TerminalViewer } from './terminal-service.ts';
import { Viewers } from './viewers.ts';

const firstSize: PtySize = { cols: 80, rows: 24 };
/** The program waits above the first until its screen has parsed down to the second (TERM7). */
const parseHighBytes = 512 * 1024;
const parseLowBytes = 128 * 1024;
/** Serializing 5000 lines takes 10 to 35 ms: viewers that catch up get their screens together, this far apart. */
const screenEveryMs = 100;
/** A screen of 5000 lines takes up to 50 ms to become another width. */
const resizesPerSecond = 20;
const hangUpGraceMs = 1000;
const killGraceMs = 1000;

/** A terminal of a lab: a program, its exact screen, and the pages that look at it. */
export class ScreenTerminal implements Terminal {
  readonly id: string;
  readonly #options: TerminalOptions;
  readonly #changed: () => void;
  readonly #screen: Screen;
  readonly #recording: Recording;
  readonly #viewers = new Viewers();
  readonly #coalescer = new Coalescer((batch) => this.#show(batch));
  readonly #exitListeners = new Set<(exit: PtyExit) => void>();
  #pty: Pty | undefined;
  #exit: PtyExit | undefined;
  #typist: TerminalViewer | undefined;
  #paused = false;
  #atPrompt = false;
  #screenTimer: NodeJS.Timeout | undefined;
  readonly #resizes = new TokenBucket(resizesPerSecond, resizesPerSecond, performance.now());
  #resizeTimer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #gone = false;

  constructor(options: TerminalOptions, changed: () => void) {
    this.id = options.id;
    this.#options = options;
    this.#changed = changed;
    this.#screen = new Screen(options.size ?? firstSize);
    this.#recording = new Recording(this.#screen.size, nowMs());
    // With nobody looking there is no terminal that would answer the program's questions.
    this.#screen.onAnswer((data) => {
      if (this.#viewers.count === 0 && this.#running) this.#pty?.write(data);
    });
    if (options.pty !== undefined) this.attach(options.pty);
  }

  get #running(): boolean {
    return this.#pty !== undefined && this.#exit === undefined;
  }

  info(): TerminalInfo {
    const { id, title, kind, host } = this.#options;
    return {
      id,
      title,
      kind,
      ...(host === undefined ? {} : { host }),
      state: this.#running ? 'running' : 'ended',
      busy: this.#running && !this.#atPrompt,
      ...(this.#exit?.exitCode == null ? {} : { exitCode: this.#exit.exitCode }),
      ...(this.#exit?.signal == null ? {} : { signal: this.#exit.signal }),
    };
  }

  join(viewer: TerminalViewer): TerminalScreen {
    this.#viewers.join(viewer);
    return this.#drawing();
  }

  leave(viewer: TerminalViewer): void {
    this.#viewers.leave(viewer);
    if (this.#typist === viewer) this.#typist = undefined;
  }

  drawn(viewer: TerminalViewer, bytes: number): void {
    this.#viewers.drawn(viewer, bytes);
    if (this.#viewers.caughtUp().length > 0) this.#screensSoon();
  }

  write(data: Uint8Array, viewer?: TerminalViewer): void {
    const pty = this.#pty;
    if (pty === undefined || !this.#running)
      throw new AppError('terminal-ended', `The program in "${this.#options.title}" has ended: nothing was typed.`);
    this.#viewers.admitInput(viewer, data.length);
    // The size comes first: the program must not answer for the old one.
    this.#typedBy(viewer);
    this.#coalescer.typed();
    pty.write(data);
  }

  resize(viewer: TerminalViewer, size: PtySize): void {
    if (!this.#viewers.has(viewer)) return;
    this.#viewers.setSize(viewer, size);
    if (this.#typist === undefined || this.#typist === viewer) this.#resizeFor(viewer, size);
  }

  text(): string {
    return this.#screen.text();
  }

  screenAt(atMs: number): Promise<PastScreen> {
    return this.#recording.at(atMs);
  }

  attach(pty: Pty): void {
    if (this.#running) throw new Error('a program is running in this terminal already');
    this.#pty = pty;
    this.#exit = undefined;
    this.#atPrompt = false;
    this.#paused = false;
    pty.resize(this.#screen.size);
    pty.onData((data) => {
      if (this.#pty === pty) this.#coalescer.push(data);
    });
    pty.onExit((exit) => {
      if (this.#pty === pty) this.#ended(exit);
    });
    this.#changed();
  }

  say(text: string): void {
    this.#coalescer.flush();
    // Where the cursor stands is known once everything before is parsed.
    this.#screen.whenParsed(() => {
      const lines = printable(text).split('\n').join('\r\n');
      this.#show(Buffer.from(`${this.#screen.cursorColumn > 0 ? '\r\n' : ''}\x1b[2m${lines}\x1b[22m\r\n`));
    });
  }

  onExit(listener: (exit: PtyExit) => void): () => void {
    this.#exitListeners.add(listener);
    return () => this.#exitListeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const pty = this.#pty;
    if (pty !== undefined && this.#running) {
      const ended = new Promise<void>((resolve) => {
        this.onExit(() => resolve());
      });
      pty.resume();
      pty.kill('SIGHUP');
      if (!(await within(ended, hangUpGraceMs))) {
        pty.kill('SIGKILL');
        await within(ended, killGraceMs);
      }
    }
    this.#gone = true;
    this.#viewers.clear();
    this.#coalescer.close();
    clearTimeout(this.#screenTimer);
    clearTimeout(this.#resizeTimer);
    this.#exitListeners.clear();
    this.#screen.close();
  }

  #ended(exit: PtyExit): void {
    if (this.#gone) return;
    this.#coalescer.flush();
    this.#screen.whenParsed(() => {
      this.#exit = exit;
      this.#atPrompt = false;
      // A program that died in its full-screen view must not leave the next one in there.
      if (this.#screen.showsAlternate) this.#show(Buffer.from('\x1b[?1049l'));
      this.#show(Buffer.from(programModesOff));
      this.#changed();
      // Outside of the parser, which a listener that throws would stop for good.
      for (const listener of [...this.#exitListeners]) queueMicrotask(() => listener(exit));
    });
  }

  #show(batch: Uint8Array): void {
    if (this.#gone) return;
    const atMs = nowMs();
    this.#screen.write(batch, () => {
      this.#recording.note(batch, atMs, this.#screen.size, () => this.#screen.drawRecent());
      this.#parsed();
    });
    if (!this.#paused && this.#screen.waitingBytes > parseHighBytes) {
      this.#paused = true;
      this.#pty?.pause();
    }
    this.#viewers.send(batch);
  }

  #parsed(): void {
    if (this.#paused && this.#screen.waitingBytes <= parseLowBytes) {
      this.#paused = false;
      this.#pty?.resume();
    }
    const atPrompt = this.#running && this.#options.prompt.test(this.#screen.cursorLine());
    if (atPrompt === this.#atPrompt) return;
    this.#atPrompt = atPrompt;
    this.#changed();
  }

  #drawing(): TerminalScreen {
    return { id: this.id, screen: this.#screen.draw(), ...this.#screen.size };
  }

  #screensSoon(): void {
    this.#screenTimer ??= setTimeout(() => {
      this.#screenTimer = undefined;
      const viewers = this.#viewers.caughtUp();
      if (viewers.length === 0) return;
      const screen = this.#drawing();
      for (const viewer of viewers) {
        this.#viewers.resume(viewer);
        viewer.screen(screen, 'behind');
      }
    }, screenEveryMs);
  }

  #typedBy(viewer: TerminalViewer | undefined): void {
    if (viewer === undefined || viewer === this.#typist || !this.#viewers.has(viewer)) return;
    this.#typist = viewer;
    const size = this.#viewers.sizeOf(viewer);
    if (size !== undefined) this.#resizeFor(viewer, size);
  }

  /** At once, or in a storm of sizes the newest one when it is over or its turn has come. */
  #resizeFor(viewer: TerminalViewer, { cols, rows }: PtySize): void {
    clearTimeout(this.#resizeTimer);
    const now = this.#screen.size;
    if (cols === now.cols && rows === now.rows) return;
    if (!this.#resizes.take(1, performance.now())) {
      this.#resizeTimer = setTimeout(() => this.#resizeFor(viewer, { cols, rows }), 1000 / resizesPerSecond);
      return;
    }
    this.#screen.resize({ cols, rows });
    this.#recording.resized({ cols, rows }, nowMs(), () => this.#screen.drawRecent());
    if (this.#running) this.#pty?.resize({ cols, rows });
    const others = this.#viewers.others(viewer);
    if (others.length === 0) return;
    const screen = this.#drawing();
    for (const other of others) other.screen(screen, 'resized');
  }
}

/** Colours, hidden cursor, mouse reports, bracketed paste, application keys: what a killed program leaves switched on. */
const programModesOff = '\x1b[0m\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1l\x1b>';

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (char) => (char === '\n' ? '\n' : ' '));
}

function within(done: Promise<void>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    void done.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

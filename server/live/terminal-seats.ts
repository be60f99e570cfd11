import type { TerminalScreen, TerminalTarget } from '../contract/events.ts';
import { AppError } from '../errors.ts';
import type { Labs } from '../labs/lab-service.ts';
import type { PtySize } from '../terminals/pty.ts';
import type { Terminal, TerminalViewer } from '../terminals/terminal-service.ts';

const mostTerminals = 64;

/** What a page hears from its terminals. */
export interface TerminalSink {
  output(lab: string, id: string, data: Uint8Array): void;
  screen(lab: string, screen: TerminalScreen, reason: 'behind' | 'resized'): void;
}

interface Seat {
  readonly terminal: Terminal;
  readonly viewer: TerminalViewer;
}

/** The terminals that one page looks at. */
export class TerminalSeats {
  readonly #labs: Labs;
  readonly #sink: TerminalSink;
  readonly #seats = new Map<string, Seat>();

  constructor(labs: Labs, sink: TerminalSink) {
    this.#labs = labs;
    this.#sink = sink;
  }

  /** Joins the console or a router's terminal, or opens a new shell on a host. Throws not-found, too-many. */
  open(lab: string, target: TerminalTarget): TerminalScreen {
    const run = this.#labs.run(lab);
    if (target.kind === 'host') return this.join(lab, run.openShell(target.host));
    const wanted = target.kind === 'mininet' ? 'mininet' : `router:${target.router}`;
    const found = run.terminals.list().find(({ id }) => id === wanted);
    if (found !== undefined) return this.join(lab, found.id);
    const what = target.kind === 'mininet' ? 'console' : `terminal of a router "${target.router}"`;
    throw new AppError('not-found', `The lab "${lab}" has no ${what}.`);
  }

  join(lab: string, id: string): TerminalScreen {
    const terminal = this.#terminal(lab, id);
    const key = `${lab}/${id}`;
    const old = this.#seats.get(key);
    old?.terminal.leave(old.viewer);
    if (old === undefined && this.#seats.size >= mostTerminals)
      throw new AppError('too-many', `This page looks at ${mostTerminals} terminals already: leave one first.`);
    const viewer: TerminalViewer = {
      output: (data) => this.#sink.output(lab, id, data),
      screen: (screen, reason) => this.#sink.screen(lab, screen, reason),
    };
    this.#seats.set(key, { terminal, viewer });
    return terminal.join(viewer);
  }

  leave(lab: string, id: string): void {
    const seat = this.#seats.get(`${lab}/${id}`);
    seat?.terminal.leave(seat.viewer);
    this.#seats.delete(`${lab}/${id}`);
  }

  /** Ends a host shell; the other terminals belong to the lab. */
  async end(lab: string, id: string): Promise<void> {
    const terminal = this.#terminal(lab, id);
    if (terminal.info().kind !== 'host')
      throw new AppError('bad-request', `"${terminal.info().title}" is not a host shell: it ends with the lab.`);
    this.leave(lab, id);
    await this.#labs.run(lab).terminals.remove(id);
  }

  input(lab: string, id: string, data: Uint8Array): void {
    const terminal = this.#terminal(lab, id);
    const seat = this.#seats.get(`${lab}/${id}`);
    // After a restart of the lab a terminal of the same id is another one; and without a seat nobody counts the bytes.
    if (seat?.terminal !== terminal)
      throw new AppError('bad-request', `Join the terminal "${id}" first: nothing was typed.`);
    terminal.write(data, seat.viewer);
  }

  resize(lab: string, id: string, size: PtySize): void {
    const seat = this.#seats.get(`${lab}/${id}`);
    seat?.terminal.resize(seat.viewer, size);
  }

  drawn(lab: string, id: string, bytes: number): void {
    const seat = this.#seats.get(`${lab}/${id}`);
    seat?.terminal.drawn(seat.viewer, bytes);
  }

  leaveAll(): void {
    for (const { terminal, viewer } of this.#seats.values()) terminal.leave(viewer);
    this.#seats.clear();
  }

  #terminal(lab: string, id: string): Terminal {
    const terminal = this.#labs.run(lab).terminals.get(id);
    if (terminal === undefined) throw new AppError('not-found', `The lab "${lab}" has no terminal "${id}".`);
    return terminal;
  }
}

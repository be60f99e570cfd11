import type { ClientToServer, ServerToClient, TerminalScreen } from '../../../server/contract/events.ts';
import { problemOf } from '../session/problem.ts';
import { countOf } from '../state/text.ts';
import { EarlyInput, type Refusal } from './early-input.ts';
import { OutputGate } from './output-gate.ts';

/** What draws: xterm, or a test's stand-in. */
export interface Drawing {
  readonly cols: number;
  readonly rows: number;
  /** `done` when the data is on the screen. */
  write(data: Uint8Array | string, done: () => void): void;
  resize(cols: number, rows: number): void;
}

/** The part of the connection that a terminal needs. */
export interface TerminalLink {
  request(event: 'terminal:join', payload: { lab: string; id: string }): Promise<TerminalScreen>;
  request(event: 'terminal:input', payload: { lab: string; id: string; data: Uint8Array }): Promise<null>;
  send<K extends 'terminal:leave' | 'terminal:resize' | 'terminal:drawn'>(
    event: K,
    payload: Parameters<ClientToServer[K]>[0],
  ): void;
  on<K extends 'terminal:output' | 'terminal:screen'>(event: K, listener: ServerToClient[K]): () => void;
  onResume(resume: () => void): () => void;
}

export interface SessionEvents {
  /** The exact screen is drawn; what follows is live. */
  joined(): void;
  /** The server refused, or what was typed did not reach it (`unsent`): the text says what, to be read beside the terminal. */
  refused(code: string, text: string): void;
}

/** Credit is given back in pieces of this size, and what is left when the output rests (TERM2). */
const creditBytes = 64 * 1024;
const restMs = 50;
/** The server ends a connection whose message is above 1 MiB; far below that it answers. */
const messageBytes = 512 * 1024;
/** RIS: the terminal as it was when it was made. */
const fullReset = '\x1bc';

function refusalOf(error: unknown): Refusal {
  const { code, title, detail } = problemOf(error);
  return { code, text: detail === '' ? title : detail };
}

/**
 * One terminal of the page: draws the exact screen on joining and after each reconnection, then what the program writes;
 * tells the server how much was drawn; types; and agrees on the size with other viewers (TERM1 to TERM5, TERM11).
 */
export class TerminalSession {
  readonly #link: TerminalLink;
  readonly #target: { lab: string; id: string };
  readonly #drawing: Drawing;
  readonly #events: SessionEvents;
  readonly #alone: () => boolean;
  readonly #stops: (() => void)[];
  readonly #gate: OutputGate;
  readonly #early = new EarlyInput();
  #joined = false;
  #closed = false;
  #wanted: { cols: number; rows: number } | undefined;
  /** Whether this viewer's size is the program's: true until somebody else types, and again when we do. */
  #ours = true;
  #undrawnCredit = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: {
    link: TerminalLink;
    lab: string;
    id: string;
    drawing: Drawing;
    events: SessionEvents;
    /** Whether no other page watches the lab. */
    alone: () => boolean;
  }) {
    this.#link = options.link;
    this.#target = { lab: options.lab, id: options.id };
    this.#drawing = options.drawing;
    this.#events = options.events;
    this.#alone = options.alone;
    this.#gate = new OutputGate((data) => this.#drawing.write(data, () => this.#drew(data.length)));
    const mine = (e: { lab: string; id: string }) => e.lab === this.#target.lab && e.id === this.#target.id;
    this.#stops = [
      this.#link.on('terminal:output', (e) => {
        if (mine(e) && this.#joined) this.#gate.push(e.data);
      }),
      this.#link.on('terminal:screen', (e) => {
        if (!mine(e) || !this.#joined) return;
        if (e.reason === 'resized') this.#ours = false;
        this.#draw(e);
      }),
      this.#link.onResume(() => this.open()),
    ];
  }

  /** Joins, or joins again after the connection was down. */
  open(): void {
    this.#joined = false;
    this.#early.begin();
    this.#link.request('terminal:join', this.#target).then(
      (screen) => {
        if (this.#closed) return;
        this.#joined = true;
        this.#ours = this.#alone();
        this.#draw(screen);
        this.#events.joined();
        const early = this.#early.take();
        if (early.length > 0) this.type(early);
      },
      (error: unknown) => this.#refuse(this.#early.lose(refusalOf(error))),
    );
  }

  /** Replaces what is drawn and what is still to be, then takes the size of this pane if it is ours to set. */
  #draw({ screen, cols, rows }: TerminalScreen): void {
    this.#gate.flush();
    // RIS goes through the same queue as the output, so nothing overtakes it.
    this.#drawing.write(fullReset, () => {
      if (!this.#closed) this.#drawing.resize(cols, rows);
    });
    this.#drawing.write(screen, () => {
      if (this.#joined && this.#ours && !this.#closed) this.#applySize();
    });
  }

  #drew(bytes: number): void {
    this.#undrawnCredit += bytes;
    if (this.#undrawnCredit >= creditBytes) this.#giveCredit();
    else this.#timer ??= setTimeout(() => this.#giveCredit(), restMs);
  }

  #giveCredit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#undrawnCredit > 0 && !this.#closed)
      this.#link.send('terminal:drawn', { ...this.#target, bytes: this.#undrawnCredit });
    this.#undrawnCredit = 0;
  }

  /** Types, as soon as the terminal is joined. Who types last decides the size. */
  type(data: Uint8Array): void {
    if (!this.#joined) {
      const why = this.#early.add(data);
      if (why !== undefined) this.#refuse(why);
      return;
    }
    if (data.length > messageBytes) {
      const text = `${countOf(data.length)} bytes at once are more than a message to the server carries.`;
      this.#events.refused('too-large', text);
      return;
    }
    if (!this.#ours) {
      this.#ours = true;
      this.#applySize();
    }
    this.#gate.typed();
    this.#link
      .request('terminal:input', { ...this.#target, data })
      .catch((error: unknown) => this.#refuse(refusalOf(error)));
  }

  /** The size that fits the pane now. */
  fit(cols: number, rows: number): void {
    this.#wanted = { cols, rows };
    if (this.#joined && this.#ours) this.#applySize();
  }

  #applySize(): void {
    const size = this.#wanted;
    if (size === undefined) return;
    if (size.cols !== this.#drawing.cols || size.rows !== this.#drawing.rows)
      this.#drawing.resize(size.cols, size.rows);
    this.#link.send('terminal:resize', { ...this.#target, ...size });
  }

  #refuse({ code, text }: Refusal): void {
    if (!this.#closed) this.#events.refused(code, text);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#gate.flush();
    this.#giveCredit();
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#link.send('terminal:leave', this.#target);
  }
}

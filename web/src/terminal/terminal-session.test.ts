import xterm from '@xterm/headless';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ServerToClient, TerminalScreen } from '../../../server/contract/events.ts';
import { ProblemError } from '../session/problem.ts';
import { type Drawing, type TerminalLink, TerminalSession } from './terminal-session.ts';

/** The server's side of one terminal, and a stand-in for xterm that draws at once or when told. */
class Bench implements TerminalLink, Drawing {
  cols = 80;
  rows = 24;
  alone = true;
  drawn = '';
  readonly sent: unknown[] = [];
  readonly typed: string[] = [];
  readonly refused: string[] = [];
  inputProblem: ProblemError | undefined;
  joinProblem: ProblemError | undefined;
  slow = false;
  readonly #undrawn: (() => void)[] = [];
  readonly #listeners = new Map<string, (e: never) => void>();
  #resume: (() => void) | undefined;
  readonly session: TerminalSession;

  constructor(drawing?: Drawing) {
    this.session = new TerminalSession({
      link: this,
      lab: 'lab',
      id: 'mininet',
      drawing: drawing ?? this,
      events: {
        joined: () => this.sent.push('joined'),
        refused: (code, text) => this.refused.push(`${code}: ${text}`),
      },
      alone: () => this.alone,
    });
  }

  write(data: Uint8Array | string, done: () => void) {
    this.#undrawn.push(() => {
      const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
      this.drawn = text === '\x1bc' ? '' : this.drawn + text;
      done();
    });
    if (!this.slow) this.finishDrawing();
  }
  finishDrawing() {
    for (let next = this.#undrawn.shift(); next !== undefined; next = this.#undrawn.shift()) next();
  }
  resize(cols: number, rows: number) {
    this.cols = cols;
    this.rows = rows;
  }

  readonly request = ((event: string, payload: { data?: Uint8Array }) =>
    this.#answer(event, payload)) as TerminalLink['request'];
  async #answer(event: string, payload: { data?: Uint8Array }): Promise<TerminalScreen | null> {
    if (event === 'terminal:join' && this.joinProblem !== undefined) throw this.joinProblem;
    if (event === 'terminal:join') return { id: 'mininet', screen: 'mininet> ', cols: 100, rows: 30 };
    if (this.inputProblem !== undefined) throw this.inputProblem;
    this.typed.push(new TextDecoder().decode(payload.data));
    this.sent.push('typed');
    return null;
  }
  send(event: string, payload: object) {
    this.sent.push({ event, ...payload });
  }
  on<K extends 'terminal:output' | 'terminal:screen'>(event: K, listener: ServerToClient[K]) {
    this.#listeners.set(event, listener);
    return () => this.#listeners.delete(event);
  }
  onResume(resume: () => void) {
    this.#resume = resume;
    return () => {
      this.#resume = undefined;
    };
  }

  output(text: string, id = 'mininet') {
    this.#hear('terminal:output', { lab: 'lab', id, data: new TextEncoder().encode(text) });
  }
  screen(reason: 'behind' | 'resized', text: string, cols: number) {
    this.#hear('terminal:screen', { lab: 'lab', id: 'mininet', screen: text, cols, rows: 30, reason });
  }
  reconnect() {
    this.#resume?.();
  }
  #hear(event: string, e: object) {
    this.#listeners.get(event)?.(e as never);
  }
  credit() {
    return this.sent.flatMap((each) =>
      typeof each === 'object' && each !== null && 'bytes' in each ? [each.bytes] : [],
    );
  }
  sizes() {
    return this.sent.flatMap((each) =>
      typeof each === 'object' && each !== null && 'cols' in each && 'rows' in each ? [[each.cols, each.rows]] : [],
    );
  }
}

let bench: Bench;
const settled = () => vi.advanceTimersByTimeAsync(0);
const type = (text: string) => bench.session.type(new TextEncoder().encode(text));
beforeEach(() => {
  vi.useFakeTimers();
  bench = new Bench();
});
afterEach(() => vi.useRealTimers());

async function joined(): Promise<void> {
  bench.session.open();
  await settled();
}

test('[TERM1] joining draws the exact screen; output before that is not drawn', async () => {
  bench.session.open();
  bench.output('too early');
  await settled();
  bench.output('net\r\n');
  bench.output('another terminal', 'router');
  expect(bench.drawn).toBe('mininet> net\r\n');
  expect([bench.cols, bench.rows]).toEqual([100, 30]);
});

test('[TERM1] after a reconnection the screen is drawn anew', async () => {
  await joined();
  bench.output('half a li');
  bench.reconnect();
  bench.output('lost with the old connection');
  await settled();
  expect(bench.drawn).toBe('mininet> ');
});

test('[TERM2] credit comes back when it is drawn, in pieces, and the rest when output rests', async () => {
  await joined();
  bench.slow = true;
  bench.output('x'.repeat(40_000));
  bench.output('x'.repeat(40_000));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(bench.credit()).toEqual([]);
  bench.finishDrawing();
  expect(bench.credit()).toEqual([80_000]);
  bench.slow = false;
  bench.output('short');
  expect(bench.credit()).toEqual([80_000]);
  await vi.advanceTimersByTimeAsync(50);
  expect(bench.credit()).toEqual([80_000, 5]);
});

test('[TERM3] a screen of the server replaces everything drawn', async () => {
  await joined();
  bench.output('old');
  bench.screen('behind', 'as it is now', 100);
  expect(bench.drawn).toBe('as it is now');
});

test('[TERM3] what is still to be drawn cannot end up on a later screen, nor be drawn at its size', async () => {
  vi.useRealTimers();
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  bench = new Bench(terminal);
  bench.session.open();
  await expect.poll(() => bench.sent).toContain('joined');
  bench.output('stale '.repeat(20_000));
  bench.screen('behind', 'as it is now', 40);
  await new Promise<void>((resolve) => terminal.write('', resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true));
  expect(lines.filter((line) => line !== '')).toEqual(['as it is now']);
  expect([terminal.cols, terminal.rows]).toEqual([40, 30]);
  terminal.dispose();
});

test('[TERM4] a screen that was queued before the pane was fitted does not undo the fit', async () => {
  bench.slow = true;
  await joined();
  bench.session.fit(58, 19);
  bench.finishDrawing();
  expect(bench.drawn).toBe('mininet> ');
  expect([bench.cols, bench.rows]).toEqual([58, 19]);
});

test('[TERM4] alone, the pane’s size is the program’s', async () => {
  bench.session.fit(58, 19);
  await joined();
  expect([bench.cols, bench.rows]).toEqual([58, 19]);
  bench.session.fit(60, 20);
  expect(bench.sizes()).toEqual([
    [58, 19],
    [60, 20],
  ]);
});

test('[TERM4] after somebody else resized it, their size holds until we type, and ours goes before the first key', async () => {
  bench.session.fit(58, 19);
  await joined();
  bench.screen('resized', 'wide', 120);
  bench.session.fit(59, 19);
  expect([bench.cols, bench.rows]).toEqual([120, 30]);
  expect(bench.sizes()).toEqual([[58, 19]]);
  bench.session.type(new TextEncoder().encode('n'));
  await settled();
  expect([bench.cols, bench.rows]).toEqual([59, 19]);
  expect(bench.sent.slice(-2)).toEqual([
    { event: 'terminal:resize', lab: 'lab', id: 'mininet', cols: 59, rows: 19 },
    'typed',
  ]);
});

test('[TERM4] beside another page the program keeps its size on joining', async () => {
  bench.alone = false;
  bench.session.fit(58, 19);
  await joined();
  expect([bench.cols, bench.rows]).toEqual([100, 30]);
  expect(bench.sizes()).toEqual([]);
});

test('[TERM5] refused input is said', async () => {
  await joined();
  bench.inputProblem = new ProblemError({ code: 'too-large', title: 'Too much', status: 413, detail: '70000 bytes' });
  type('b');
  await settled();
  expect(bench.refused).toEqual(['too-large: 70000 bytes']);
});

test('[TERM11] what is typed while a terminal is being joined is typed once it is, in order and at its size', async () => {
  bench.alone = false;
  bench.session.fit(58, 19);
  bench.session.open();
  type('p');
  type('ing');
  expect(bench.typed).toEqual([]);
  await settled();
  expect(bench.typed.join('')).toBe('ping');
  expect(bench.sent).toEqual([
    'joined',
    { event: 'terminal:resize', lab: 'lab', id: 'mininet', cols: 58, rows: 19 },
    'typed',
  ]);
  bench.reconnect();
  type(' h2');
  await settled();
  type('\r');
  await settled();
  expect(bench.typed.join('')).toBe('ping h2\r');
  expect(bench.refused).toEqual([]);
});

test('[TERM11] of more than 4,096 bytes before joining none is typed, which is said at each further key', async () => {
  const text = 'More than 4,096 bytes were typed before the terminal was joined: none of them reached it.';
  bench.session.open();
  type('x'.repeat(4_096));
  expect(bench.refused).toEqual([]);
  type('y');
  type('\r');
  expect(bench.refused).toEqual([`unsent: ${text}`, `unsent: ${text}`]);
  await settled();
  expect(bench.typed).toEqual([]);
  type('z');
  await settled();
  expect(bench.typed).toEqual(['z']);
});

test('[TERM11] where joining fails, what was typed is said to be lost, and what is typed then is refused', async () => {
  bench.joinProblem = new ProblemError({ code: 'not-found', title: 'No such terminal', status: 404, detail: '' });
  bench.session.open();
  type('ls');
  await settled();
  expect(bench.refused).toEqual(['unsent: No such terminal. What was typed meanwhile (2 bytes) did not reach it.']);
  type('\r');
  expect(bench.refused.slice(1)).toEqual(['not-found: No such terminal']);
  bench.joinProblem = undefined;
  bench.reconnect();
  await settled();
  expect(bench.typed).toEqual([]);
  type('a');
  await settled();
  expect(bench.typed).toEqual(['a']);
});

test('[TERM5] what no message can carry is refused here: the server would end the connection', async () => {
  await joined();
  bench.session.type(new Uint8Array(1024 * 1024));
  await settled();
  expect(bench.typed).toEqual([]);
  expect(bench.refused).toEqual(['too-large: 1,048,576 bytes at once are more than a message to the server carries.']);
});

test('[TERM1] closing leaves once, gives the credit back and hears nothing more', async () => {
  await joined();
  bench.output('seen');
  bench.session.close();
  bench.session.close();
  bench.output('unseen');
  expect(bench.drawn).toBe('mininet> seen');
  expect(bench.sent.slice(1)).toEqual([
    { event: 'terminal:drawn', lab: 'lab', id: 'mininet', bytes: 4 },
    { event: 'terminal:leave', lab: 'lab', id: 'mininet' },
  ]);
});

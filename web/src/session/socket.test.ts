import type { Socket } from 'socket.io-client';
import { beforeEach, expect, test, vi } from 'vitest';
import { serverNowMs } from '../state/server-clock.ts';
import { ProblemError } from './problem.ts';
import { Live } from './socket.ts';

type Listener = (...args: unknown[]) => void;

class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();
  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }
  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }
  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}

/** A socket of socket.io as far as Live uses it; the test plays the server. */
class FakeSocket {
  connected = false;
  readonly io = new Emitter();
  readonly sent: { event: string; payload: unknown }[] = [];
  readonly #events = new Emitter();
  readonly #any: (() => void)[] = [];
  answer: (event: string) => unknown = () => ({ ok: true, value: null });

  on(event: string, listener: Listener) {
    this.#events.on(event, listener);
    return this;
  }
  off(event: string, listener: Listener) {
    this.#events.off(event, listener);
    return this;
  }
  onAny(listener: () => void) {
    this.#any.push(listener);
  }
  emit(event: string, payload: unknown) {
    this.sent.push({ event, payload });
  }
  timeout() {
    return {
      emitWithAck: async (event: string, payload: unknown) => {
        this.sent.push({ event, payload });
        return this.answer(event);
      },
    };
  }
  connects = 0;
  connect() {
    this.connects++;
  }
  disconnect() {
    if (this.connected) this.drop('io client disconnect');
  }

  up() {
    this.connected = true;
    this.#events.emit('connect');
  }
  drop(reason = 'transport close') {
    this.connected = false;
    this.#events.emit('disconnect', reason);
  }
  hear(event: string, payload: unknown) {
    for (const listener of this.#any) listener();
    this.#events.emit(event, payload);
  }
}

let socket: FakeSocket;
let live: Live;
beforeEach(() => {
  socket = new FakeSocket();
  live = new Live(socket as unknown as Socket);
});

test('[UI4] a refusal rejects with the server’s problem', async () => {
  socket.up();
  const problem = { code: 'too-large', title: 'That is too much at once', status: 413, detail: '70000 bytes' };
  socket.answer = () => ({ ok: false, problem });
  const refused = await live.request('terminal:input', { lab: 'l', id: 't', data: new Uint8Array() }).catch((e) => e);
  expect(refused).toBeInstanceOf(ProblemError);
  expect(refused.problem).toEqual(problem);
});

test('[UI4] nothing is queued while the connection is down', async () => {
  const refused = await live.request('lab:watch', { lab: 'l' }).catch((e) => e);
  expect(refused.problem.code).toBe('unreachable');
  live.send('lab:unwatch', { lab: 'l' });
  expect(socket.sent).toEqual([]);
});

test('[UI4] no answer in time is unreachable', async () => {
  socket.up();
  socket.answer = () => {
    throw new Error('operation has timed out');
  };
  const refused = await live.request('lab:watch', { lab: 'l' }).catch((e) => e);
  expect(refused.problem).toMatchObject({ code: 'unreachable', detail: expect.stringContaining('lab:watch') });
});

test('[UI5] binary fields are bytes', () => {
  const heard: Uint8Array[] = [];
  const stop = live.on('terminal:output', ({ data }) => heard.push(data));
  socket.hear('terminal:output', { lab: 'l', id: 't', data: new Uint8Array([104, 105]).buffer });
  stop();
  socket.hear('terminal:output', { lab: 'l', id: 't', data: new Uint8Array([33]).buffer });
  expect(heard).toEqual([new Uint8Array([104, 105])]);
});

test('[UI6] resuming happens after each reconnection, not after the first connection, in order', () => {
  const calls: string[] = [];
  live.onResume(() => calls.push('lab'));
  const away = live.onResume(() => calls.push('terminal'));
  live.onResume(() => calls.push('trace'));
  socket.up();
  expect(calls).toEqual([]);
  socket.drop();
  socket.up();
  expect(calls).toEqual(['lab', 'terminal', 'trace']);
  away();
  socket.drop();
  socket.up();
  expect(calls.slice(3)).toEqual(['lab', 'trace']);
});

test('[UI7] who watches the link hears attempts, and whether it is back again', () => {
  const told: unknown[] = [];
  live.onLink({
    up: (again) => told.push(['up', again]),
    down: (attempt) => told.push(['down', attempt]),
    refused: (reason) => told.push(['refused', reason]),
  });
  socket.up();
  socket.drop();
  socket.io.emit('reconnect_attempt', 2);
  socket.hear('connect_error', new Error('unauthorized'));
  socket.up();
  expect(told).toEqual([
    ['up', false],
    ['down', 1],
    ['down', 2],
    ['refused', 'unauthorized'],
    ['up', true],
  ]);
});

test('[UI7] the age of the data counts from the last message', () => {
  vi.useFakeTimers({ now: 1_000 });
  socket.up();
  vi.setSystemTime(5_000);
  socket.hear('lab:status', {});
  vi.setSystemTime(9_000);
  socket.drop();
  expect(live.lastDataMs).toBe(5_000);
  vi.useRealTimers();
});

test('[UI7] an answer is a message too', async () => {
  vi.useFakeTimers({ now: 1_000 });
  socket.up();
  vi.setSystemTime(5_000);
  await live.ping();
  expect(live.lastDataMs).toBe(5_000);
  vi.setSystemTime(7_000);
  await live.request('lab:watch', { lab: 'l' });
  expect(live.lastDataMs).toBe(7_000);
  vi.useRealTimers();
});

test('[UI60] an echo tells the server’s clock', async () => {
  vi.useFakeTimers({ now: 1_000 });
  socket.up();
  socket.answer = () => 500_000;
  await live.ping();
  expect(serverNowMs()).toBe(500_000);
  socket.answer = () => 1_000;
  await live.ping();
  expect(serverNowMs()).toBe(1_000);
  vi.useRealTimers();
});

test('[UI25] a connection that the server ended for a reason stays down until somebody tries again', () => {
  const problem = {
    code: 'too-many',
    title: 'Too much',
    status: 429,
    detail: 'The page sent more than 2000 messages.',
  };
  const told: unknown[] = [];
  live.onLink({
    down: (attempt) => told.push(['down', attempt]),
    ended: (why) => told.push(['ended', why]),
  });
  socket.up();
  socket.hear('problem', problem);
  socket.drop('io server disconnect');
  expect(told).toEqual([['ended', problem]]);
  expect(socket.connects).toBe(0);
  live.retry();
  expect(socket.connects).toBe(1);
  socket.up();
  socket.drop('transport close');
  expect(told.slice(1)).toEqual([['down', 1]]);
});

test('[UI25] a server that goes away without a reason, and a session that ended, are tried again', () => {
  socket.up();
  socket.drop('io server disconnect');
  expect(socket.connects).toBe(1);
  socket.up();
  socket.hear('problem', { code: 'unauthorized', title: 'Log in', status: 401, detail: 'The session has ended.' });
  socket.drop('io server disconnect');
  expect(socket.connects).toBe(2);
});

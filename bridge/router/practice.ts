import { createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ReceiveBuffer } from '../codec/receive-buffer.ts';
import { decodeVns, encodeVns, maxVnsLength, vnsLength } from '../protocols/vns/message.ts';
import type { Line } from './journal.ts';
import { type Arrival, answerTo, inside, outside, PracticeTraffic } from './practice-traffic.ts';
import { RouterProgram } from './program.ts';
import { parseRtable } from './rtable.ts';
import { ServerConnection } from './server-connection.ts';

const firstPackets = 300;

/** Ways to the hosts on both sides. */
export const practiceRtable = [inside, outside]
  .map(({ host, name }) => `${host} ${host} 255.255.255.255 ${name}\n`)
  .join('');

/**
 * A blink and a tenth of a second in turns, from one look to the next: no line is held back, and neighbours are forgotten
 * and asked for again. Never a whole number, as on a real clock: what is only ever whole is compiled in another way.
 */
export function practiceClock(): () => number {
  let nowMs = 0.5;
  let isBlink = false;
  return () => {
    isBlink = !isBlink;
    nowMs += isBlink ? 0.375 : 100.125;
    return nowMs;
  };
}

/** What is printed is put together and thrown away, in two ways: the way of a single printer is compiled for that one. */
const discard = (line: Line): void => {
  if (typeof line === 'function') line();
};
const discardToo = (line: Line): void => {
  if (typeof line !== 'string') line();
};
let made = 0;

/** A router that nobody hears. */
export function practiceRouter(nowMs: number): RouterProgram {
  made += 1;
  return new RouterProgram({
    identity: { vhost: 'practice', topology: 0, user: '', template: undefined, authKey: new Uint8Array() },
    routes: parseRtable(practiceRtable, 'practice'),
    wrong: new Set(),
    quiet: false,
    print: made % 2 === 0 ? discard : discardToo,
    nowMs,
  });
}

/**
 * A few hundred packets at once (RT48), some milliseconds, before a router that counts is made: its objects are laid out
 * as they stay. Compiled code does not know an object of an earlier layout, and is thrown away when it meets one. How
 * many were routed.
 */
export function practiseFirst(): number {
  let routed = 0;
  const nowMs = practiceClock();
  const router = practiceRouter(nowMs());
  const traffic = new PracticeTraffic();
  router.receive(hardware(), nowMs());
  for (let i = 0; i < firstPackets; i++) {
    let arrival: Arrival | undefined = traffic.next();
    while (arrival !== undefined) {
      router.receive(packet(arrival), nowMs());
      const sent = router.takeOutput();
      if (sent !== undefined) routed += 1;
      arrival = sent && answerTo(frameOf(sent));
    }
  }
  return routed;
}

/**
 * Packets through a router of its own, over loopback, until the time is up or it is aborted (RT48). What runs now and
 * then is never compiled by the engine: without this a student's first pings would take half as long again. Two at once:
 * the way of a single connection would be compiled for that one alone. Resolves with how many were routed.
 */
export async function practise(budgetMs: number, signal?: AbortSignal): Promise<number> {
  let routed = 0;
  const server = createServer((socket) => {
    playServer(socket, () => {
      routed += 1;
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clients = [connectRouter(port), connectRouter(port)];
  try {
    await pause(budgetMs, undefined, { signal });
  } finally {
    for (const client of clients) client.end('');
    server.close();
  }
  return routed;
}

function connectRouter(port: number): ServerConnection {
  return new ServerConnection({
    host: '127.0.0.1',
    port,
    nowMs: practiceClock(),
    connected: practiceRouter,
    ready: () => undefined,
  });
}

/** Answers every frame with the next one. */
function playServer(socket: Socket, routed: () => void): void {
  const input = new ReceiveBuffer(maxVnsLength);
  const traffic = new PracticeTraffic();
  const send = (arrival: Arrival): void => void socket.write(packet(arrival));
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.write(hardware());
  send(traffic.next());
  socket.on('data', (chunk) => {
    input.push(chunk);
    while (input.next(vnsLength)) {
      const message = decodeVns(input.bytes, input.start, input.end);
      if (message.kind !== 'packet') continue;
      routed();
      send(answerTo(message.frame) ?? traffic.next());
    }
  });
}

const packet = ({ side, frame }: Arrival): Uint8Array => encodeVns({ kind: 'packet', interfaceName: side.name, frame });

function frameOf(message: Uint8Array): Uint8Array {
  const decoded = decodeVns(message, 0, message.length);
  return decoded.kind === 'packet' ? decoded.frame : new Uint8Array();
}

function hardware(): Uint8Array {
  const entries = [inside, outside].flatMap(({ name, mac, address }) => [
    { kind: 'name' as const, value: name },
    { kind: 'speed' as const, value: 0 },
    { kind: 'mac' as const, value: mac },
    { kind: 'address' as const, value: address },
    { kind: 'subnet' as const, value: '255.255.255.0' },
    { kind: 'mask' as const, value: '255.255.255.0' },
  ]);
  return encodeVns({ kind: 'hardwareInfo', entries });
}

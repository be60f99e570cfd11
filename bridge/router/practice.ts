import { createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ReceiveBuffer } from '../codec/receive-buffer.ts';
import { decodeVns, encodeVns, maxVnsLength, vnsLength } from '../protocols/vns/message.ts';
import { type Arrival, answerTo, arpReply, inside, outside, PracticeTraffic } from './practice-traffic.ts';
import { RouterProgram } from './program.ts';
import { parseRtable } from './rtable.ts';
import { ServerConnection } from './server-connection.ts';

/** A tenth of a second a packet: no line is held back. */
const stepMs = 100;
/** Neighbours are heard again before they are forgotten (15 s). */
const packetsANeighbour = 100;

/** Ways to the hosts on both sides. */
export const practiceRtable = [inside, outside]
  .map(({ host, name }) => `${host} ${host} 255.255.255.255 ${name}\n`)
  .join('');

/** A router that nobody hears. */
export function practiceRouter(nowMs: number): RouterProgram {
  return new RouterProgram({
    identity: { vhost: 'practice', topology: 0, user: '', template: undefined, authKey: new Uint8Array() },
    routes: parseRtable(practiceRtable, 'practice'),
    wrong: new Set(),
    quiet: false,
    print: (line) => {
      if (typeof line !== 'string') line();
    },
    nowMs,
  });
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
  let nowMs = 0;
  return new ServerConnection({
    host: '127.0.0.1',
    port,
    nowMs: () => {
      nowMs += stepMs;
      return nowMs;
    },
    connected: practiceRouter,
    ready: () => undefined,
  });
}

/** Answers every frame with the next one, and now and then tells again who the neighbours are. */
function playServer(socket: Socket, routed: () => void): void {
  const input = new ReceiveBuffer(maxVnsLength);
  const traffic = new PracticeTraffic();
  let count = 0;
  const send = ({ side, frame }: Arrival): void =>
    void socket.write(encodeVns({ kind: 'packet', interfaceName: side.name, frame }));
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
      count += 1;
      if (count % packetsANeighbour === 0) for (const side of [inside, outside]) send(arpReply(side));
      send(answerTo(message.frame) ?? traffic.next());
    }
  });
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

import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BridgeConfig, ListenAddress } from './api.ts';
import { ReceiveBuffer } from './codec/receive-buffer.ts';
import { createBridge } from './create-bridge.ts';
import type { BridgeHandle } from './handle.ts';
import { messageLength } from './protocols/openflow/v10/header.ts';
import { decodeMessage, encodeMessage, type Message } from './protocols/openflow/v10/message.ts';
import { practiceClock, practiceRouter, practiceRtable } from './router/practice.ts';
import { type Arrival, answerTo, inside, outside, PracticeTraffic } from './router/practice-traffic.ts';

const loopback: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 };
const insidePort = 1;
const outsidePort = 2;
const config = (openflow: ListenAddress): BridgeConfig => ({
  app: {
    kind: 'vns-router',
    authKey: undefined,
    routers: [
      {
        name: 'practice',
        vhost: 'practice',
        dpid: undefined,
        interfaces: [
          { name: inside.name, port: insidePort, address: inside.address, mask: '255.255.255.0' },
          { name: outside.name, port: outsidePort, address: outside.address, mask: '255.255.255.0' },
        ],
        rtable: practiceRtable,
      },
    ],
  },
  openflow: [openflow],
  vns: [loopback],
  switches: [],
  trace: { records: 1024, frameBytes: 128 * 1024, snapLength: 2048 },
});

/**
 * Sends packets through two bridges of its own, each with a switch and a router played over loopback, for `budgetMs` at
 * most (BR39): the engine has compiled a packet's way before the first real one comes. Two at once, and over both kinds
 * of socket: the way of a single bridge would be compiled for that bridge alone. Resolves with how many packets crossed.
 */
export async function practise(budgetMs: number): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'patchbay-practice-'));
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${basename(dir)}` : join(dir, 'of.sock');
  try {
    await using first = await createBridge(config(loopback));
    await using second = await createBridge(config({ kind: 'unix', path }));
    await play([first, second], budgetMs);
    return first.state.counters.packetsOut + second.state.counters.packetsOut;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function play(bridges: readonly BridgeHandle[], budgetMs: number): Promise<void> {
  const sockets = bridges.flatMap((bridge) => [playSwitch(bridge), playRouter(bridge)]);
  try {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, budgetMs);
      for (const socket of sockets) socket.on('error', () => resolve());
    });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function connectTo([address]: readonly ListenAddress[]): Socket {
  if (address === undefined) throw new Error('a practice bridge that does not listen');
  return connect(address.kind === 'unix' ? { path: address.path } : { ...address, noDelay: true });
}

/** Answers the handshake, and every packet that comes out with the next one that goes in. */
function playSwitch(bridge: BridgeHandle): Socket {
  const socket = connectTo(bridge.state.listening.openflow);
  const input = new ReceiveBuffer(65_535);
  const say = (message: Message): void => void socket.write(encodeMessage(message));
  const traffic = new PracticeTraffic();
  const packetIn = ({ side, frame: data }: Arrival): void => {
    const inPort = side === inside ? insidePort : outsidePort;
    say({ kind: 'packetIn', xid: 0, bufferId: 0xffff_ffff, totalLength: data.length, inPort, reason: 'noMatch', data });
  };
  bridge.onEvent(({ kind }) => {
    if (kind === 'router:ready') packetIn(traffic.next());
  });
  say({ kind: 'hello', xid: 1, version: 1, elements: new Uint8Array(0) });
  return socket.on('data', (chunk) => {
    input.push(chunk);
    while (input.next(messageLength)) {
      const message = decodeMessage(input.bytes.slice(input.start, input.end));
      const { xid } = message;
      if (message.kind === 'featuresRequest') {
        const ports = [port(insidePort, inside.mac), port(outsidePort, outside.mac)];
        say({ kind: 'featuresReply', xid, datapathId: 1n, buffers: 0, tables: 1, capabilities: [], actions: 1, ports });
      } else if (message.kind === 'barrierRequest') say({ kind: 'barrierReply', xid });
      else if (message.kind === 'packetOut') packetIn(answerTo(message.data) ?? traffic.next());
    }
  });
}

const port = (number: number, mac: string) => ({
  number,
  name: `practice-eth${number}`,
  mac,
  config: [],
  state: [],
  current: [],
  advertised: [],
  supported: [],
  peer: [],
});

function playRouter(bridge: BridgeHandle): Socket {
  const socket = connectTo(bridge.state.listening.vns);
  const nowMs = practiceClock();
  const router = practiceRouter(nowMs());
  const step = (work: () => void): void => {
    work();
    const bytes = router.takeOutput();
    if (bytes !== undefined) socket.write(bytes);
  };
  // A server that asks for no key waits for the OPEN: the client says it after a second of its own clock.
  socket.on('connect', () => step(() => router.tick(nowMs() + 2000)));
  return socket.on('data', (chunk) => step(() => router.receive(chunk, nowMs())));
}

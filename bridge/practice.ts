import { connect, type Socket } from 'node:net';
import type { BridgeConfig, ListenAddress } from './api.ts';
import { ReceiveBuffer } from './codec/receive-buffer.ts';
import { createBridge } from './create-bridge.ts';
import type { BridgeHandle } from './handle.ts';
import { messageLength } from './protocols/openflow/v10/header.ts';
import { decodeMessage, encodeMessage, type Message } from './protocols/openflow/v10/message.ts';
import { arpReply, echoRequest, inside, outside, practiceRouter } from './router/practice.ts';

const loopback: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 };
const insidePort = 1;
const outsidePort = 2;
const config: BridgeConfig = {
  app: {
    kind: 'vns-router',
    authKey: undefined,
    routers: [
      {
        name: 'practice',
        vhost: 'practice',
        dpid: undefined,
        interfaces: [
          { name: inside.name, port: insidePort, address: inside.text, mask: '255.255.255.0' },
          { name: outside.name, port: outsidePort, address: outside.text, mask: '255.255.255.0' },
        ],
        rtable: '',
      },
    ],
  },
  openflow: [loopback],
  vns: [loopback],
  switches: [],
  trace: { records: 1024, frameBytes: 128 * 1024, snapLength: 2048 },
};

/**
 * Sends packets through a bridge of its own, with a switch and a router played over loopback, for `budgetMs` at most
 * (BR39): the engine has compiled a packet's way before the first real one comes. Resolves with how many crossed it.
 */
export async function practise(budgetMs: number): Promise<number> {
  await using bridge = await createBridge(config);
  const sockets: Socket[] = [];
  try {
    await Promise.race([
      new Promise<void>((resolve) => setTimeout(resolve, budgetMs)),
      new Promise<void>((resolve) => {
        for (const play of [playSwitch, playRouter]) {
          const socket = play(bridge);
          socket.on('error', () => resolve());
          sockets.push(socket);
        }
      }),
    ]);
    return bridge.state.counters.packetsOut;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

const portOf = (addresses: readonly ListenAddress[]): number => {
  const [address] = addresses;
  return address?.kind === 'tcp' ? address.port : 0;
};

/** Answers the handshake, and every packet that comes out with the next one that goes in. */
function playSwitch(bridge: BridgeHandle): Socket {
  const socket = connect({ port: portOf(bridge.state.listening.openflow), host: '127.0.0.1', noDelay: true });
  const input = new ReceiveBuffer(65_535);
  const say = (message: Message): void => void socket.write(encodeMessage(message));
  const packetIn = (inPort: number, data: Uint8Array): void =>
    say({ kind: 'packetIn', xid: 0, bufferId: 0xffff_ffff, totalLength: data.length, inPort, reason: 'noMatch', data });
  const request = echoRequest();
  bridge.onEvent(({ kind }) => {
    if (kind === 'router:ready') packetIn(insidePort, request);
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
      else if (message.kind === 'packetOut') {
        const isArp = message.data[12] === 8 && message.data[13] === 6;
        if (isArp) packetIn(outsidePort, arpReply());
        else packetIn(insidePort, request);
      }
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
  const socket = connect({ port: portOf(bridge.state.listening.vns), host: '127.0.0.1', noDelay: true });
  const router = practiceRouter(performance.now());
  const step = (work: () => void): void => {
    work();
    const bytes = router.takeOutput();
    if (bytes !== undefined) socket.write(bytes);
  };
  // A server that asks for no key waits for the OPEN: the client says it after a second of its own clock.
  socket.on('connect', () => step(() => router.tick(performance.now() + 2000)));
  return socket.on('data', (chunk) => step(() => router.receive(chunk, performance.now())));
}

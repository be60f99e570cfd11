import { clientAddress, type Packet, type Path, serverAddress } from './path.ts';
import { readAll } from './streams.ts';

/** A frame as a capture at one end of a path has it. */
export interface SeenFrame {
  readonly frame: Uint8Array;
  readonly atUs: number;
}

/** Captures at both ends of a path from now on: what each end sends, and what arrives there. */
export function framesSeenAt(path: Path): Readonly<Record<'client' | 'server', SeenFrame[]>> {
  const seen: Record<'client' | 'server', SeenFrame[]> = { client: [], server: [] };
  const note = (end: 'client' | 'server', packet: Packet): void => {
    seen[end].push({ frame: frameOf(packet), atUs: path.scheduler.nowUs() });
  };
  path.passes = (packet) => {
    note(packet.source === clientAddress ? 'client' : 'server', packet);
    return true;
  };
  for (const end of ['client', 'server'] as const) {
    const module = path[end];
    const receive = module.receive.bind(module);
    module.receive = (packet) => {
      note(end, { source: packet.source, destination: packet.destination, payload: Uint8Array.from(packet.payload) });
      receive(packet);
    };
  }
  return seen;
}

/** The client asks `question` of port 80 of the server, which answers; both close. */
export async function serveOnce(path: Path, question: Uint8Array, answer: Uint8Array): Promise<void> {
  const listener = path.server.listen({ port: 80 });
  const served = (async () => {
    const socket = await listener.accept();
    if (socket === undefined) throw new Error('the listener was closed');
    await readAll(socket);
    await socket.write(answer);
    socket.close();
  })();
  const asked = (async () => {
    const socket = await path.client.connect({ address: serverAddress, port: 80 });
    await socket.write(question);
    socket.end();
    await readAll(socket);
    socket.close();
  })();
  await path.scheduler.settle(Promise.all([served, asked]));
  listener.close();
  path.scheduler.advance(2_000_000);
}

/** The packet in an Ethernet frame and an IPv4 header. */
function frameOf({ source, destination, payload }: Packet): Uint8Array {
  const frame = new Uint8Array(34 + payload.length);
  const view = new DataView(frame.buffer);
  frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45]);
  view.setUint16(16, 20 + payload.length);
  frame[22] = 64;
  frame[23] = 6;
  view.setUint32(26, source);
  view.setUint32(30, destination);
  frame.set(payload, 34);
  return frame;
}

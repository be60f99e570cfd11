import { seededRandom } from '../../../determinism/random.ts';
import type { Tcp, TcpSocket } from '../../host/api.ts';
import { type Path, serverAddress } from './path.ts';

/** Bytes that repeat nowhere near, so that a piece at the wrong place is found. */
export function noise(length: number, seed = 7): Uint8Array {
  const random = seededRandom(seed);
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = random.nextU32();
  return new Uint8Array(words.buffer, 0, length);
}

/** Everything up to the end of the stream. */
export async function readAll(socket: TcpSocket): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let piece = await socket.read(); piece !== undefined; piece = await socket.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A connection from the client to port 80 of the server, both ends of it. */
export async function connected(
  path: Path,
  options?: Parameters<Tcp['connect']>[1],
): Promise<{ client: TcpSocket; server: TcpSocket }> {
  const listener = path.server.listen({ port: 80 });
  const both = Promise.all([path.client.connect(serverEnd, options), listener.accept()]);
  const [client, server] = await path.scheduler.settle(both);
  if (server === undefined) throw new Error('the listener was closed');
  return { client, server };
}

export const serverEnd = { address: serverAddress, port: 80 };

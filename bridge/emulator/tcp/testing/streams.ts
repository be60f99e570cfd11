import type { TcpSocket } from '../../host/api.ts';
import { seededRandom } from '../../random.ts';

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

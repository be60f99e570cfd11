import type { Random } from '../../determinism/random.ts';
import type { Endpoint } from '../host/api.ts';

/**
 * Initial sequence numbers (RFC 6528): a clock of 4 µs, so that the same pair of endpoints begins each time further on, and a
 * keyed hash of the pair, so that nobody else can tell.
 */
export function initialSequences(random: Random): (nowUs: number, local: Endpoint, remote: Endpoint) => number {
  const keys = [random.nextU32(), random.nextU32()] as const;
  return (nowUs, local, remote) => {
    let hash = keys[0];
    for (const word of [local.address, remote.address, local.port * 0x1_0000 + remote.port, keys[1]]) {
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return (hash + Math.floor(nowUs / 4)) >>> 0;
  };
}

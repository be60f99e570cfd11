import { internetChecksum } from '../../bridge/packet/checksum.ts';
import { RouterCauses } from '../../bridge/trace/causality/router-causes.ts';
import { type Figure, figure } from '../figure.ts';

const packets = 200_000;
const different = 4096;
const sizes = [60, 1400] as const;
const goalUs = 1;

/** What the bridge spends on finding the cause of a forwarded packet: hearing it and explaining what came of it, µs. */
export function measureCausality(runs: number): Figure[] {
  return sizes.map((size) => {
    const given = Array.from({ length: different }, (_, id) => datagram(id, 64, size));
    const sent = Array.from({ length: different }, (_, id) => datagram(id, 63, size));
    forward(given, sent);
    const us = Array.from({ length: runs }, () => forward(given, sent));
    return figure(`cause-of-${size}-byte-packet`, 'us', us, { goal: { atMost: goalUs } });
  });
}

function forward(given: readonly Uint8Array[], sent: readonly Uint8Array[]): number {
  const causes = new RouterCauses({ addresses: [1, 2, 3], nextHop: (destination) => destination });
  const started = performance.now();
  for (let seq = 1; seq <= packets; seq++) {
    const frame = given[seq % different];
    const output = sent[seq % different];
    if (frame === undefined || output === undefined) continue;
    causes.heard(seq, seq * 100, 1, frame, 0, frame.length);
    causes.explain(seq * 100 + 50, 2, output, 0, output.length);
    if (causes.parents[0] !== seq) throw new Error(`the cause of packet ${seq} was not found`);
  }
  return ((performance.now() - started) * 1000) / packets;
}

/** UDP from 10.0.1.100 to 192.168.2.2, its data different in each. */
function datagram(id: number, ttl: number, size: number): Uint8Array {
  const frame = new Uint8Array(size);
  frame.set([
    2,
    0,
    0,
    0,
    0,
    1,
    2,
    0,
    0,
    0,
    0,
    2,
    8,
    0,
    0x45,
    0,
    (size - 14) >> 8,
    (size - 14) & 255,
    id >> 8,
    id & 255,
  ]);
  frame.set(
    [0, 0, ttl, 17, 0, 0, 10, 0, 1, 100, 192, 168, 2, 2, 15, 160, 0, 9, (size - 34) >> 8, (size - 34) & 255],
    20,
  );
  for (let i = 42; i < size; i++) frame[i] = (i * 7 + id * 31 + (id >> 8)) & 255;
  const checksum = internetChecksum(frame, 14, 34);
  frame.set([checksum >> 8, checksum & 255], 24);
  return frame;
}

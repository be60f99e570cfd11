import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newKey, readKey } from '../../emulator/switch/flow-key.ts';
import { matches } from '../../emulator/switch/flow-match.ts';
import { toFlowMatch } from '../../emulator/switch/v10/match.ts';
import { type MatchFields, matchOf } from '../../protocols/openflow/v10/match.ts';
import { hex } from '../../testing/hex.ts';
import { readFilter } from '../filter/filter.ts';
import { newFilterRecord, noContext } from '../filter/record.ts';
import { points } from '../trace-batch.ts';
import { displayFilter } from './display-filter.ts';

const ethernet = '02 00 00 00 00 0b 02 00 00 00 00 0a';
const ip = (protocol: string, payload: string) =>
  `${ethernet} 08 00 45 b8 00 28 8c 41 40 00 3f ${protocol} 00 00 0a 00 01 64 c0 a8 02 02 ${payload}`;
const frames = {
  icmp: hex(ip('01', `08 00 00 00 1f 3c 00 02 ${'00 '.repeat(12)}`)),
  tcp: hex(ip('06', '04 d2 00 50 00 00 00 01 00 00 00 00 50 02 20 00 00 00 00 00')),
  udp: hex(ip('11', `04 d2 00 50 00 14 00 00 ${'00 '.repeat(12)}`)),
  arp: hex(`${ethernet} 08 06 00 01 08 00 06 04 00 01 02 00 00 00 00 0a 0a 00 01 64 00 00 00 00 00 00 c0 a8 02 02`),
  tagged: hex(`${ethernet} 81 00 60 05 88 cc 02 07 04 00 00 00 00 00 00 00 00`),
};

/** Fields that one of the frames has, right or wrong. */
const fieldsFor = (dlType: number, nwProto: number | undefined): fc.Arbitrary<MatchFields> => {
  const some = <T>(...values: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
  const isIp = dlType === 0x0800;
  return fc
    .record({
      inPort: some(3, 4),
      dlSrc: some('02:00:00:00:00:0a', '02:00:00:00:00:0c'),
      dlDst: some('02:00:00:00:00:0b'),
      dlVlan: some(0xffff, 5, 6),
      dlType: fc.constant(dlType),
      nwTos: isIp ? some(0xb8, 0) : fc.constant(undefined),
      nwProto: fc.constant(nwProto),
      nwSrc: nwProto === undefined ? fc.constant(undefined) : some('10.0.1.100', '10.0.0.0/16', '10.1.0.0/16'),
      nwDst: nwProto === undefined ? fc.constant(undefined) : some('192.168.2.2', '192.168.2.0/24', '10.0.0.1'),
      tpSrc: isIp ? some(8, nwProto === 1 ? 9 : 1234) : fc.constant(undefined),
      tpDst: isIp ? some(0, 80) : fc.constant(undefined),
    })
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
};

test('[WB170] the filter for an entry shows the frames that its match asks for', () => {
  const fields = fc.constantFrom([0x0800, 1], [0x0800, 6], [0x0800, 17], [0x0806, 1], [0x88cc, undefined]);
  let passed = 0;
  fc.assert(
    fc.property(
      fields.chain(([type = 0, protocol]) => fieldsFor(type, protocol)),
      fc.constantFrom(...Object.values(frames)),
      (match, bytes) => {
        const key = newKey();
        readKey(bytes, 3, key);
        const read = readFilter(displayFilter(match, 'sw0'));
        if (!read.ok) throw new Error(`${displayFilter(match, 'sw0')}: ${read.fault.message}`);
        const record = { ...newFilterRecord(), seq: 1, length: bytes.length, bytes, end: bytes.length, port: 3 };
        const over = read.filter.over({ ...noContext, nodeName: () => 'sw0' });
        const shows = over({ ...record, point: points.indexOf('packet_in') });
        expect(shows).toBe(matches(toFlowMatch(matchOf(match)), key));
        expect(over({ ...record, point: points.indexOf('packet_out') })).toBe(false);
        passed += shows ? 1 : 0;
      },
    ),
    { numRuns: 2000 },
  );
  expect(passed).toBeGreaterThan(20);
});

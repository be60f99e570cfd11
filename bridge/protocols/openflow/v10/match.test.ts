import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../../../codec/codec.ts';
import { readHex } from '../../../testing/hex.ts';
import { arbitraryMatchFields } from '../../../testing/openflow-messages.ts';
import { Match, matchFields, matchOf } from './match.ts';
import { decodeMessage } from './message.ts';

test('[OF5] any fields come back as they were given', () => {
  fc.assert(
    fc.property(arbitraryMatchFields, (fields) => {
      expect(matchFields(decode(Match, encode(Match, matchOf(fields))))).toEqual(fields);
    }),
  );
});

test('[OF5] a match of ovs-ofctl is read as it was typed', () => {
  const message = decodeMessage(readHex(new URL('fixtures/flow-mod-add.hex', import.meta.url)).bytes);
  if (message.kind !== 'flowMod') throw new Error(message.kind);
  expect(matchFields(message.match)).toEqual({
    inPort: 1,
    dlSrc: '02:00:00:00:00:01',
    dlDst: '02:00:00:00:00:02',
    dlVlan: 5,
    dlVlanPcp: 3,
    dlType: 0x800,
    nwTos: 0x10,
    nwProto: 6,
    nwSrc: '10.0.1.0/24',
    nwDst: '192.168.2.2',
    tpSrc: 1234,
    tpDst: 80,
  });
});

test('[OF5] counts of ignored bits above 32 mean any address too', () => {
  const { wildcards, ...rest } = matchOf({ dlType: 0x800 });
  expect(matchFields({ ...rest, wildcards: { ...wildcards, nwSrc: 63, nwDst: 33 } })).toEqual({ dlType: 0x800 });
});

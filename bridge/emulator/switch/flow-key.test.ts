import { expect, test } from 'vitest';
import { datagram, echo, ethernet } from '../../router/testing/frames.ts';
import { hex } from '../../testing/hex.ts';
import { alice, bob, udp, withVlan } from './differential/frames.ts';
import { newKey, readKey, word } from './flow-key.ts';

interface Fields {
  readonly type: string;
  readonly tci: string;
  readonly tos: number;
  readonly protocol: number;
  readonly nwSrc: string;
  readonly nwDst: string;
  readonly tp: readonly [number, number];
  readonly isFragment: boolean;
}
const address = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

function fieldsOf(frame: Uint8Array): Fields {
  // What a frame before it left there must not show.
  const key = newKey().fill(-1);
  const isFragment = readKey(frame, 7, key);
  const [inPortType = 0, vlan = 0, , , , nwSrc = 0, nwDst = 0, tp = 0] = key;
  expect(inPortType >>> 16).toBe(7);
  return {
    type: (inPortType & 0xffff).toString(16),
    tci: (vlan >>> 16).toString(16),
    tos: (vlan >>> 8) & 0xff,
    protocol: vlan & 0xff,
    nwSrc: address(nwSrc),
    nwDst: address(nwDst),
    tp: [tp >>> 16, tp & 0xffff],
    isFragment,
  };
}
const nothing: Fields = {
  type: '0',
  tci: '0',
  tos: 0,
  protocol: 0,
  nwSrc: '0.0.0.0',
  nwDst: '0.0.0.0',
  tp: [0, 0],
  isFragment: false,
};
const plain = udp({ tos: 0xb9 });
const udpFields = { ...nothing, type: '800', tos: 0xb8, protocol: 17, nwSrc: alice.address, nwDst: bob.address };

test('[ES12] UDP: addresses, DSCP without ECN, ports', () => {
  expect(fieldsOf(plain)).toEqual({ ...udpFields, tp: [1000, 2000] });
});

test('[ES12] hardware addresses', () => {
  const key = newKey();
  readKey(plain, 1, key);
  expect([key[word.dlDst], key[word.dlDstSrc], key[word.dlSrc]]).toEqual([0x0200_0000, 0x0002_0200, 1]);
});

test('[ES12] a tag is VLAN and priority, and what is behind it is read all the same', () => {
  expect(fieldsOf(withVlan(plain, 0x64, 5))).toEqual({ ...udpFields, tci: 'b064', tp: [1000, 2000] });
});

test('[ES12] of two tags the outer one counts, and the inner one is the type', () => {
  expect(fieldsOf(withVlan(withVlan(plain, 5), 6))).toEqual({ ...nothing, type: '8100', tci: '1006' });
});

test('[ES12] ICMP: type and code stand for the ports', () => {
  const frame = datagram({ from: alice, via: bob.mac, to: bob.address, protocol: 1, payload: echo(1) });
  expect(fieldsOf(frame)).toMatchObject({ protocol: 1, tp: [8, 0] });
});

test('[ES12] ARP: opcode and protocol addresses', () => {
  const arp = hex('ffffffffffff 020000000001 0806 0001 0800 06 04 0002 020000000001 0a000001 000000000000 0a000002');
  expect(fieldsOf(arp)).toEqual({ ...nothing, type: '806', protocol: 2, nwSrc: '10.0.0.1', nwDst: '10.0.0.2' });
  expect(fieldsOf(arp.subarray(0, 41))).toEqual({ ...nothing, type: '806' });
});

test.each([
  ['the first', 0x2000],
  ['a later', 0x0005],
])('[ES12] %s fragment has no ports', (_which, fragment) => {
  expect(fieldsOf(udp({ fragment }))).toEqual({ ...udpFields, tos: 0, isFragment: true });
});

test('[ES12] "do not fragment" makes no fragment', () => {
  expect(fieldsOf(udp({ fragment: 0x4000 }))).toMatchObject({ tp: [1000, 2000], isFragment: false });
});

test('[ES12] IP options move the ports', () => {
  expect(fieldsOf(udp({ options: [1, 1, 1, 1] }))).toMatchObject({ tp: [1000, 2000] });
});

test('[ES12] SNAP has the type inside, 802.2 without it is 0x05ff', () => {
  const snap = ethernet(alice.mac, bob.mac, 20, hex('aaaa03 000000 1234 00000000'));
  expect(fieldsOf(snap)).toEqual({ ...nothing, type: '1234' });
  const spanningTree = ethernet(alice.mac, bob.mac, 38, hex('424203 0000 00 00 0000'));
  expect(fieldsOf(spanningTree)).toEqual({ ...nothing, type: '5ff' });
});

test('[ES12] IPv6: traffic class, protocol behind extension headers, ports', () => {
  const header = '6b800000 0018 00 40 fe800000000000000000000000000001 fe800000000000000000000000000002';
  const frame = ethernet(
    alice.mac,
    bob.mac,
    0x86dd,
    hex(`${header} 1100000000000000 03e807d000100000 0000000000000000`),
  );
  expect(fieldsOf(frame)).toEqual({ ...nothing, type: '86dd', tos: 0xb8, protocol: 17, tp: [1000, 2000] });
});

test('[ES12] a fragment of IPv6 has no ports', () => {
  const header = '60000000 0010 2c 40 fe800000000000000000000000000001 fe800000000000000000000000000002';
  const frame = ethernet(alice.mac, bob.mac, 0x86dd, hex(`${header} 1100000100000001 03e807d000100000`));
  expect(fieldsOf(frame)).toEqual({ ...nothing, type: '86dd', protocol: 17, isFragment: true });
});

test.each([
  ['a frame shorter than an Ethernet header', plain.subarray(0, 13), nothing],
  ['an IPv4 header that is cut short', plain.subarray(0, 30), { ...nothing, type: '800' }],
  ['an IPv4 length beyond the frame', plain.subarray(0, 50), { ...nothing, type: '800' }],
])('[ES12] %s has no fields beyond', (_what, frame, fields) => {
  expect(fieldsOf(frame)).toEqual(fields);
});

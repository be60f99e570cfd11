import { expect, test } from 'vitest';
import { buildFrame, type FrameSpec, type Ipv4Spec } from './build.ts';
import { dissect, fieldValues } from './dissect.ts';

const eth = { dst: '02:00:00:00:00:02', src: '02:00:00:00:00:01' };
const ipv4: Ipv4Spec = {
  kind: 'ipv4',
  src: '10.0.1.100',
  dst: '192.168.2.2',
  ttl: 64,
  id: 7,
  dontFragment: true,
  transport: { kind: 'icmp', type: 8, code: 0, ident: 0x1f3c, seq: 2 },
  payload: new Uint8Array(56).map((_, i) => i),
};
const shown = (spec: FrameSpec) => {
  const frame = buildFrame(spec);
  return { frame, info: dissect(frame).summary.info, values: fieldValues(dissect(frame).layers) };
};

test('[WB74] an echo request, with a VLAN tag', () => {
  const { frame, info, values } = shown({ eth, vlan: { id: 42, priority: 3 }, layer: ipv4 });
  expect(info).toBe('Echo request seq=2 ttl=64 id=0x1f3c');
  expect(frame).toHaveLength(18 + 20 + 8 + 56);
  expect([values.get('vlan.id'), values.get('vlan.priority'), values.get('ip.len')]).toEqual([[42], [3], [84]]);
  expect([values.get('ip.checksum.status'), values.get('icmp.checksum.status')]).toEqual([[1], [1]]);
});

test('[WB74] an ARP request fills the shortest frame', () => {
  const { frame, info } = shown({
    eth: { ...eth, dst: 'ff:ff:ff:ff:ff:ff' },
    layer: {
      kind: 'arp',
      operation: 'request',
      senderMac: eth.src,
      senderIp: '10.0.1.100',
      targetMac: '00:00:00:00:00:00',
      targetIp: '10.0.1.1',
    },
  });
  expect(info).toBe('Who has 10.0.1.1? Tell 10.0.1.100');
  expect(frame).toHaveLength(60);
  expect([...frame.subarray(42)].every((byte) => byte === 0)).toBe(true);
});

test('[WB74] TCP and UDP, of even and odd length, have right checksums and lengths', () => {
  for (const length of [0, 1, 2, 1471]) {
    const payload = new Uint8Array(length).fill(0xa5);
    const udp = shown({ eth, layer: { ...ipv4, payload, transport: { kind: 'udp', srcPort: 5000, dstPort: 5001 } } });
    expect([udp.values.get('udp.checksum.status'), udp.values.get('udp.length')]).toEqual([[1], [8 + length]]);
    const transport = {
      kind: 'tcp',
      ...{ srcPort: 80, dstPort: 40_000, seq: 0xffff_fffe, ack: 1, window: 512 },
      flags: ['syn', 'ack'],
    } as const;
    const tcp = shown({ eth, layer: { ...ipv4, payload, transport } });
    expect(tcp.values.get('tcp.checksum.status')).toEqual([1]);
    expect(tcp.info).toContain('[SYN, ACK] Seq=4294967294 Ack=1 Win=512');
  }
});

test('[WB74] what is no frame is refused by name', () => {
  const layer = ipv4;
  expect(() => buildFrame({ eth: { ...eth, dst: 'x' }, layer })).toThrow('eth.dst is "x", not a hardware address');
  expect(() => buildFrame({ eth, layer: { ...layer, src: '10.0.0.256' } })).toThrow('ip.src is "10.0.0.256"');
  expect(() => buildFrame({ eth, layer: { ...layer, ttl: 256 } })).toThrow(
    'ip.ttl is 256; it is a number from 0 to 255',
  );
  expect(() => buildFrame({ eth, vlan: { id: 4096, priority: 0 }, layer })).toThrow('vlan.id is 4096');
  expect(() => buildFrame({ eth, layer: { ...layer, payload: new Uint8Array(65_508) } })).toThrow('does not fit');
});

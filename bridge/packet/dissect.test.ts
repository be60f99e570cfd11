import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hex } from '../testing/hex.ts';
import { dissect, type Field, fieldValues, type Layer, summarize } from './dissect.ts';
import { readPcap } from './pcap.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));

const echo = hex(`
  c2 7d 1e 90 4a 31 e6 4b c1 0f 77 a1 08 00                    # Ethernet
  45 00 00 54 8c 41 40 00 3f 01 e1 59 0a 00 01 64 c0 a8 02 02  # IPv4, TTL 63
  08 00 fe a7 1f 3c 00 02                                      # echo request
  2f bf 5e 69 00 00 00 00 8a 1e 03 00 00 00 00 00 10 11 12 13 14 15 16 17 18 19 1a 1b
  1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37
`);
const arpReply = hex(`
  ae 31 5c 0e 72 64 e6 4b c1 0f 77 a3 08 06
  00 01 08 00 06 04 00 02 e6 4b c1 0f 77 99 0a 00 01 01 ae 31 5c 0e 72 64 0a 00 01 64
`);

function all(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => [field, ...all(field.children ?? [])]);
}
const fieldOf = (layers: readonly Layer[], name: string): Field | undefined =>
  all(layers.flatMap((layer) => layer.fields)).find((field) => field.name === name);
/** The frame with some bytes changed. */
const patched = (frame: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array => {
  const bytes = frame.slice();
  for (const [at, byte] of Object.entries(changes)) bytes[Number(at)] = byte;
  return bytes;
};

describe('summaries', () => {
  test.each(captures)('[PK7] %s, line by line', async (capture) => {
    const lines = readPcap(readFileSync(folder + capture)).frames.map(({ frame, length }) => {
      const { layers, summary } = dissect(frame, { length });
      expect(summarize(frame, length)).toEqual(summary);
      const { source, destination, protocol, kind, info } = summary;
      return `${source} → ${destination} | ${protocol} (${kind}) | ${info} | ${layers.map(({ name }) => name).join('/')}`;
    });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`${folder}${capture.replace('.pcap', '.txt')}`);
  });
  test('[PK7] the words of an echo request and of an ARP reply', () => {
    expect(summarize(echo)).toEqual({
      source: '10.0.1.100',
      destination: '192.168.2.2',
      protocol: 'ICMP',
      kind: 'icmp',
      info: 'Echo request seq=2 ttl=63 id=0x1f3c',
    });
    expect(summarize(arpReply)).toEqual({
      source: 'e6:4b:c1:0f:77:a3',
      destination: 'ae:31:5c:0e:72:64',
      protocol: 'ARP',
      kind: 'arp',
      info: '10.0.1.1 is at e6:4b:c1:0f:77:99',
    });
  });
});

describe('tree', () => {
  test('[PK8] an echo request: layers, and each field with its bytes', () => {
    const { layers } = dissect(echo);
    expect(layers.map(({ name, label, summary, start, end }) => [name, label, summary, start, end])).toEqual([
      ['eth', 'Ethernet II', 'e6:4b:c1:0f:77:a1 → c2:7d:1e:90:4a:31', 0, 14],
      ['ip', 'Internet Protocol 4', '10.0.1.100 → 192.168.2.2', 14, 34],
      ['icmp', 'ICMP', 'Echo request', 34, 98],
    ]);
    expect(fieldOf(layers, 'ip.ttl')).toEqual({
      name: 'ip.ttl',
      label: 'Time to live',
      text: '63',
      value: 63,
      start: 22,
      end: 23,
    });
    expect(fieldOf(layers, 'ip.flags')).toMatchObject({ text: '0x2 don’t fragment', value: 2, start: 20, end: 21 });
    expect(fieldOf(layers, 'ip.proto')).toMatchObject({ text: 'ICMP (1)' });
    expect(fieldOf(layers, 'ip.checksum')).toMatchObject({
      text: '0xe159',
      note: { level: 'ok', text: 'correct' },
      start: 24,
      end: 26,
    });
    expect(fieldOf(layers, 'icmp.seq')).toMatchObject({ value: 2, start: 40, end: 42 });
  });
  test('[PK8] the fields of a header touch each other: no byte is left without one', () => {
    const { layers } = dissect(echo);
    const covered = new Set<number>();
    for (const { start, end } of layers.flatMap((layer) => layer.fields)) {
      for (let i = start; i < end; i++) covered.add(i);
    }
    expect(covered.size).toBe(echo.length);
  });
  test('[PK9] a checksum that is wrong says what it should be', () => {
    const { layers } = dissect(patched(echo, { 24: 0x12, 36: 0x34 }));
    expect(fieldOf(layers, 'ip.checksum')?.note).toEqual({ level: 'bad', text: 'should be 0xe159' });
    expect(fieldOf(layers, 'icmp.checksum')?.note).toEqual({ level: 'bad', text: 'should be 0xfea7' });
    expect(fieldValues(layers).get('ip.checksum.status')).toEqual([0]);
  });
  test('[PK9] a snapshot is not accused: what cannot be verified is not, and what is missing is cut off', () => {
    const { layers } = dissect(echo.subarray(0, 60), { length: 98 });
    expect(fieldOf(layers, 'icmp.checksum')?.note).toEqual({
      level: 'info',
      text: 'not verified: not all bytes are here',
    });
    expect(fieldOf(layers, 'ip.len')?.note).toBeUndefined();
    const short = dissect(echo.subarray(0, 20), { length: 98 });
    expect(fieldOf(short.layers, '_ws.short')).toMatchObject({ label: 'Cut off', start: 20, end: 20 });
    expect(short.summary.info).toBe('Cut off: 6 of at least 20 bytes');
  });
  test('[PK3] a malformed layer keeps what was read and ends in a note with the offset', () => {
    const { layers } = dissect(echo.subarray(0, 40));
    expect(layers.map((layer) => layer.name)).toEqual(['eth', 'ip', 'icmp']);
    expect(fieldOf(layers, 'ip.len')?.note).toEqual({ level: 'bad', text: 'only 26 bytes follow' });
    expect(layers[2]?.fields.map((field) => field.name)).toEqual([
      'icmp.type',
      'icmp.code',
      'icmp.checksum',
      'icmp.ident',
      '_ws.short',
    ]);
    const badVersion = dissect(patched(echo, { 14: 0x65 })).layers;
    expect(badVersion.at(-1)?.fields.at(-1)).toMatchObject({
      name: '_ws.malformed',
      note: { level: 'bad', text: 'malformed at byte 14' },
    });
  });
  test('[PK10] an ICMP error shows the datagram that caused it as further layers', () => {
    const [error] = readPcap(readFileSync(`${folder}lab.pcap`)).frames.filter(({ frame }) =>
      summarize(frame).info.startsWith('Destination port unreachable'),
    );
    const { layers } = dissect(error?.frame ?? new Uint8Array());
    expect(layers.map((layer) => layer.name)).toEqual(['eth', 'ip', 'icmp', 'ip', 'udp', 'data']);
    expect(fieldValues(layers).get('ip.src')).toEqual(['192.168.2.2', '10.0.1.100']);
  });
  test('[PK10] a fragment that is not the first has no transport layer', () => {
    const { layers, summary } = dissect(patched(echo, { 20: 0x00, 21: 0xb9 }));
    expect(layers.map((layer) => layer.name)).toEqual(['eth', 'ip', 'data']);
    expect(summary).toMatchObject({ protocol: 'IPv4', kind: 'icmp', info: 'Fragment of ICMP at 1480 id=0x8c41' });
  });
});

describe('names in DNS', () => {
  const query = (name: string): Uint8Array =>
    hex(`
      02 00 00 00 00 02 02 00 00 00 00 01 08 00
      45 00 00 2e 00 01 00 00 40 11 00 00 0a 00 01 64 0a 00 01 01
      9c 41 00 35 00 1a 00 00
      00 01 01 00 00 01 00 00 00 00 00 00 ${name} 00 01
    `);
  test('[PK11] a pointer to itself, forward, or beyond the message is malformed, never a loop', () => {
    for (const name of ['c0 0c 00 01', 'c0 0e 00 01', 'ff ff 00 01', '3f 61 00 01', '80 00 00 01']) {
      const { layers } = dissect(query(name));
      expect(fieldOf(layers, '_ws.malformed')?.note?.level, name).toBe('bad');
      expect(summarize(query(name)).protocol).toBe('DNS');
    }
  });
});

describe('values by name', () => {
  test('[PK12] names stand for either side, layers for themselves, bytes are written with colons', () => {
    const values = fieldValues(dissect(echo).layers);
    expect(values.get('ip.addr')).toEqual(['10.0.1.100', '192.168.2.2']);
    expect(values.get('icmp')).toEqual([true]);
    expect(values.get('ip.flags.df')).toEqual([true]);
    expect(values.get('icmp.data')?.[0]).toMatch(/^2f:bf:5e:69:00/);
    expect(values.has('tcp.port')).toBe(false);
  });
});

describe('messages of controllers and routers', () => {
  const packetIn = (frame: Uint8Array, xid: number): Uint8Array => {
    const head = hex('01 0a 00 00 00 00 00 00 ff ff ff ff 00 00 00 03 00 00');
    new DataView(head.buffer).setUint16(2, head.length + frame.length);
    new DataView(head.buffer).setUint32(4, xid);
    new DataView(head.buffer).setUint16(12, frame.length);
    return Uint8Array.of(...head, ...frame);
  };
  test('[PK13] OpenFlow as it is on the stream: a layer a message, each with its frame', () => {
    const bytes = Uint8Array.of(...packetIn(echo, 7), ...packetIn(arpReply, 8));
    const { layers, summary } = dissect(bytes, { first: 'openflow' });
    expect(layers.map((layer) => layer.name)).toEqual(['openflow', 'eth', 'ip', 'icmp', 'openflow', 'eth', 'arp']);
    expect(summary).toMatchObject({
      protocol: 'OpenFlow',
      kind: 'openflow',
      info: 'PACKET_IN port=3 98 bytes, PACKET_IN port=3 42 bytes',
    });
    expect(fieldValues(layers).get('openflow.xid')).toEqual([7, 8]);
    expect(fieldOf(layers, 'openflow.in_port')).toMatchObject({ value: 3, start: 14, end: 16 });
  });
  test('[PK13] a message that goes on in the next segment says so and is not malformed', () => {
    const { layers } = dissect(packetIn(echo, 7).subarray(0, 14), { first: 'openflow' });
    expect(layers[0]?.summary).toMatch(/goes on in the next segment$/);
    expect(fieldOf(layers, '_ws.malformed')).toBeUndefined();
  });
  test('[PK13] VNS: the interface, and the frame as layers', () => {
    const head = hex('00 00 00 42 00 00 00 04 65 74 68 33 00 00 00 00 00 00 00 00 00 00 00 00');
    const { layers, summary } = dissect(Uint8Array.of(...head, ...arpReply), { first: 'vns' });
    expect(summary).toMatchObject({ protocol: 'VNS', kind: 'tcp', info: 'PACKET eth3 42 bytes' });
    expect(layers.map((layer) => layer.name)).toEqual(['vns', 'eth', 'arp']);
    expect(fieldOf(layers, 'vns.interfaceName')).toMatchObject({ value: 'eth3', start: 8, end: 24 });
  });
});

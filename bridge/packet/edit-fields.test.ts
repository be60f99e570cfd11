import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hex } from '../testing/hex.ts';
import { checksumPlaces, isSurelyRight } from './checksum-places.ts';
import { dissect, type Field, fieldValues } from './dissect.ts';
import { editFields, type FieldEdit } from './edit-fields.ts';
import { readPcap } from './pcap.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
const framesOf = (capture: string) =>
  readPcap(readFileSync(folder + capture)).frames.filter(({ frame, length }) => frame.length === length);

const echo = hex(`
  c2 7d 1e 90 4a 31 e6 4b c1 0f 77 a1 08 00
  45 00 00 54 8c 41 40 00 3f 01 e1 59 0a 00 01 64 c0 a8 02 02
  08 00 fe a7 1f 3c 00 02
  2f bf 5e 69 00 00 00 00 8a 1e 03 00 00 00 00 00 10 11 12 13 14 15 16 17 18 19 1a 1b
  1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37
`);
const valuesOf = (frame: Uint8Array) => fieldValues(dissect(frame).layers);
const edit = (edits: readonly FieldEdit[], checksums: 'recompute' | 'keep' | 'break' = 'recompute') =>
  valuesOf(editFields(echo, edits, checksums));
const all = (fields: readonly Field[]): Field[] => fields.flatMap((field) => [field, ...all(field.children ?? [])]);

describe('checksums', () => {
  test.each(captures)('[WB56] of %s are where and what the dissector says', (capture) => {
    for (const { frame } of framesOf(capture)) {
      const layers = dissect(frame).layers.slice(0, 5);
      const rows = layers.flatMap(({ fields }) => fields).filter(({ name }) => name.endsWith('.checksum'));
      for (const { field, at, expected } of checksumPlaces(frame)) {
        const row = rows.find(({ name, start }) => name === field && start === at);
        expect(row, `${field} at ${at}`).toBeDefined();
        const isRight = new DataView(frame.buffer, frame.byteOffset).getUint16(at) === expected;
        const should = `should be 0x${expected.toString(16).padStart(4, '0')}`;
        expect(row?.note?.level).toBe(isRight ? 'ok' : 'bad');
        expect([isRight ? 'correct' : should, 'missing']).toContain(row?.note?.text);
      }
    }
  });

  test('[WB56] [WB108] what is said without an object is what is said with one, of right sums and of wrong ones', () => {
    const said = { right: 0, open: 0 };
    for (const { frame } of captures.flatMap(framesOf)) {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
      if (frame.length < 34 || view.getUint16(12) !== 0x0800) continue;
      const [start, end] = [14 + (view.getUint8(14) & 15) * 4, 14 + view.getUint16(16)];
      for (const wrong of [0, 1]) {
        const bytes = Uint8Array.from(frame);
        const [place] = checksumPlaces(bytes).filter(({ field }) => /^(icmp|tcp|udp)\./.test(field));
        if (place === undefined) continue;
        new DataView(bytes.buffer).setUint16(place.at, (place.expected + wrong) & 0xffff);
        const isRight = isSurelyRight(bytes, 14, start, end);
        if (wrong === 1) expect(isRight).toBe(false);
        else said[isRight ? 'right' : 'open'] += 1;
      }
    }
    expect(said.right).toBeGreaterThan(20);
    expect(said.open).toBeLessThanOrEqual(1);
  });

  test('[WB56] of a fragment, of an IPv6 packet behind extension headers, of UDP without one', () => {
    const fragment = echo.slice();
    fragment[20] = 0x20;
    expect(checksumPlaces(fragment).map(({ field }) => field)).toEqual(['ip.checksum']);
    const names = captures.flatMap((capture) => framesOf(capture).flatMap(({ frame }) => checksumPlaces(frame)));
    expect([...new Set(names.map(({ field }) => field))].sort()).toEqual([
      'icmp.checksum',
      'icmpv6.checksum',
      'ip.checksum',
      'tcp.checksum',
      'udp.checksum',
    ]);
    expect(checksumPlaces(echo.subarray(0, 40))).toHaveLength(1);
    for (let length = 0; length < echo.length; length++) checksumPlaces(echo.subarray(0, length));
  });
});

describe('editing fields', () => {
  test('[WB56] numbers, addresses, bits and bytes; the checksums are right again', () => {
    const values = edit([
      { field: 'ip.ttl', value: 9 },
      { field: 'ip.id', value: '0xbeef' },
      { field: 'eth.src', value: '02:00:00:00:00:99' },
      { field: 'ip.src', value: '10.9.8.7' },
      { field: 'ip.flags.df', value: false },
      { field: 'ip.dsfield.dscp', value: 46 },
      { field: 'icmp.seq', value: '777' },
      { field: 'ip.frag_offset', value: 0 },
    ]);
    const shown = (name: string) => values.get(name)?.[0];
    expect([shown('ip.ttl'), shown('ip.id'), shown('eth.src'), shown('ip.src')]).toEqual([
      9,
      0xbeef,
      '02:00:00:00:00:99',
      '10.9.8.7',
    ]);
    expect([shown('ip.flags.df'), shown('ip.dsfield.dscp'), shown('ip.dsfield.ecn'), shown('icmp.seq')]).toEqual([
      false,
      46,
      0,
      777,
    ]);
    expect([shown('ip.checksum.status'), shown('icmp.checksum.status')]).toEqual([1, 1]);
    expect(echo[22]).toBe(0x3f);
  });

  test('[WB56] checksums may be kept or broken on purpose, and one that is edited stays as it was given', () => {
    const ttl = { field: 'ip.ttl', value: 1 };
    const statuses = (values: ReturnType<typeof edit>) =>
      ['ip.checksum.status', 'icmp.checksum.status'].map((name) => values.get(name)?.[0]);
    expect(statuses(edit([ttl], 'keep'))).toEqual([0, 1]);
    expect(statuses(edit([ttl], 'break'))).toEqual([0, 0]);
    expect(statuses(edit([ttl, { field: 'icmp.checksum', value: '0x1234' }]))).toEqual([1, 0]);
    expect(edit([{ field: 'icmp.checksum', value: '0x1234' }]).get('icmp.checksum')).toEqual([0x1234]);
  });

  test('[WB56] a field is found by its occurrence: what an ICMP error quotes is the second', () => {
    const error = framesOf('lab.pcap').find(({ frame }) => (valuesOf(frame).get('ip.ttl')?.length ?? 0) === 2);
    if (error === undefined) throw new Error('no ICMP error in lab.pcap');
    const edited = editFields(error.frame, [{ field: 'ip.ttl', value: 77, occurrence: 2 }], 'recompute');
    expect(valuesOf(edited).get('ip.ttl')?.[1]).toBe(77);
    expect(valuesOf(edited).get('ip.ttl')?.[0]).toBe(valuesOf(error.frame).get('ip.ttl')?.[0]);
  });

  test.each(captures)(
    '[WB56] each field of %s can be set to what it is, or says why not, and nothing else changes',
    (capture) => {
      const refused = new Set<string>();
      let set = 0;
      for (const { frame } of framesOf(capture).slice(0, 40)) {
        const seen = new Map<string, number>();
        for (const field of dissect(frame).layers.flatMap((layer) => all(layer.fields))) {
          const occurrence = (seen.get(field.name) ?? 0) + 1;
          seen.set(field.name, occurrence);
          const { value } = field;
          const text =
            value instanceof Uint8Array ? [...value].map((b) => b.toString(16).padStart(2, '0')).join(':') : `${value}`;
          try {
            expect(editFields(frame, [{ field: field.name, value: text, occurrence }], 'keep')).toEqual(frame);
            set += 1;
          } catch (error) {
            if (!(error instanceof Error) || error.name !== 'EditError') throw error;
            refused.add(field.name);
          }
        }
      }
      expect(set).toBeGreaterThan(40);
      // What people want to change in a lab can be changed.
      for (const name of refused)
        expect(name).not.toMatch(
          /^(eth\.(dst|src|type)|arp\.(?!isgrat)|ip\.(?!opt)|icmp\.(?!unused)|udp\.|tcp\.(?!opt|len))/,
        );
    },
  );

  test.each([
    [{ field: 'ip.ttl', value: 256 }, 'ip.ttl cannot be 256: a number of 1 byte, 64 or 0x40'],
    [{ field: 'ip.src', value: '10.0.1' }, 'ip.src cannot be "10.0.1": an IPv4 address, 10.0.1.1'],
    [{ field: 'eth.dst', value: 'nobody' }, 'eth.dst cannot be "nobody": a hardware address, 02:00:00:00:00:01'],
    [{ field: 'tcp.seq', value: 1 }, 'The frame has no field tcp.seq'],
    [{ field: 'ip.ttl', value: 1, occurrence: 2 }, 'The frame has no field ip.ttl number 2'],
    [{ field: 'ip.hdr_len', value: 21 }, 'ip.hdr_len cannot be 21: a number from 0 to 60 in steps of 4'],
    [{ field: 'ip.dsfield.ecn', value: 4 }, 'ip.dsfield.ecn cannot be 4: a number from 0 to 3'],
    [{ field: 'icmp.data', value: '00' }, 'icmp.data cannot be "00": 56 bytes, 0a:1f:…'],
  ])('[WB56] %o is refused with what was expected', (wrong, message) => {
    expect(() => edit([wrong])).toThrow(message);
  });
});

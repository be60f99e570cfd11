import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { hex } from '../testing/hex.ts';
import { formatIpv4, formatMac, ipv4, mac, parseIpv4, parseMac } from './addresses.ts';
import { bits } from './bits.ts';
import { type Codec, decode, dissect, encode, type Infer } from './codec.ts';
import { EncodeError } from './errors.ts';
import { bool, flags, labelled, named, u8, u16, u24, u32, u64 } from './numbers.ts';
import { struct } from './struct.ts';
import { restText, text } from './text.ts';
import { Writer } from './writer.ts';

describe('numbers', () => {
  test.each([
    ['u8', u8, 255],
    ['u16', u16, 65_535],
    ['u24', u24, 16_777_215],
    ['u32', u32, 4_294_967_295],
  ])('[CD3] %s takes whole numbers of its range and nothing else', (_, codec, max) => {
    for (const fine of [0, 1, max - 1, max]) expect(decode(codec, encode(codec, fine))).toBe(fine);
    for (const wrong of [-1, max + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => encode(codec, wrong)).toThrow(EncodeError);
    }
    expect(() => encode(codec as Codec<unknown>, '1')).toThrow(EncodeError);
    expect(() => encode(codec as Codec<unknown>, 1n)).toThrow(EncodeError);
  });

  test('[CD3] u64 is a bigint of 64 bits', () => {
    expect(encode(u64, 2n ** 64n - 1n)).toEqual(hex('ffffffffffffffff'));
    expect(decode(u64, hex('0102030405060708'))).toBe(0x0102030405060708n);
    for (const wrong of [-1n, 2n ** 64n, 1]) expect(() => encode(u64 as Codec<unknown>, wrong)).toThrow(EncodeError);
  });

  test('booleans are one byte', () => {
    expect([decode(bool, hex('00')), decode(bool, hex('01')), decode(bool, hex('80'))]).toEqual([false, true, true]);
    expect(encode(bool, true)).toEqual(hex('01'));
    expect(() => encode(bool as Codec<unknown>, 1)).toThrow(EncodeError);
  });

  test('[CD6] named numbers, and numbers without a name', () => {
    const Command = named(u16, { add: 0, remove: 3 });
    expectTypeOf<Infer<typeof Command>>().toEqualTypeOf<'add' | 'remove' | number>();
    expect([decode(Command, hex('0003')), decode(Command, hex('0004'))]).toEqual(['remove', 4]);
    expect([encode(Command, 'remove'), encode(Command, 4)]).toEqual([hex('0003'), hex('0004')]);
    for (const wrong of ['toString', 'other', undefined, 65_536]) {
      expect(() => encode(Command as Codec<unknown>, wrong)).toThrow(EncodeError);
    }
  });

  test('[CD4] labelled numbers stay numbers; the span has the name', () => {
    const { value, spans } = dissect(struct({ port: labelled(u16, { Flood: 0xfffb }) }), hex('fffb'));
    expect(value).toEqual({ port: 0xfffb });
    expect(spans).toEqual([{ path: 'port', start: 0, end: 2, value: 0xfffb, label: 'Flood' }]);
  });

  test('[CD6] flags are lists of names; bits without a name stay', () => {
    const State = flags(u32, { down: 1, blocked: 4 });
    expect(decode(State, hex('80000005'))).toEqual(['down', 'blocked', 0x8000_0000]);
    expect(encode(State, ['down', 'blocked', 0x8000_0000])).toEqual(hex('80000005'));
    expect(() => encode(State as Codec<unknown>, ['up'])).toThrow(EncodeError);
    expect(() => encode(State as Codec<unknown>, 5)).toThrow(EncodeError);
    expect(() => encode(flags(u8, {}), [256])).toThrow(EncodeError);
  });
});

describe('bit fields', () => {
  const First = bits(u32, { version: 4, length: 4, urgent: 1, _reserved: 7, total: 16 });

  test('[CD1] are read from the most significant bit down', () => {
    expectTypeOf<Infer<typeof First>['urgent']>().toEqualTypeOf<boolean>();
    const value = { version: 4, length: 5, urgent: true, total: 0xffff };
    expect(decode(First, hex('45ffffff'))).toEqual(value);
    expect(encode(First, value)).toEqual(hex('4580ffff'));
  });

  test('[CD3] refuse what does not fit', () => {
    const fine = { version: 4, length: 5, urgent: true, total: 1 };
    const First_ = First as Codec<unknown>;
    expect(() => encode(First_, { ...fine, version: 16 })).toThrow('version: 16 does not fit 4 bits');
    expect(() => encode(First_, { ...fine, more: 1 })).toThrow('more: is not a bit field');
    expect(() => encode(First_, { ...fine, total: undefined })).toThrow(EncodeError);
    expect(() => encode(First_, 7)).toThrow(EncodeError);
    expect(() => bits(u8, { a: 3 })).toThrow('3 bits of 8');
  });

  test('[CD4] have spans with their bits', () => {
    const { spans } = dissect(struct({ first: First }), hex('4580ffff'));
    expect(spans.slice(1)).toEqual([
      { path: 'first.version', start: 0, end: 1, value: 4, bits: { first: 0, width: 4 } },
      { path: 'first.length', start: 0, end: 1, value: 5, bits: { first: 4, width: 4 } },
      { path: 'first.urgent', start: 1, end: 2, value: true, bits: { first: 0, width: 1 } },
      { path: 'first.total', start: 2, end: 4, value: 0xffff, bits: { first: 0, width: 16 } },
    ]);
  });
});

describe('addresses', () => {
  test('[CD3] hardware addresses', () => {
    expect(decode(mac, hex('0200000000ff'))).toBe('02:00:00:00:00:ff');
    expect(encode(mac, '02:00:00:00:00:FF')).toEqual(hex('0200000000ff'));
    for (const wrong of ['', '02:00:00:00:00', '2:0:0:0:0:ff', '02-00-00-00-00-ff', '02:00:00:00:00:fg', 7]) {
      expect(() => encode(mac as Codec<unknown>, wrong)).toThrow(EncodeError);
    }
    expect(formatMac(parseMac('aa:bb:cc:dd:ee:ff') ?? hex(''))).toBe('aa:bb:cc:dd:ee:ff');
  });

  test('[CD3] IPv4 addresses', () => {
    expect(decode(ipv4, hex('ff00010a'))).toBe('255.0.1.10');
    expect(encode(ipv4, '255.0.1.10')).toEqual(hex('ff00010a'));
    for (const wrong of ['', '1.2.3', '1.2.3.256', '1.2.3.04', '1.2.3.4.5', ' 1.2.3.4', '1.2.3.4/8', 7]) {
      expect(() => encode(ipv4 as Codec<unknown>, wrong)).toThrow(EncodeError);
    }
    expect(parseIpv4('255.255.255.255')).toBe(0xffff_ffff);
    expect(formatIpv4(hex('000a000001'), 1)).toBe('10.0.0.1');
  });
});

describe('texts', () => {
  test('[CD7] end at the first NUL, whatever stands behind', () => {
    expect(decode(text(8), hex('65746831 00 cdcdff'))).toBe('eth1');
    expect(decode(text(4), hex('65746831'))).toBe('eth1');
    expect(decode(restText(), hex('6f6b 00 ffff'))).toBe('ok');
    expect(decode(text(4), hex('00ffffff'))).toBe('');
  });

  test('[CD7] a NUL of the next field does not matter', () => {
    expect(decode(struct({ a: text(2), b: text(2) }), hex('6162 6300'))).toEqual({ a: 'ab', b: 'c' });
  });

  test('[CD7] what is not UTF-8 survives', () => {
    expect(decode(text(6), hex('c3a9 ff c3 f09f'))).toBe('é\udcff\udcc3\udcf0\udc9f');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const withoutNul = bytes.filter((byte) => byte !== 0);
        expect(encode(restText(), decode(restText(), withoutNul))).toEqual(withoutNul);
      }),
    );
  });

  test('[CD7] UTF-8 agrees with the platform', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const plain = value.replaceAll('\0', '');
        expect(encode(restText(), plain)).toEqual(new TextEncoder().encode(plain));
        expect(decode(restText(), encode(restText(), plain))).toBe(plain);
      }),
    );
  });

  test('[CD3] too long, with a NUL, or none', () => {
    expect(encode(text(4, 3), 'abc')).toEqual(hex('61626300'));
    expect(() => encode(text(4, 3), 'abcd')).toThrow('takes 4 bytes, at most 3 fit');
    expect(() => encode(text(4), 'ééé')).toThrow('takes 6 bytes, at most 4 fit');
    expect(() => encode(text(4), 'a\0b')).toThrow(EncodeError);
    expect(() => encode(text(4) as Codec<unknown>, 4)).toThrow(EncodeError);
    expect(encode(restText(4), 'ab')).toEqual(hex('61620000'));
  });
});

test('[CD9] a writer that is used again leaks nothing of what it held', () => {
  const w = new Writer(16);
  w.append(new Uint8Array(64).fill(0xff));
  w.reset();
  text(8).write(w, 'ab');
  w.zeros(2);
  expect(w.finish()).toEqual(hex('6162 0000 0000 0000 0000'));
});

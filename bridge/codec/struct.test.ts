import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { hex } from '../testing/hex.ts';
import { ipv4, mac } from './addresses.ts';
import { bits } from './bits.ts';
import { decode, dissect, encode, type Infer } from './codec.ts';
import { DecodeError, EncodeError } from './errors.ts';
import { counted, list, sized, slot } from './list.ts';
import { labelled, named, u8, u16, u32, u64 } from './numbers.ts';
import { bytes, pad, padTo, rest } from './raw.ts';
import { Reader } from './reader.ts';
import { offsetOf, ownLength, struct } from './struct.ts';
import { tagged } from './tagged.ts';
import { text } from './text.ts';

const Item = tagged(
  { head: { type: u16, _length: ownLength(u16) }, tag: 'type' },
  { port: [1, struct({ port: u16, _pad: pad(2) })], address: [2, struct({ address: ipv4 })] },
);
const Frame = struct({ id: u32, _1: pad(2), mac, items: sized(u16, list(Item)), data: rest });
type Frame = Infer<typeof Frame>;

const frame: Frame = {
  id: 7,
  mac: '02:00:00:00:00:01',
  items: [
    { kind: 'port', port: 80 },
    { kind: 'unknown', tag: 9, raw: hex('beef') },
    { kind: 'address', address: '10.0.1.1' },
  ],
  data: hex('cafe'),
};
const wire = hex(`
  00000007 0000 020000000001
  0016  0001 0008 0050 0000  0009 0006 beef  0002 0008 0a000101
  cafe
`);

/** What an error says of its place. */
function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a declaration', () => {
  test('[CD1] reads and writes the same bytes', () => {
    expect(encode(Frame, frame)).toEqual(wire);
    expect(decode(Frame, wire)).toEqual(frame);
  });

  test('[CD1] infers the type of its value', () => {
    expectTypeOf<Frame['id']>().toEqualTypeOf<number>();
    expectTypeOf<Frame>().not.toHaveProperty('_1');
    type Address = Extract<Frame['items'][number], { kind: 'address' }>;
    expectTypeOf<Address>().toEqualTypeOf<{ readonly kind: 'address'; readonly address: string }>();
  });

  test('[CD1] bytes left over are an error', () => {
    expect(thrown(() => decode(u16, hex('000000')))).toEqual(new DecodeError('1 bytes left over', 2));
  });

  test('knows the offsets of fields that stand still, and refuses the others', () => {
    expect(offsetOf(Frame, 'mac')).toBe(6);
    expect(offsetOf(Frame, 'items')).toBe(12);
    expect(() => offsetOf(Frame, 'data')).toThrow('no fixed offset');
  });

  test('[CD9] byte fields are views of the input', () => {
    const input = Uint8Array.from(wire);
    const { data } = decode(Frame, input);
    input[input.length - 1] = 0x11;
    expect(data).toEqual(hex('ca11'));
  });

  test('[CD9] padding is ignored when read and zero when written', () => {
    const Padded = struct({ a: u8, _pad: padTo(4), b: u8, _end: padTo(4) });
    expect(Padded.size).toBeUndefined();
    expect(decode(Padded, hex('01ffffff 02ffffff'))).toEqual({ a: 1, b: 2 });
    expect(encode(Padded, { a: 1, b: 2 })).toEqual(hex('01000000 02000000'));
    expect(encode(struct({ first: u16, inner: Padded }), { first: 9, inner: { a: 1, b: 2 } }).length).toBe(10);
  });
});

describe('lengths', () => {
  test.each([
    ['reaches outside its frame', '00000007 0000 020000000001 0004 0001 0008', 'items[0]', 16],
    ['is shorter than its own header', '00000007 0000 020000000001 0004 0001 0002', 'items[0]', 16],
    ['leaves bytes over', '00000007 0000 020000000001 000a 0001 000a 0050 0000 1234', 'items[0]', 22],
    ['cuts a field', '00000007 0000 020000000001 0006 0001 0006 0050', 'items[0]', 20],
    ['is not there', '00000007 0000 020000000001 00', 'items', 12],
    ['promises more than the frame has', '00000007 0000 020000000001 0100', 'items', 12],
  ])('[CD5] a length that %s is an error with its place', (_, bytes, path, offset) => {
    const error = thrown(() => decode(Frame, hex(bytes)));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ path, offset });
  });

  test('[CD2] offsets count from where the message began', () => {
    const around = new Uint8Array(100);
    around.set(hex('00000007 0000 0200'), 50);
    expect(thrown(() => Frame.read(new Reader(around, 50, 58)))).toMatchObject({ offset: 6, path: 'mac' });
  });

  test('[CD5] a struct may carry its own length', () => {
    const Queue = struct({ id: u8, _length: ownLength(u8), names: list(text(2)) });
    expect(encode(list(Queue), [{ id: 1, names: ['a', 'bc'] }])).toEqual(hex('01 06 6100 6263'));
    expect(decode(list(Queue), hex('01 04 6100 02 02'))).toEqual([
      { id: 1, names: ['a'] },
      { id: 2, names: [] },
    ]);
  });

  test('[CD3] a struct that its length cannot count is refused', () => {
    const Small = struct({ _length: ownLength(u8), data: rest });
    expect(thrown(() => encode(Small, { data: new Uint8Array(255) }))).toMatchObject({ path: 'length' });
    expect(thrown(() => encode(sized(u8, rest), new Uint8Array(256)))).toBeInstanceOf(EncodeError);
  });

  test('[CD2] items without bytes do not hang a list', () => {
    expect(() => decode(list(struct({})), hex('00'))).toThrow(DecodeError);
    expect(() => decode(counted(u32, struct({})), hex('ffffffff'))).toThrow(DecodeError);
  });

  test('[CD1] counted lists and slots', () => {
    expect(encode(counted(u8, u16), [1, 2])).toEqual(hex('02 0001 0002'));
    expect(decode(counted(u8, u16), hex('02 0001 0002'))).toEqual([1, 2]);
    expect(thrown(() => decode(counted(u8, u16), hex('03 0001 0002')))).toMatchObject({ path: '[2]', offset: 5 });
    expect(encode(slot(4, u16), 7)).toEqual(hex('0007 0000'));
    expect(decode(list(slot(4, u16)), hex('0007 ffff 0008 0000'))).toEqual([7, 8]);
    expect(thrown(() => encode(slot(1, u16), 7))).toBeInstanceOf(EncodeError);
  });
});

describe('what cannot be written', () => {
  const cases: [string, unknown, string][] = [
    ['an unknown key', { ...frame, extra: 1 }, 'extra'],
    ['a missing key', { ...frame, id: undefined }, 'id'],
    ['no object', 7, ''],
    ['no list', { ...frame, items: 'all' }, 'items'],
    ['an unknown kind', { ...frame, items: [{ kind: 'nothing' }] }, 'items[0].kind'],
    ['an inherited kind', { ...frame, items: [{ kind: 'constructor' }] }, 'items[0].kind'],
    ['an unknown key of an item', { ...frame, items: [{ kind: 'port', port: 1, queue: 2 }] }, 'items[0].queue'],
    ['a number out of range', { ...frame, items: [{ kind: 'port', port: 65_536 }] }, 'items[0].port'],
    ['raw bytes that are none', { ...frame, items: [{ kind: 'unknown', tag: 9, raw: 'beef' }] }, 'items[0].raw'],
    ['a tag out of range', { ...frame, items: [{ kind: 'unknown', tag: -1, raw: hex('') }] }, 'items[0].type'],
    ['bytes that are none', { ...frame, data: [1, 2] }, 'data'],
  ];
  test.each(cases)('[CD3] %s', (_, value, path) => {
    const error = thrown(() => encode(Frame, value as Frame));
    expect(error).toBeInstanceOf(EncodeError);
    expect(error).toMatchObject({ path });
  });

  test('[CD3] a wrong number of bytes', () => {
    expect(() => encode(bytes(4), hex('010203'))).toThrow('has 3 bytes instead of 4');
  });
});

describe('spans', () => {
  test('[CD4] every field has its bytes, parents first, items with their index', () => {
    const { spans } = dissect(Frame, wire);
    expect(spans.map(({ path, start, end }) => `${path} ${start}-${end}`)).toEqual([
      'id 0-4',
      'mac 6-12',
      'items 12-36',
      'items[0] 14-22',
      'items[0].type 14-16',
      'items[0].length 16-18',
      'items[0].port 18-20',
      'items[1] 22-28',
      'items[1].type 22-24',
      'items[1].length 24-26',
      'items[1].raw 26-28',
      'items[2] 28-36',
      'items[2].type 28-30',
      'items[2].length 30-32',
      'items[2].address 32-36',
      'data 36-38',
    ]);
    expect(spans.find((span) => span.path === 'items[0]')?.value).toEqual(frame.items[0]);
  });

  test('[CD6] padding behind tagged items is not counted by their length', () => {
    const Padded = tagged(
      { head: { type: u16, _length: ownLength(u16) }, tag: 'type', padTo: 8 },
      { one: [1, struct({ value: u8 })] },
    );
    expect(encode(list(Padded), [{ kind: 'one', value: 5 }])).toEqual(hex('0001 0005 05 000000'));
    expect(decode(list(Padded), hex('0001 0005 05 000000 0002 0004 00000000'))).toEqual([
      { kind: 'one', value: 5 },
      { kind: 'unknown', tag: 2, raw: hex('') },
    ]);
  });
});

test('[CD1] arbitrary values survive', () => {
  const byteArray = (max: number) => fc.uint8Array({ maxLength: max });
  const macs = fc
    .uint8Array({ minLength: 6, maxLength: 6 })
    .map((b) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join(':'));
  const Everything = struct({ big: u64, frame: Frame });
  const anyFrame = fc.record({
    id: fc.nat(0xffff_ffff),
    mac: macs,
    items: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('port' as const), port: fc.nat(0xffff) }),
        fc.record({ kind: fc.constant('address' as const), address: fc.ipV4() }),
        fc.record({
          kind: fc.constant('unknown' as const),
          tag: fc.integer({ min: 3, max: 0xffff }),
          raw: byteArray(20),
        }),
      ),
    ),
    data: byteArray(50),
  });
  fc.assert(
    fc.property(fc.record({ big: fc.bigInt(0n, 2n ** 64n - 1n), frame: anyFrame }), (value) => {
      expect(decode(Everything, encode(Everything, value))).toEqual(value);
    }),
  );
});

test('[CD10] a declaration tells its fields without bytes', () => {
  const Item = tagged(
    { head: { type: labelled(u8, { small: 1 }), _length: ownLength(u8) }, tag: 'type' },
    { small: [1, struct({ value: u16, _pad: pad(2) })] },
  );
  const { about } = struct({
    kind: named(u8, { add: 0 }),
    bits: bits(u8, { on: 1, _: 3, level: 4 }),
    items: list(Item),
    address: mac,
  });
  expect(about).toEqual({
    kind: 'parts',
    parts: [
      { name: 'kind', about: { kind: 'number', bits: 8, names: { add: 0 }, isSet: false } },
      {
        name: 'bits',
        about: {
          kind: 'parts',
          parts: [
            { name: 'on', about: { kind: 'boolean' } },
            { name: 'level', about: { kind: 'number', bits: 4 } },
          ],
        },
      },
      {
        name: 'items',
        about: {
          kind: 'items',
          item: {
            kind: 'cases',
            head: [
              { name: 'type', about: { kind: 'number', bits: 8, names: { small: 1 }, isSet: false } },
              { name: 'length', about: { kind: 'number', bits: 8 } },
            ],
            cases: [{ name: 'small', tag: 1, parts: [{ name: 'value', about: { kind: 'number', bits: 16 } }] }],
          },
        },
      },
      { name: 'address', about: { kind: 'mac' } },
    ],
  });
});

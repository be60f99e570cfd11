import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { DecodeError, EncodeError } from '../../codec/errors.ts';
import { ReceiveBuffer } from '../../codec/receive-buffer.ts';
import { Writer } from '../../codec/writer.ts';
import { hex, readHex } from '../../testing/hex.ts';
import { appendVnsPacket, interfaceNameField, maxVnsFrame, vnsPacket, vnsType } from './fast.ts';
import { type HardwareEntry, hardwareEntries, hardwareInterfaces } from './hardware.ts';
import {
  appendVns,
  decodeVns,
  encodeVns,
  maxVnsLength,
  type VnsMessage,
  type VnsMessageOf,
  vnsLength,
  vnsTypes,
} from './message.ts';

const fixture = (name: string) => readHex(new URL(`fixtures/${name}.hex`, import.meta.url)).bytes;

const name = (max: number) => fc.string({ maxLength: max }).filter((text) => !text.includes('\0'));
const macs = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'));
const entry: fc.Arbitrary<HardwareEntry> = fc.oneof(
  fc.record({ kind: fc.constant('name' as const), value: name(15) }),
  fc.record({ kind: fc.constant('speed' as const), value: fc.nat(0xffff_ffff) }),
  fc.record({ kind: fc.constant('mac' as const), value: macs }),
  fc.record({ kind: fc.constantFrom('address', 'subnet', 'mask'), value: fc.ipV4() }),
  fc.record({
    kind: fc.constant('unknown' as const),
    tag: fc.integer({ min: 256, max: 0xffff_ffff }),
    raw: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  }),
);
const source = fc.record({ address: fc.ipV4(), prefixLength: fc.nat(255) });

const messages: { readonly [K in VnsMessage['kind']]: fc.Arbitrary<VnsMessageOf<K>> } = {
  open: fc.record({
    kind: fc.constant('open'),
    topologyId: fc.nat(0xffff),
    virtualHost: name(32),
    user: name(32),
    password: name(32),
  }),
  close: fc.record({ kind: fc.constant('close'), message: name(300) }),
  packet: fc.record({
    kind: fc.constant('packet'),
    interfaceName: name(15),
    frame: fc.uint8Array({ maxLength: 1600 }),
  }),
  banner: fc.record({ kind: fc.constant('banner'), message: name(300) }),
  hardwareInfo: fc.record({ kind: fc.constant('hardwareInfo'), entries: fc.array(entry) }),
  routingTable: fc.record({ kind: fc.constant('routingTable'), virtualHost: name(32), table: name(200) }),
  openTemplate: fc.record({
    kind: fc.constant('openTemplate'),
    template: name(30),
    virtualHost: name(32),
    sources: fc.array(source),
  }),
  authRequest: fc.record({ kind: fc.constant('authRequest'), salt: fc.uint8Array({ maxLength: 64 }) }),
  authReply: fc.record({
    kind: fc.constant('authReply'),
    user: name(40),
    digest: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  }),
  authStatus: fc.record({ kind: fc.constant('authStatus'), ok: fc.boolean(), message: name(100) }),
  unknown: fc.record({
    kind: fc.constant('unknown'),
    tag: fc.integer({ min: 1024, max: 0xffff_ffff }),
    raw: fc.uint8Array({ maxLength: 50 }),
  }),
};

describe('VNS messages', () => {
  test.each(Object.keys(messages) as VnsMessage['kind'][])('[VNS1] any %s survives the wire', (kind) => {
    fc.assert(
      fc.property(messages[kind] as fc.Arbitrary<VnsMessage>, (message) => {
        expect(decodeVns(encodeVns(message))).toEqual(message);
      }),
    );
  });

  test('[VNS1] the types are those of the protocol', () => {
    expectTypeOf<VnsMessageOf<'authStatus'>>().toEqualTypeOf<{
      readonly kind: 'authStatus';
      readonly ok: boolean;
      readonly message: string;
    }>();
    expect(Object.values(vnsTypes)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  });

  test('[VNS1] an OPEN from a dirty stack is read as it was meant', () => {
    expect(decodeVns(fixture('open'))).toMatchObject({ topologyId: 0, virtualHost: 'vrhost', user: 'student' });
    expect(decodeVns(fixture('open-template'))).toEqual({
      kind: 'openTemplate',
      template: '1router',
      virtualHost: 'vrhost',
      sources: [{ address: '10.0.1.0', prefixLength: 24 }],
    });
    expect(decodeVns(fixture('close'))).toEqual({ kind: 'close', message: 'done' });
  });

  test('[VNS2] lengths count the header, and are refused below it', () => {
    expect(vnsLength(hex('0000'), 0, 2)).toBeUndefined();
    expect(vnsLength(hex('ff 00000108'), 1, 4)).toBe(264);
    expect(() => vnsLength(hex('00000007'), 0, 4)).toThrow(DecodeError);
    expect(() => decodeVns(hex('00000009 00000002'))).toThrow(DecodeError);
    expect(() => decodeVns(hex('00000008 00000002 00'))).toThrow(DecodeError);
  });

  test('[VNS2] a router would not take more than 10000 bytes: neither taken nor written', () => {
    const buffer = new ReceiveBuffer(maxVnsLength);
    buffer.push(hex('00002711 00000004'));
    expect(() => buffer.next(vnsLength)).toThrow(DecodeError);
    const w = new Writer();
    w.append(hex('01'));
    const packet = { kind: 'packet', interfaceName: 'eth1', frame: new Uint8Array(maxVnsFrame) } as const;
    expect(encodeVns(packet).length).toBe(maxVnsLength);
    expect(() => appendVns(w, { ...packet, frame: new Uint8Array(maxVnsFrame + 1) })).toThrow(EncodeError);
    expect(w.finish()).toEqual(hex('01'));
  });

  test('[VNS3] CLOSE is written with 256 bytes and read with any number', () => {
    expect(encodeVns({ kind: 'close', message: 'bye' }).length).toBe(264);
    expect(decodeVns(hex('0000000b 00000002 627965'))).toEqual({ kind: 'close', message: 'bye' });
    expect(decodeVns(hex('00000008 00000002'))).toEqual({ kind: 'close', message: '' });
  });

  test('[VNS4] an unknown type is kept', () => {
    expect(decodeVns(hex('0000000a 00000400 beef'))).toEqual({ kind: 'unknown', tag: 1024, raw: hex('beef') });
  });
});

describe('HWINFO', () => {
  const eth1 = {
    name: 'eth1',
    speed: 0,
    mac: '02:00:00:00:00:01',
    address: '192.168.2.1',
    subnet: '0.0.0.0',
    mask: '255.255.255.0',
    others: [],
  };

  test('[VNS5] six entries an interface, the name first', () => {
    const entries = hardwareEntries([eth1, { ...eth1, name: 'eth2' }]);
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['name', 'speed', 'mac', 'address', 'subnet', 'mask'],
      ...['name', 'speed', 'mac', 'address', 'subnet', 'mask'],
    ]);
    const wire = encodeVns({ kind: 'hardwareInfo', entries });
    expect(wire.length).toBe(8 + 2 * 216);
    const keys = Array.from({ length: 6 }, (_, i) => new DataView(wire.buffer).getUint32(8 + 36 * i));
    expect(keys).toEqual([1, 2, 32, 64, 4, 128]);
    expect(hardwareInterfaces(entries)).toEqual([eth1, { ...eth1, name: 'eth2' }]);
  });

  test('[VNS5] read as a router reads it; unknown keys stay with their interface', () => {
    const message = decodeVns(fixture('hardware-info-other-keys'));
    if (message.kind !== 'hardwareInfo') throw new Error(message.kind);
    const interfaces = hardwareInterfaces(message.entries);
    expect(interfaces.map((one) => [one.name, one.mac, one.address])).toEqual([
      ['eth1', '02:00:00:00:01:01', '0.0.0.0'],
      ['eth2', '00:00:00:00:00:00', '0.0.0.0'],
    ]);
    expect(interfaces[0]?.others).toMatchObject([{ kind: 'unknown', tag: 256 }]);
    expect(hardwareInterfaces([{ kind: 'speed', value: 7 }])).toEqual([]);
  });

  test('[VNS5] a name that a client cannot keep is refused', () => {
    const entries: HardwareEntry[] = [{ kind: 'name', value: 'sixteen-letters!' }];
    expect(() => encodeVns({ kind: 'hardwareInfo', entries })).toThrow('entries[0].value: takes 16 bytes');
  });
});

describe('the packet path', () => {
  test('[VNS6] writes what the declaration writes', () => {
    fc.assert(
      fc.property(name(15), fc.uint8Array({ maxLength: 200 }), fc.nat(20), (interfaceName, frame, offset) => {
        const memory = new Uint8Array(offset + frame.length + 5).fill(0xee);
        memory.set(frame, offset);
        const w = new Writer(16);
        const done = appendVnsPacket(w, interfaceNameField(interfaceName), memory, offset, offset + frame.length);
        expect(done).toBe(true);
        expect(w.finish()).toEqual(encodeVns({ kind: 'packet', interfaceName, frame }));
      }),
    );
  });

  test('[VNS6] reads a PACKET where it lies, dirty name and all', () => {
    const packet = fixture('packet-from-router');
    const memory = new Uint8Array(packet.length + 40);
    memory.set(packet, 17);
    const message = decodeVns(packet);
    if (message.kind !== 'packet') throw new Error(message.kind);
    expect(vnsType(new DataView(memory.buffer), 17)).toBe(vnsTypes.packet);
    expect(vnsPacket.isFor(memory, 17, interfaceNameField('eth3'))).toBe(true);
    for (const other of ['eth', 'eth33', 'eth2', '']) {
      expect(vnsPacket.isFor(memory, 17, interfaceNameField(other))).toBe(false);
    }
    expect(memory.subarray(17 + vnsPacket.frameOffset, 17 + packet.length)).toEqual(message.frame);
    expect([vnsPacket.fits(23), vnsPacket.fits(24)]).toEqual([false, true]);
  });

  test('[VNS6] names of more than 15 bytes and frames that are too long are refused', () => {
    expect(() => interfaceNameField('sixteen-letters!')).toThrow(EncodeError);
    const w = new Writer();
    expect(appendVnsPacket(w, interfaceNameField('eth1'), new Uint8Array(maxVnsFrame + 1), 0, maxVnsFrame + 1)).toBe(
      false,
    );
    expect(w.length).toBe(0);
  });
});

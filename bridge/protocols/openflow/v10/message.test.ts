import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { DecodeError, EncodeError } from '../../../codec/errors.ts';
import { Writer } from '../../../codec/writer.ts';
import { hex, readHex } from '../../../testing/hex.ts';
import { arbitraryMessages } from '../../../testing/openflow-messages.ts';
import { Action } from './action.ts';
import { bodies, FlowMod, FlowRemoved, PacketIn } from './bodies.ts';
import { errorName, errors } from './error.ts';
import { messageLength, messageType, messageTypes } from './header.ts';
import { helloElements, helloVersions } from './hello.ts';
import { Match, matchOf } from './match.ts';
import { appendMessage, decodeMessage, encodeMessage, type Message, type MessageOf } from './message.ts';
import { PhysicalPort } from './port.ts';
import { PortStats, QueueStats, TableStats } from './stats.ts';

const fixture = (name: string) => readHex(new URL(`fixtures/${name}.hex`, import.meta.url)).bytes;
const kinds = Object.keys(arbitraryMessages) as Message['kind'][];

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('messages', () => {
  test.each(kinds)('[OF1] any %s survives the wire', (kind) => {
    fc.assert(
      fc.property(arbitraryMessages[kind] as fc.Arbitrary<Message>, (message) => {
        const bytes = encodeMessage(message);
        expect(messageLength(bytes, 0, bytes.length)).toBe(bytes.length);
        expect(decodeMessage(bytes)).toEqual(message);
      }),
    );
  });

  test('[OF1] all 22 types, in the order of the specification', () => {
    expect(Object.values(messageTypes)).toEqual(Array.from({ length: 22 }, (_, type) => type));
    expect(Object.keys(bodies)).toEqual(Object.keys(messageTypes));
  });

  test('[OF1] structures have the sizes of openflow.h', () => {
    const sizes = [Match, PhysicalPort, TableStats, PortStats, QueueStats, FlowRemoved].map(({ size }) => size);
    expect(sizes).toEqual([40, 48, 64, 104, 32, 80]);
    // The fixed part: ofp_packet_in has 18 bytes with its header of 8, but for two of padding; ofp_flow_mod 72.
    expect(PacketIn.offsets.get('data')).toBe(10);
    expect(FlowMod.offsets.get('actions')).toBe(64);
    expect(Action.size).toBeUndefined();
  });

  test('[OF1] types of a message are inferred from its declaration', () => {
    expectTypeOf<MessageOf<'packetIn'>>().toEqualTypeOf<{
      readonly kind: 'packetIn';
      readonly xid: number;
      readonly bufferId: number;
      readonly totalLength: number;
      readonly inPort: number;
      readonly reason: number | 'noMatch' | 'action';
      readonly data: Uint8Array;
    }>();
    expectTypeOf<MessageOf<'statsReply'>['stats']['kind']>().toEqualTypeOf<
      'desc' | 'flow' | 'aggregate' | 'table' | 'port' | 'queue' | 'vendor' | 'unknown'
    >();
  });

  test('[OF1] a message is read where it lies in a stream', () => {
    const echo = fixture('echo-reply');
    const stream = Uint8Array.from([...hex('ffff'), ...echo, ...hex('ffffff')]);
    expect(decodeMessage(stream, 2, 2 + echo.length)).toEqual(decodeMessage(echo));
    expect(messageType(stream, 2)).toBe(messageTypes.echoReply);
  });

  test('[OF1] the length must be that of the frame', () => {
    expect(thrown(() => decodeMessage(hex('01 05 0009 00000001')))).toMatchObject({ offset: 2 });
    expect(thrown(() => decodeMessage(hex('01 05 0008 00000001 00')))).toMatchObject({ offset: 2 });
    expect(thrown(() => decodeMessage(hex('01 05 0009 00000001 00')))).toMatchObject({ offset: 8 });
    expect(thrown(() => decodeMessage(hex('01 05 00')))).toBeInstanceOf(DecodeError);
  });

  test('[OF2] a length below 8 is refused as soon as it is there', () => {
    expect(messageLength(hex('0105 00'), 0, 3)).toBeUndefined();
    expect(messageLength(hex('ff 0105 0107'), 1, 4)).toBe(263);
    const error = thrown(() => messageLength(hex('ffff 0105 0007'), 2, 4));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ offset: 2, path: 'length' });
  });

  test('[CD3] an append that fails leaves the writer as it was', () => {
    const w = new Writer();
    appendMessage(w, { kind: 'barrierRequest', xid: 1 });
    const bad: Message = {
      kind: 'packetOut',
      xid: 2,
      bufferId: 0,
      inPort: 0,
      actions: [{ kind: 'output', port: 65_536, maxLength: 0 }],
      data: hex(''),
    };
    expect(thrown(() => appendMessage(w, bad))).toMatchObject({ path: 'actions[0].port' });
    const long: Message = { kind: 'echoRequest', xid: 3, data: new Uint8Array(65_528) };
    expect(thrown(() => appendMessage(w, long))).toMatchObject({ path: 'length' });
    expect(thrown(() => appendMessage(w, { kind: 'echoRequest', xid: -1, data: hex('') }))).toMatchObject({
      path: 'xid',
    });
    appendMessage(w, { kind: 'barrierRequest', xid: 4 });
    expect(w.finish()).toEqual(hex('01 12 0008 00000001  01 12 0008 00000004'));
  });

  test('[CD3] keys and kinds that no message has', () => {
    const wrong: [unknown, string][] = [
      [{ kind: 'hello', xid: 1, version: 1, elements: hex(''), extra: 1 }, 'extra'],
      [{ kind: 'barrierRequest', xid: 1, version: 1 }, 'version'],
      [{ kind: 'toString', xid: 1 }, 'kind'],
      [{ kind: 'unknown', xid: 1, version: 4, type: 1, raw: 'x' }, 'raw'],
      [{ kind: 'unknown', xid: 1, version: 4, type: 1, raw: hex(''), data: 1 }, 'data'],
      [{ kind: 'setConfig', xid: 1, fragments: 'some', missSendLength: 0 }, 'fragments'],
    ];
    for (const [message, path] of wrong) {
      const error = thrown(() => encodeMessage(message as Message));
      expect(error).toBeInstanceOf(EncodeError);
      expect(error).toMatchObject({ path });
    }
  });
});

describe('versions', () => {
  test('[OF3] the HELLO of a switch that also speaks 1.3', () => {
    const hello = decodeMessage(fixture('hello-bitmap'));
    if (hello.kind !== 'hello') throw new Error(hello.kind);
    expect(hello.version).toBe(4);
    expect(helloVersions(hello)).toEqual([1, 4]);
  });

  test('[OF3] without a bitmap a peer speaks all up to its version', () => {
    expect(helloVersions({ version: 3, elements: hex('') })).toEqual([1, 2, 3]);
    expect(helloVersions({ version: 2, elements: hex('0007 0006 beef 0000') })).toEqual([1, 2]);
  });

  test('[OF3] elements may be anything; the bitmap is found behind others', () => {
    expect(helloVersions({ version: 4, elements: hex('0007 0006 beef 0000 0001 0008 00000012') })).toEqual([1, 4]);
    expect(helloVersions({ version: 6, elements: hex('0001 000c 00000002 00000001') })).toEqual([1, 32]);
    expect(helloVersions({ version: 1, elements: hex('0001 0003') })).toEqual([1]);
    fc.assert(
      fc.property(fc.nat(255), fc.uint8Array(), (version, elements) => {
        helloVersions({ version, elements });
      }),
    );
  });

  test('[OF3] a bitmap of ours is read by ourselves', () => {
    expect(helloElements([1, 4])).toEqual(hex('0001 0008 00000012'));
  });

  test('[OF4] other versions and types are a header and raw bytes', () => {
    expect(decodeMessage(hex('04 0e 000a 00000007 beef'))).toEqual({
      kind: 'unknown',
      xid: 7,
      version: 4,
      type: 14,
      raw: hex('beef'),
    });
    expect(decodeMessage(fixture('unknown-type'))).toMatchObject({ kind: 'unknown', version: 1, type: 99 });
  });
});

describe('matches', () => {
  test('[OF5] everything', () => {
    const bytes = encodeMessage({ ...flowMod, match: matchOf() });
    expect(bytes.subarray(8, 12)).toEqual(hex('003820ff'));
  });

  test('[OF5] prefixes', () => {
    const { wildcards, nwSrc } = matchOf({ dlType: 0x800, nwSrc: '10.0.1.0/24', nwDst: '192.168.2.2' });
    expect([nwSrc, wildcards.nwSrc, wildcards.nwDst, wildcards.dlType]).toEqual(['10.0.1.0', 8, 0, false]);
    for (const wrong of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/x']) {
      expect(() => matchOf({ nwSrc: wrong })).toThrow(EncodeError);
    }
    expect(matchOf({ nwDst: '0.0.0.0/0' }).wildcards.nwDst).toBe(32);
  });

  const flowMod: MessageOf<'flowMod'> = {
    kind: 'flowMod',
    xid: 1,
    match: matchOf(),
    cookie: 0n,
    command: 'add',
    idleTimeoutS: 0,
    hardTimeoutS: 0,
    priority: 0,
    bufferId: 0xffff_ffff,
    outPort: 0xffff,
    flags: [],
    actions: [],
  };
});

describe('errors', () => {
  test('[OF6] have the names and numbers of the specification', () => {
    expect(errorName(0, 0)).toBe('helloFailed.incompatible');
    expect(errorName(1, 6)).toBe('badRequest.badLen');
    expect(errorName(2, 8)).toBe('badAction.badQueue');
    expect(errorName(3, 5)).toBe('flowModFailed.unsupported');
    expect(errorName(4, 1)).toBe('portModFailed.badHwAddr');
    expect(errorName(5, 2)).toBe('queueOpFailed.eperm');
    expect(Object.values(errors).map(({ codes }) => Object.keys(codes).length)).toEqual([2, 9, 9, 6, 2, 3]);
  });

  test('[OF6] others are numbers', () => {
    expect([errorName(1, 77), errorName(9, 1)]).toEqual(['badRequest.77', '9.1']);
  });
});

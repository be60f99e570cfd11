import { ipv4 } from '../../codec/addresses.ts';
import { dissect, type Infer } from '../../codec/codec.ts';
import { DecodeError, EncodeError } from '../../codec/errors.ts';
import { list, sized } from '../../codec/list.ts';
import { bool, labelled, u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes, pad, rest } from '../../codec/raw.ts';
import { Reader } from '../../codec/reader.ts';
import type { Span } from '../../codec/span.ts';
import { ownLength, struct } from '../../codec/struct.ts';
import { tagged } from '../../codec/tagged.ts';
import { restText, text } from '../../codec/text.ts';
import { Writer } from '../../codec/writer.ts';
import { HardwareEntry, maxInterfaceName } from './hardware.ts';

/** Types of the VNS protocol (vnscommand.h of the classic `sr`). */
export const vnsTypes = {
  open: 1,
  close: 2,
  packet: 4,
  banner: 8,
  hardwareInfo: 16,
  routingTable: 32,
  openTemplate: 64,
  authRequest: 128,
  authReply: 256,
  authStatus: 512,
} as const;

/** u32 length that counts the header too, u32 type. */
export const vnsHeaderLength = 8;
/** A classic router ends the connection when a message is longer (VNS2). */
export const maxVnsLength = 10_000;
/** Name field of a PACKET. */
export const interfaceNameLength = 16;

export const VnsPacket = struct({ interfaceName: text(interfaceNameLength, maxInterfaceName), frame: rest });

/** Every message of VNS, both directions. */
export const VnsCodec = tagged(
  { head: { _length: ownLength(u32), type: labelled(u32, vnsTypes) }, tag: 'type' },
  {
    open: [
      vnsTypes.open,
      struct({ topologyId: u16, _pad: pad(2), virtualHost: text(32), user: text(32), password: text(32) }),
    ],
    close: [vnsTypes.close, struct({ message: restText(256) })],
    packet: [vnsTypes.packet, VnsPacket],
    banner: [vnsTypes.banner, struct({ message: restText(256) })],
    hardwareInfo: [vnsTypes.hardwareInfo, struct({ entries: list(HardwareEntry) })],
    routingTable: [vnsTypes.routingTable, struct({ virtualHost: text(32), table: restText() })],
    openTemplate: [
      vnsTypes.openTemplate,
      struct({
        template: text(30),
        virtualHost: text(32),
        sources: list(struct({ address: ipv4, prefixLength: u8 })),
      }),
    ],
    authRequest: [vnsTypes.authRequest, struct({ salt: rest })],
    authReply: [vnsTypes.authReply, struct({ user: sized(u32, restText()), digest: bytes(20) })],
    authStatus: [vnsTypes.authStatus, struct({ ok: bool, message: restText() })],
  },
);
export type VnsMessage = Infer<typeof VnsCodec>;
/** The message of one kind: `VnsMessageOf<'open'>`. */
export type VnsMessageOf<K extends VnsMessage['kind']> = Extract<VnsMessage, { readonly kind: K }>;

/** Length of the message at `start`, for ReceiveBuffer; undefined while it is not there, DecodeError when below 8 (VNS2). */
export function vnsLength(bytes: Uint8Array, start: number, available: number): number | undefined {
  if (available < 4) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3]];
  const length = ((a * 256 + b) * 256 + c) * 256 + d;
  if (length < vnsHeaderLength) throw new DecodeError(`a message of ${length} bytes`, 0, 'length');
  return length;
}

/**
 * Reads the one message that fills `bytes[start, end)`; throws DecodeError (VNS1). Byte fields of the result are views of
 * `bytes`: copy what outlives it.
 */
export function decodeVns(bytes: Uint8Array, start = 0, end = bytes.length): VnsMessage {
  const r = new Reader(bytes, start, end);
  const message = VnsCodec.read(r);
  r.expectEnd();
  return message;
}

/** Like decodeVns, with the place of every field. */
export function dissectVns(bytes: Uint8Array): { readonly message: VnsMessage; readonly spans: readonly Span[] } {
  const { value, spans } = dissect(VnsCodec, bytes);
  return { message: value, spans };
}

/** Throws EncodeError for a value that the wire cannot carry, or that a router would not take (VNS2). */
export function encodeVns(message: VnsMessage): Uint8Array {
  const w = new Writer();
  appendVns(w, message);
  return w.finish();
}

/** Appends a message to what will be sent; when it throws EncodeError, the writer is as it was before. */
export function appendVns(w: Writer, message: VnsMessage): void {
  const start = w.length;
  try {
    VnsCodec.write(w, message);
    const length = w.length - start;
    if (length > maxVnsLength) throw new EncodeError(`${length} bytes are more than ${maxVnsLength}`, 'length');
  } catch (error) {
    w.truncate(start);
    throw error;
  }
}

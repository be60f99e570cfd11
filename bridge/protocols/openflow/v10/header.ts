import type { Infer } from '../../../codec/codec.ts';
import { DecodeError } from '../../../codec/errors.ts';
import { labelled, u8, u16, u32 } from '../../../codec/numbers.ts';
import { offsetOf, struct } from '../../../codec/struct.ts';

/** Version byte of OpenFlow 1.0.0. */
export const version = 0x01;

/** §5.1, ofp_type. */
export const messageTypes = {
  hello: 0,
  error: 1,
  echoRequest: 2,
  echoReply: 3,
  vendor: 4,
  featuresRequest: 5,
  featuresReply: 6,
  getConfigRequest: 7,
  getConfigReply: 8,
  setConfig: 9,
  packetIn: 10,
  flowRemoved: 11,
  portStatus: 12,
  packetOut: 13,
  flowMod: 14,
  portMod: 15,
  statsRequest: 16,
  statsReply: 17,
  barrierRequest: 18,
  barrierReply: 19,
  queueGetConfigRequest: 20,
  queueGetConfigReply: 21,
} as const;

/** §5.1, ofp_header. Its length counts the header too. */
export const Header = struct({
  version: u8,
  type: labelled(u8, messageTypes),
  length: u16,
  xid: u32,
});
export type Header = Infer<typeof Header>;

export const headerLength = 8;
/** The length field has 16 bits. */
export const maxMessageLength = 0xffff;

const typeAt = offsetOf(Header, 'type');
const lengthAt = offsetOf(Header, 'length');

/** Length of the message at `start`, for ReceiveBuffer; undefined while it is not there, DecodeError when below 8 (OF2). */
export function messageLength(bytes: Uint8Array, start: number, available: number): number | undefined {
  if (available < lengthAt + 2) return undefined;
  const length = (bytes[start + lengthAt] ?? 0) * 256 + (bytes[start + lengthAt + 1] ?? 0);
  if (length < headerLength) throw new DecodeError(`a message of ${length} bytes`, lengthAt, 'length');
  return length;
}

/** Type byte of the message at `start`, to choose a path before decoding. */
export function messageType(bytes: Uint8Array, start: number): number {
  return bytes[start + typeAt] ?? -1;
}

import { encode } from '../../codec/codec.ts';
import { offsetOf } from '../../codec/struct.ts';
import { text } from '../../codec/text.ts';
import type { Writer } from '../../codec/writer.ts';
import { maxInterfaceName } from './hardware.ts';
import { interfaceNameLength, maxVnsLength, VnsPacket, vnsHeaderLength, vnsTypes } from './message.ts';

/** The packet path: PACKET is read where it lies and written where it will be sent from (VNS6). */
const nameAt = vnsHeaderLength + offsetOf(VnsPacket, 'interfaceName');
const frameAt = vnsHeaderLength + offsetOf(VnsPacket, 'frame');

/** The longest frame that a router takes. */
export const maxVnsFrame = maxVnsLength - frameAt;

/** Type of the message at `start`. */
export const vnsType = (view: DataView, start: number): number => view.getUint32(start + 4);

/** Fields of the PACKET at `start`; ask `fits` first. The frame is `[start + frameOffset, end)`. */
export const vnsPacket = {
  /** True when a message of this length has the whole name field. */
  fits: (length: number): boolean => length >= frameAt,
  /** Whether its interface is the one of this name field; bytes behind the first NUL do not count. */
  isFor(bytes: Uint8Array, start: number, interfaceName: Uint8Array): boolean {
    for (let i = 0; i < interfaceNameLength; i++) {
      const byte = interfaceName[i] ?? 0;
      if (bytes[start + nameAt + i] !== byte) return false;
      if (byte === 0) return true;
    }
    return true;
  },
  nameOffset: nameAt,
  frameOffset: frameAt,
} as const;

const nameField = text(interfaceNameLength, maxInterfaceName);

/** A name field made once, for appendVnsPacket and isFor; EncodeError for a name of more than 15 bytes (VNS6). */
export function interfaceNameField(name: string): Uint8Array {
  return encode(nameField, name);
}

/** Appends a PACKET with the frame `bytes[start, end)`; false (nothing appended) when a router would not take it. */
export function appendVnsPacket(
  w: Writer,
  interfaceName: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const length = frameAt + end - start;
  if (length > maxVnsLength) return false;
  const at = w.take(length);
  const { view, bytes: out } = w;
  view.setUint32(at, length);
  view.setUint32(at + 4, vnsTypes.packet);
  out.set(interfaceName, at + nameAt);
  out.set(bytes.subarray(start, end), at + frameAt);
  return true;
}

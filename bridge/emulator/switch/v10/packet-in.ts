import { offsetOf } from '../../../codec/struct.ts';
import type { Writer } from '../../../codec/writer.ts';
import { PacketIn } from '../../../protocols/openflow/v10/bodies.ts';
import { headerLength, maxMessageLength, messageTypes, version } from '../../../protocols/openflow/v10/header.ts';

const at = (field: 'bufferId' | 'totalLength' | 'inPort' | 'reason' | 'data'): number =>
  headerLength + offsetOf(PacketIn, field);
const bufferIdAt = at('bufferId');
const totalLengthAt = at('totalLength');
const inPortAt = at('inPort');
const reasonAt = at('reason');
const dataAt = at('data');

/** The longest beginning of a frame that fits a PACKET_IN. */
export const maxPacketInData = maxMessageLength - dataAt;
/** Length of a PACKET_IN with so much of the frame. */
export const packetInLength = (dataBytes: number): number => dataAt + dataBytes;

/** Appends a PACKET_IN with the first `dataBytes` of the frame; no object is made. */
export function appendPacketIn(
  w: Writer,
  bufferId: number,
  inPort: number,
  isMiss: boolean,
  frame: Uint8Array,
  dataBytes: number,
): void {
  const length = dataAt + dataBytes;
  const start = w.take(length);
  const { view, bytes } = w;
  view.setUint8(start, version);
  view.setUint8(start + 1, messageTypes.packetIn);
  view.setUint16(start + 2, length);
  view.setUint32(start + 4, 0);
  view.setUint32(start + bufferIdAt, bufferId);
  view.setUint16(start + totalLengthAt, Math.min(frame.length, 0xffff));
  view.setUint16(start + inPortAt, inPort);
  view.setUint8(start + reasonAt, isMiss ? 0 : 1);
  view.setUint8(start + reasonAt + 1, 0);
  bytes.set(dataBytes === frame.length ? frame : frame.subarray(0, dataBytes), start + dataAt);
}

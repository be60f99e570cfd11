import { offsetOf } from '../../../codec/struct.ts';
import type { Writer } from '../../../codec/writer.ts';
import { actionTypes } from './action.ts';
import { PacketIn, PacketOut } from './bodies.ts';
import { headerLength, messageTypes, version } from './header.ts';

/**
 * The packet path: a PACKET_IN is read where it lies and a PACKET_OUT is written where it will be sent from, without an
 * object or a copy between (OF7). Offsets come from the declarations.
 */
const bodyAt = (field: 'bufferId' | 'totalLength' | 'inPort' | 'reason' | 'data'): number =>
  headerLength + offsetOf(PacketIn, field);
const bufferIdAt = bodyAt('bufferId');
const totalLengthAt = bodyAt('totalLength');
const inPortAt = bodyAt('inPort');
const reasonAt = bodyAt('reason');
const dataAt = bodyAt('data');

/** Fields of the PACKET_IN at `start`; ask `fits` first. The frame is `[start + dataOffset, end)`. */
export const packetIn = {
  /** True when a message of this length has every fixed field of a PACKET_IN. */
  fits: (length: number): boolean => length >= dataAt,
  xid: (view: DataView, start: number): number => view.getUint32(start + 4),
  bufferId: (view: DataView, start: number): number => view.getUint32(start + bufferIdAt),
  totalLength: (view: DataView, start: number): number => view.getUint16(start + totalLengthAt),
  inPort: (view: DataView, start: number): number => view.getUint16(start + inPortAt),
  reason: (view: DataView, start: number): number => view.getUint8(start + reasonAt),
  dataOffset: dataAt,
} as const;

const outBufferIdAt = headerLength + offsetOf(PacketOut, 'bufferId');
const outInPortAt = headerLength + offsetOf(PacketOut, 'inPort');
const actionsLengthAt = headerLength + offsetOf(PacketOut, 'actions');
const actionsAt = actionsLengthAt + 2;
const actionLength = 8;

/** The longest frame that fits a PACKET_OUT with this many output actions. */
export const maxPacketOutFrame = (outPorts: number): number => 0xffff - actionsAt - actionLength * outPorts;

function startPacketOut(
  w: Writer,
  xid: number,
  bufferId: number,
  inPort: number,
  actions: number,
  frame: number,
): number {
  const head = actionsAt + actionLength * actions;
  const start = w.take(head + frame);
  const { view } = w;
  view.setUint8(start, version);
  view.setUint8(start + 1, messageTypes.packetOut);
  view.setUint16(start + 2, head + frame);
  view.setUint32(start + 4, xid);
  view.setUint32(start + outBufferIdAt, bufferId);
  view.setUint16(start + outInPortAt, inPort);
  view.setUint16(start + actionsLengthAt, actionLength * actions);
  return start + actionsAt;
}

function setOutput(view: DataView, at: number, port: number): number {
  view.setUint16(at, actionTypes.output);
  view.setUint16(at + 2, actionLength);
  view.setUint16(at + 4, port);
  view.setUint16(at + 6, 0);
  return at + actionLength;
}

function setFrame(w: Writer, at: number, bytes: Uint8Array, start: number, end: number): void {
  w.bytes.set(bytes.subarray(start, end), at);
}

/** Appends a PACKET_OUT of the frame `bytes[start, end)` to one port; false (nothing appended) when it is too long. */
export function appendPacketOut(
  w: Writer,
  xid: number,
  bufferId: number,
  inPort: number,
  outPort: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (end - start > maxPacketOutFrame(1)) return false;
  const at = startPacketOut(w, xid, bufferId, inPort, 1, end - start);
  setFrame(w, setOutput(w.view, at, outPort), bytes, start, end);
  return true;
}

/** The same to several ports. */
export function appendPacketOutAll(
  w: Writer,
  xid: number,
  bufferId: number,
  inPort: number,
  outPorts: readonly number[],
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (end - start > maxPacketOutFrame(outPorts.length)) return false;
  let at = startPacketOut(w, xid, bufferId, inPort, outPorts.length, end - start);
  for (const port of outPorts) at = setOutput(w.view, at, port);
  setFrame(w, at, bytes, start, end);
  return true;
}

/** Head of a capture file of Ethernet frames, microseconds, in this machine's usual (little) byte order. */
export function pcapHead(snapLength: number): Uint8Array {
  const head = new Uint8Array(24);
  const view = new DataView(head.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, snapLength, true);
  view.setUint32(20, 1, true);
  return head;
}

/** One frame; `unixUs` are microseconds since 1970. */
export function pcapRecord(frame: Uint8Array, length: number, unixUs: number): Uint8Array {
  const record = new Uint8Array(16 + frame.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, Math.floor(unixUs / 1_000_000), true);
  view.setUint32(4, Math.floor(unixUs % 1_000_000), true);
  view.setUint32(8, frame.length, true);
  view.setUint32(12, length, true);
  record.set(frame, 16);
  return record;
}

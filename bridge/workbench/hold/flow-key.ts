const ipv4Type = 0x0800;
const vlanTypes = new Set([0x8100, 0x88a8]);
const tcp = 6;
const udp = 17;

/**
 * Frames with the same key must stay in order: those between two stations, of IPv4 between two addresses and of TCP and
 * UDP two ports.
 */
export function flowKey(bytes: Uint8Array, start: number, end: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  if (view.byteLength < 14) return '';
  let at = 12;
  while (at + 6 <= view.byteLength && vlanTypes.has(view.getUint16(at))) at += 4;
  const type = view.getUint16(at);
  const stations = `${view.getUint32(0)}.${view.getUint16(4)}-${view.getUint32(6)}.${view.getUint16(10)} ${type}`;
  const ip = at + 2;
  if (type !== ipv4Type || ip + 20 > view.byteLength) return stations;
  const protocol = view.getUint8(ip + 9);
  const hosts = `${stations} ${protocol} ${view.getUint32(ip + 12)}-${view.getUint32(ip + 16)}`;
  const transport = ip + (view.getUint8(ip) & 15) * 4;
  const isFragment = (view.getUint16(ip + 6) & 0x1fff) !== 0;
  const hasPorts = (protocol === tcp || protocol === udp) && !isFragment && transport + 4 <= view.byteLength;
  return hasPorts ? `${hosts} ${view.getUint32(transport)}` : hosts;
}

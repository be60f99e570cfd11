import type { Slice } from './slice.ts';

/** A spanning tree configuration (IEEE 802.1D). */
export function printStp(stp: Slice): string {
  const type = stp.u8(3);
  if (type === 0x80) return `STP 802.1d, Topology Change`;
  const flags = [stp.u8(4) & 1 && 'Topology change', stp.u8(4) & 0x80 && 'Topology change ACK'].filter(Boolean);
  const id = (at: number): string => `${stp.u16(at).toString(16).padStart(4, '0')}.${stp.mac(at + 2)}`;
  const bridge = `${id(17)}.${stp.u16(25).toString(16).padStart(4, '0')}`;
  return `STP 802.1d, Config, Flags [${flags.join(', ') || 'none'}], bridge-id ${bridge}, length ${stp.length}`;
}

const systemName = 5;

/** LLDP by the name of who sent it. */
export function printLldp(lldp: Slice): string {
  let text = `LLDP, length ${lldp.length}`;
  for (let at = 0; at + 2 <= lldp.captured; ) {
    const head = lldp.u16(at);
    const [type, bytes] = [head >> 9, head & 511];
    if (type === 0) break;
    lldp.need(at + 2, bytes);
    if (type === systemName)
      text += `: ${new TextDecoder('latin1').decode(lldp.bytes.subarray(at + 2, at + 2 + bytes))}`;
    at += 2 + bytes;
  }
  return text;
}

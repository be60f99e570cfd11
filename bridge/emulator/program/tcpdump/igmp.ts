import { hex, type Slice } from './slice.ts';

/** IGMP, versions 1 to 3. */
export function printIgmp(igmp: Slice): string {
  const type = igmp.u8(0);
  switch (type) {
    case 0x11: {
      const group = igmp.u32(4) === 0 ? '' : ` [gaddr ${igmp.ipv4(4)}]`;
      if (igmp.length >= 12) return `igmp query v3${group}`;
      return igmp.u8(1) === 0 ? 'igmp query v1' : `igmp query v2${group}`;
    }
    case 0x12:
    case 0x16:
      return `igmp v${type === 0x12 ? 1 : 2} report ${igmp.ipv4(4)}`;
    case 0x17:
      return `igmp leave ${igmp.ipv4(4)}`;
    case 0x22:
      return `igmp v3 report, ${igmp.u16(6)} group record(s)`;
    default:
      return `igmp-${hex(type)}`;
  }
}

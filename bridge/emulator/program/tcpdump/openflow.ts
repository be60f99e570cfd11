import { hex, type Slice } from './slice.ts';

const versions: Readonly<Record<number, string>> = { 1: '1.0', 2: '1.1', 3: '1.2', 4: '1.3', 5: '1.4', 6: '1.5' };
/** OpenFlow 1.0.0 §5.1, ofp_type. */
const types = [
  'HELLO',
  'ERROR',
  'ECHO_REQUEST',
  'ECHO_REPLY',
  'VENDOR',
  'FEATURES_REQUEST',
  'FEATURES_REPLY',
  'GET_CONFIG_REQUEST',
  'GET_CONFIG_REPLY',
  'SET_CONFIG',
  'PACKET_IN',
  'FLOW_REMOVED',
  'PORT_STATUS',
  'PACKET_OUT',
  'FLOW_MOD',
  'PORT_MOD',
  'STATS_REQUEST',
  'STATS_REPLY',
  'BARRIER_REQUEST',
  'BARRIER_REPLY',
  'QUEUE_GET_CONFIG_REQUEST',
  'QUEUE_GET_CONFIG_REPLY',
];
/** Least length of those that have a body (tcpdump checks no more without `-v`). */
const leastBytes: Readonly<Record<number, number>> = {
  1: 12,
  4: 12,
  6: 32,
  8: 12,
  9: 12,
  10: 20,
  11: 88,
  12: 64,
  13: 16,
  14: 72,
  15: 32,
  16: 12,
  17: 12,
  20: 12,
  21: 16,
};

/** One line a message of a segment. */
export function printOpenflow(data: Slice): string {
  let text = 'OpenFlow';
  for (let at = 0; at < data.length; ) {
    if (at + 8 > data.length || at + 8 > data.captured) return `${text} [|openflow]`;
    const [version, type, length, xid] = [data.u8(at), data.u8(at + 1), data.u16(at + 2), data.u32(at + 4)];
    const typeName = version === 1 ? types[type] : undefined;
    const isShort = length < 8;
    text += `\n\tversion ${versions[version] ?? `unknown (${hex(version, 2)})`}, type ${typeName ?? `unknown (${hex(type, 2)})`}`;
    text += `, length ${length}${isShort ? ' (too short!)' : ''}, xid ${hex(xid, 8)}`;
    if (isShort || (version === 1 && length < (leastBytes[type] ?? 8))) return `${text} (invalid)`;
    if (at + length > data.length) return `${text} [|openflow]`;
    at += length;
  }
  return text;
}

import { expectedChecksum, pseudoHeaderSum } from '../../../packet/checksum.ts';
import {
  arpRequest,
  broadcast,
  type DatagramOptions,
  datagram,
  echo,
  ethernet,
  type Station,
} from '../../../router/testing/frames.ts';

/** Who the frames of the sequences are from and for. */
export const alice: Station = { mac: '02:00:00:00:00:01', address: '10.0.0.1' };
export const bob: Station = { mac: '02:00:00:00:00:02', address: '10.0.0.2' };
export const carol: Station = { mac: '02:00:00:00:00:03', address: '10.0.1.3' };

type Fields = Partial<Omit<DatagramOptions, 'protocol' | 'payload'>>;
const between = (fields: Fields) => ({ from: alice, via: bob.mac, to: bob.address, ...fields });

/** TCP or UDP with right checksums, `size` bytes of data; `checksum: 'none'` leaves that of UDP out. */
function segment(
  protocol: 6 | 17,
  head: readonly number[],
  checksumAt: number,
  size: number,
  fields: Fields,
): Uint8Array {
  const data = Array.from({ length: size }, (_, i) => (i * 7) & 255);
  const frame = datagram({ ...between(fields), protocol, payload: [...head, ...data] });
  const start = 14 + 20 + (fields.options?.length ?? 0);
  const end = frame.length - (fields.padding ?? 0);
  const initial = pseudoHeaderSum(frame, 14 + 12, 8, protocol, end - start);
  const sum = expectedChecksum(frame, start, end, start + checksumAt, initial);
  new DataView(frame.buffer).setUint16(start + checksumAt, sum);
  return frame;
}

const u16 = (value: number): number[] => [value >>> 8, value & 255];

export interface TransportFields extends Fields {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly size?: number;
}
export function udp({
  sourcePort = 1000,
  destinationPort = 2000,
  size = 20,
  ...fields
}: TransportFields = {}): Uint8Array {
  const head = [...u16(sourcePort), ...u16(destinationPort), ...u16(8 + size), 0, 0];
  return segment(17, head, 6, size, fields);
}
/** UDP whose checksum is 0: not used. */
export function udpWithoutChecksum(fields: TransportFields = {}): Uint8Array {
  const frame = udp(fields);
  frame.fill(0, 14 + 20 + 6, 14 + 20 + 8);
  return frame;
}
export function tcp({
  sourcePort = 1000,
  destinationPort = 80,
  size = 20,
  ...fields
}: TransportFields = {}): Uint8Array {
  const head = [...u16(sourcePort), ...u16(destinationPort), 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 0x20, 0, 0, 0, 0, 0];
  return segment(6, head, 16, size, fields);
}
export const ping = (fields: Fields & { readonly size?: number; readonly type?: number } = {}): Uint8Array => {
  const { size = 32, type = 8, ...others } = fields;
  return datagram({ ...between(others), protocol: 1, payload: echo(1, { type, size }) });
};
export const protocol = (number: number, payload: readonly number[], fields: Fields = {}): Uint8Array =>
  datagram({ ...between(fields), protocol: number, payload });
export const arp = (from: Station = alice, target = bob.address): Uint8Array => arpRequest(from, target);
/** A frame of a type that no switch looks into. */
export const plain = (from: Station = alice, to: string = bob.mac, size = 46, type = 0x88b5): Uint8Array =>
  ethernet(
    from.mac,
    to,
    type,
    Array.from({ length: size }, (_, i) => i & 255),
  );
export const everybody = (from: Station = alice): Uint8Array => plain(from, broadcast);

/** The frame with an 802.1Q tag (of another type where one is given). */
export function withVlan(frame: Uint8Array, vlan: number, priority = 0, type = 0x8100): Uint8Array {
  const tagged = new Uint8Array(frame.length + 4);
  tagged.set(frame.subarray(0, 12));
  new DataView(tagged.buffer).setUint16(12, type);
  new DataView(tagged.buffer).setUint16(14, (priority << 13) | vlan);
  tagged.set(frame.subarray(12), 16);
  return tagged;
}

/** IEEE 802.3 with LLC, as spanning tree uses it, or with SNAP and an Ethernet type. */
export function llc(snapType?: number, to = '01:80:c2:00:00:00'): Uint8Array {
  const head = snapType === undefined ? [0x42, 0x42, 0x03] : [0xaa, 0xaa, 0x03, 0, 0, 0, ...u16(snapType)];
  const body = [...head, ...Array.from({ length: 40 }, () => 0)];
  return ethernet(alice.mac, to, body.length, body);
}

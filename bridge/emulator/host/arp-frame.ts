import { arp, ether, etherTypes, putAddress, putMac, putU16, u16 } from '../../packet/header-layout.ts';

export const broadcastMac = new Uint8Array(6).fill(0xff);
export const zeroMac = new Uint8Array(6);
export const arpOperations = { request: 1, reply: 2 } as const;

const ethernetHardware = 1;
const sizesOfEthernetAndIpv4 = 0x0604;

/** Who says what to whom (RFC 826); `to` is the frame's destination. */
export interface ArpFields {
  readonly operation: number;
  readonly to: Uint8Array;
  readonly senderMac: Uint8Array;
  readonly senderAddress: number;
  readonly targetMac: Uint8Array;
  readonly targetAddress: number;
}

/** A frame of 42 bytes: as Linux, without padding. */
export function arpFrame(fields: ArpFields): Uint8Array {
  const frame = new Uint8Array(ether.header + arp.length);
  putMac(frame, ether.destination, fields.to);
  putMac(frame, ether.source, fields.senderMac);
  putU16(frame, ether.type, etherTypes.arp);
  const at = ether.header;
  putU16(frame, at + arp.hardware, ethernetHardware);
  putU16(frame, at + arp.protocol, etherTypes.ipv4);
  putU16(frame, at + arp.sizes, sizesOfEthernetAndIpv4);
  putU16(frame, at + arp.operation, fields.operation);
  putMac(frame, at + arp.senderMac, fields.senderMac);
  putAddress(frame, at + arp.senderAddress, fields.senderAddress);
  putMac(frame, at + arp.targetMac, fields.targetMac);
  putAddress(frame, at + arp.targetAddress, fields.targetAddress);
  return frame;
}

/** True when it is whole, a request or a reply, and about Ethernet and IPv4. */
export function isArp(frame: Uint8Array): boolean {
  const at = ether.header;
  if (frame.length < at + arp.length) return false;
  if (u16(frame, at + arp.hardware) !== ethernetHardware || u16(frame, at + arp.protocol) !== etherTypes.ipv4) {
    return false;
  }
  const operation = u16(frame, at + arp.operation);
  return (
    u16(frame, at + arp.sizes) === sizesOfEthernetAndIpv4 &&
    (operation === arpOperations.request || operation === arpOperations.reply)
  );
}

import { formatIpv4, formatMac, ipv4, mac } from '../../codec/addresses.ts';
import { u8, u16 } from '../../codec/numbers.ts';
import { bytes as bytesOf } from '../../codec/raw.ts';
import { field, header } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { bytesText, hex16, withName } from '../text.ts';
import { etherTypes, etherTypeText } from './ethernet.ts';

const request = 1;
const reply = 2;

const fixed = header({
  hardwareType: field(u16, 'arp.hw.type', 'Hardware type', withName({ 1: 'Ethernet' })),
  protocolType: field(u16, 'arp.proto.type', 'Protocol type', etherTypeText),
  hardwareSize: field(u8, 'arp.hw.size', 'Hardware size'),
  protocolSize: field(u8, 'arp.proto.size', 'Protocol size'),
  opcode: field(u16, 'arp.opcode', 'Operation', withName({ 1: 'request', 2: 'reply' })),
});
const addresses = header({
  senderMac: field(mac, 'arp.src.hw_mac', 'Sender hardware address'),
  sender: field(ipv4, 'arp.src.proto_ipv4', 'Sender address'),
  targetMac: field(mac, 'arp.dst.hw_mac', 'Target hardware address'),
  target: field(ipv4, 'arp.dst.proto_ipv4', 'Target address'),
});
const opcodeAt = fixed.offset('opcode');
const sizesAt = fixed.offset('hardwareSize');
const protocolAt = fixed.offset('protocolType');
const senderMacAt = fixed.size + addresses.offset('senderMac');
const senderAt = fixed.size + addresses.offset('sender');
const targetAt = fixed.size + addresses.offset('target');
const size = fixed.size + addresses.size;

function sentence(opcode: number, sender: string, senderMac: string, target: string): string {
  if (opcode === reply) return `${sender} is at ${senderMac}`;
  if (opcode !== request) return `Operation ${opcode}`;
  return sender === target ? `${sender} announces itself` : `Who has ${target}? Tell ${sender}`;
}

/** RFC 826. */
export const arp: Protocol = {
  name: 'arp',
  label: 'Address Resolution',
  dissect(layer: LayerBuilder): void {
    const { protocolType, hardwareSize, protocolSize, opcode } = layer.read(fixed);
    if (hardwareSize === 6 && protocolSize === 4 && protocolType === etherTypes.ipv4) {
      const { sender, senderMac, target } = layer.read(addresses);
      layer.summary = sentence(opcode, sender, senderMac, target);
    } else {
      layer.summary = `Operation ${opcode} for ${hex16(protocolType)}`;
      for (const [side, label] of [
        ['src', 'Sender'],
        ['dst', 'Target'],
      ]) {
        if (hardwareSize > 0) {
          layer.one(field(bytesOf(hardwareSize), `arp.${side}.hw`, `${label} hardware address`, bytesText));
        }
        if (protocolSize > 0)
          layer.one(field(bytesOf(protocolSize), `arp.${side}.proto`, `${label} address`, bytesText));
      }
    }
    const { offset } = layer.reader;
    if (offset < layer.place.end) layer.trailer = { start: offset, end: layer.place.end };
  },
  brief(line: Brief): void {
    if (!line.is('ARP', 'arp', size)) return;
    const { bytes, view, start } = line;
    const opcode = view.getUint16(start + opcodeAt);
    if (view.getUint16(start + sizesAt) !== 0x0604 || view.getUint16(start + protocolAt) !== etherTypes.ipv4) {
      line.info = `Operation ${opcode} for ${hex16(view.getUint16(start + protocolAt))}`;
      return;
    }
    const sender = formatIpv4(bytes, start + senderAt);
    const target = formatIpv4(bytes, start + targetAt);
    line.info = sentence(opcode, sender, formatMac(bytes, start + senderMacAt), target);
  },
};

import { formatIpv4, formatMac, ipv4, mac } from '../../codec/addresses.ts';
import { u8, u16 } from '../../codec/numbers.ts';
import { bytes as bytesOf } from '../../codec/raw.ts';
import { field, header } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex16, withName } from '../text.ts';
import { etherTypes, etherTypeText } from './ethernet.ts';

export const arpOpcodeNames: Readonly<Record<number, string>> = { 1: 'request', 2: 'reply' };
const request = 1;
const reply = 2;

const fixed = header({
  hardwareType: field(u16, 'arp.hw.type', 'Hardware type', withName({ 1: 'Ethernet' })),
  protocolType: field(u16, 'arp.proto.type', 'Protocol type', etherTypeText),
  hardwareSize: field(u8, 'arp.hw.size', 'Hardware size'),
  protocolSize: field(u8, 'arp.proto.size', 'Protocol size'),
  opcode: field(u16, 'arp.opcode', 'Operation', withName(arpOpcodeNames)),
});
/** Sender, then target: hardware address, then protocol address. */
const sides = [
  ['src', 'Sender'],
  ['dst', 'Target'],
] as const;
const addresses = sides.map(([side, label]) => ({
  mac: field(mac, `arp.${side}.hw_mac`, `${label} hardware address`),
  ipv4: field(ipv4, `arp.${side}.proto_ipv4`, `${label} address`),
  hardware: (size: number) => field(bytesOf(size), `arp.${side}.hw`, `${label} hardware address`),
  protocol: (size: number) => field(bytesOf(size), `arp.${side}.proto`, `${label} address`),
}));
const opcodeAt = fixed.offset('opcode');
const sizesAt = fixed.offset('hardwareSize');
const protocolAt = fixed.offset('protocolType');
const pairSize = mac.size + ipv4.size;
const senderMacAt = fixed.size;
const senderAt = senderMacAt + mac.size;
const targetAt = senderAt + pairSize;
const size = fixed.size + 2 * pairSize;

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
    const { hardwareType, protocolType, hardwareSize, protocolSize, opcode } = layer.read(fixed);
    const isEthernet = hardwareType === 1 && hardwareSize === mac.size;
    const isIpv4 = protocolType === etherTypes.ipv4 && protocolSize === ipv4.size;
    const read = addresses.map((rows) => {
      const hardware = isEthernet ? layer.one(rows.mac) : '';
      if (!isEthernet && hardwareSize > 0) layer.one(rows.hardware(hardwareSize));
      const protocol = isIpv4 ? layer.one(rows.ipv4) : '';
      if (!isIpv4 && protocolSize > 0) layer.one(rows.protocol(protocolSize));
      return { hardware, protocol };
    });
    const [sender, target] = read;
    const { offset } = layer.reader;
    if (isIpv4 && sender?.protocol === target?.protocol) {
      layer.add({
        name: 'arp.isgratuitous',
        label: 'Announcement',
        text: 'set',
        value: true,
        start: offset,
        end: offset,
      });
    }
    layer.summary =
      isEthernet && isIpv4
        ? sentence(opcode, sender?.protocol ?? '', sender?.hardware ?? '', target?.protocol ?? '')
        : `Operation ${opcode} for ${hex16(protocolType)}`;
    if (offset < layer.place.end) layer.trailer = { start: offset, end: layer.place.end };
  },
  brief(line: Brief): void {
    if (!line.is('ARP', 'arp', fixed.size)) return;
    const { bytes, view, start } = line;
    const opcode = view.getUint16(start + opcodeAt);
    if (view.getUint16(start + sizesAt) !== 0x0604 || view.getUint16(start + protocolAt) !== etherTypes.ipv4) {
      line.info = `Operation ${opcode} for ${hex16(view.getUint16(start + protocolAt))}`;
      return;
    }
    if (!line.is('ARP', 'arp', size)) return;
    const sender = formatIpv4(bytes, start + senderAt);
    const target = formatIpv4(bytes, start + targetAt);
    line.info = sentence(opcode, sender, formatMac(bytes, start + senderMacAt), target);
  },
};

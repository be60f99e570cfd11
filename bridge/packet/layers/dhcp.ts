import { ipv4, mac } from '../../codec/addresses.ts';
import { u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes } from '../../codec/raw.ts';
import { text } from '../../codec/text.ts';
import { field, header, rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex, withName } from '../text.ts';
import { dhcpMessageNames, dhcpOption, messageTypeOption, optionEnd, optionPad } from './dhcp-options.ts';

const hex32 = hex(8);
const dhcpHeader = header({
  operation: field(u8, 'dhcp.type', 'Operation', withName({ 1: 'request', 2: 'reply' })),
  hardwareType: field(u8, 'dhcp.hw.type', 'Hardware type', withName({ 1: 'Ethernet' })),
  hardwareSize: field(u8, 'dhcp.hw.len', 'Hardware size'),
  hops: field(u8, 'dhcp.hops', 'Hops'),
  id: field(u32, 'dhcp.id', 'Transaction', hex32),
  seconds: field(u16, 'dhcp.secs', 'Seconds'),
  flags: rows(u16, (value, start, end) => {
    const isBroadcast = value >>> 15 === 1;
    const child = {
      name: 'dhcp.flags.bc',
      label: 'Broadcast',
      text: isBroadcast ? 'set' : 'not set',
      value: isBroadcast,
    };
    const children = [{ ...child, start, end: start + 1 }];
    return [{ name: 'dhcp.flags', label: 'Flags', text: hex(4)(value), value, start, end, children }];
  }),
  client: field(ipv4, 'dhcp.ip.client', 'Client address'),
  yours: field(ipv4, 'dhcp.ip.your', 'Your address'),
  server: field(ipv4, 'dhcp.ip.server', 'Next server'),
  relay: field(ipv4, 'dhcp.ip.relay', 'Relay'),
  clientMac: field(mac, 'dhcp.hw.mac_addr', 'Client hardware address'),
  macPadding: field(bytes(10), 'dhcp.hw.addr_padding', 'Padding'),
  serverName: field(text(64), 'dhcp.server', 'Server name'),
  file: field(text(128), 'dhcp.file', 'Boot file'),
});
const dhcpCookie = 0x63825363;
const cookieText = '99.130.83.99';
/** Wireshark shows it as an address, as RFC 1048 wrote it. */
const cookie = field(ipv4, 'dhcp.cookie', 'Magic cookie', (value) => (value === cookieText ? 'DHCP' : value));
const idAt = dhcpHeader.offset('id');

/** The message type among the options at `at`; 0 when there is none. */
function messageType(view: DataView, at: number, end: number): number {
  for (let next = at; next + 2 < end; ) {
    const code = view.getUint8(next);
    if (code === optionEnd) return 0;
    if (code === messageTypeOption) return view.getUint8(next + 2);
    next += code === optionPad ? 1 : 2 + view.getUint8(next + 1);
  }
  return 0;
}

/** RFC 2131, with the options of RFC 2132 that labs use. */
export const dhcp: Protocol = {
  name: 'dhcp',
  label: 'DHCP',
  dissect(layer: LayerBuilder): void {
    const { reader } = layer;
    layer.summary = 'BOOTP';
    const { id } = layer.read(dhcpHeader);
    if (reader.left < 4 || layer.one(cookie) !== cookieText) {
      layer.follow('data', 0, reader.offset, layer.place.wireEnd);
      return;
    }
    const type = messageType(reader.view, reader.offset, reader.end);
    layer.summary = `${dhcpMessageNames[type] ?? `type ${type}`} ${hex32(id)}`;
    for (let code = -1; code !== optionEnd && reader.left > 0; ) {
      layer.nest('dhcp.option', 'Option', (into) => {
        const read = dhcpOption(layer, into);
        code = read.value;
        return read;
      });
    }
    if (reader.left > 0) layer.one(field(bytes(reader.left), 'dhcp.option.padding', 'Padding'));
  },
  brief(line: Brief): void {
    if (!line.is('DHCP', 'udp', dhcpHeader.size)) return;
    const { view, start, end } = line;
    const at = start + dhcpHeader.size;
    const type = at + 4 <= end && view.getUint32(at) === dhcpCookie ? messageType(view, at + 4, end) : 0;
    line.info = `${dhcpMessageNames[type] ?? 'BOOTP'} ${hex32(view.getUint32(start + idAt))}`;
  },
};

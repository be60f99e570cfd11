import { ipv4 } from '../../codec/addresses.ts';
import { u8, u32 } from '../../codec/numbers.ts';
import { bytes } from '../../codec/raw.ts';
import { text } from '../../codec/text.ts';
import { field, type Shown } from '../header.ts';
import type { LayerBuilder } from '../protocol.ts';
import { withName } from '../text.ts';
import type { Field } from '../tree.ts';

export const messageTypeOption = 53;
export const optionPad = 0;
export const optionEnd = 255;
export const dhcpMessageNames: Readonly<Record<number, string>> = {
  1: 'Discover',
  2: 'Offer',
  3: 'Request',
  4: 'Decline',
  5: 'ACK',
  6: 'NAK',
  7: 'Release',
  8: 'Inform',
};

const seconds = (value: number): string => `${value} s`;
const optionNames: Readonly<Record<number, string>> = {
  0: 'padding',
  1: 'subnet mask',
  3: 'router',
  6: 'name server',
  12: 'host name',
  15: 'domain name',
  28: 'broadcast address',
  50: 'requested address',
  51: 'lease time',
  53: 'message type',
  54: 'server',
  55: 'parameters asked for',
  56: 'message',
  57: 'longest message',
  58: 'renewal time',
  59: 'rebinding time',
  61: 'client identifier',
  255: 'end',
};
const codeText = withName(optionNames);

/** Options that are a list of items of one size. */
const lists: Readonly<Record<number, Shown<string | number>>> = {
  1: field(ipv4, 'dhcp.option.subnet_mask', 'Mask'),
  3: field(ipv4, 'dhcp.option.router', 'Address'),
  6: field(ipv4, 'dhcp.option.domain_name_server', 'Address'),
  28: field(ipv4, 'dhcp.option.broadcast_address', 'Address'),
  50: field(ipv4, 'dhcp.option.requested_ip_address', 'Address'),
  51: field(u32, 'dhcp.option.ip_address_lease_time', 'Time', seconds),
  53: field(u8, 'dhcp.option.dhcp', 'Message', withName(dhcpMessageNames)),
  54: field(ipv4, 'dhcp.option.dhcp_server_id', 'Address'),
  55: field(u8, 'dhcp.option.request_list_item', 'Parameter', codeText),
  58: field(u32, 'dhcp.option.renewal_time_value', 'Time', seconds),
  59: field(u32, 'dhcp.option.rebinding_time_value', 'Time', seconds),
};
const textOptions: Readonly<Record<number, string>> = {
  12: 'dhcp.option.hostname',
  15: 'dhcp.option.domain_name',
  56: 'dhcp.option.message',
};

const type = field(u8, 'dhcp.option.type', 'Type', codeText);
const end = field(u8, 'dhcp.option.end', 'Type', codeText);
const length = field(u8, 'dhcp.option.length', 'Length');

function content(layer: LayerBuilder, code: number, size: number, into: Field[]): string {
  const items = lists[code];
  if (items?.codec.size !== undefined && size > 0 && size % items.codec.size === 0) {
    const shown = Array.from({ length: size / items.codec.size }, () => {
      layer.one(items, into);
      return into.at(-1)?.text ?? '';
    });
    return shown.length > 4 ? `${shown.length} items` : shown.join(', ');
  }
  const name = textOptions[code];
  if (name !== undefined) return layer.one(field(text(size), name, 'Text'), into);
  if (size > 0) layer.one(field(bytes(size), 'dhcp.option.value', 'Data'), into);
  return size === 0 ? '' : (into.at(-1)?.text ?? '');
}

/** One option; `value` is its code. */
export function dhcpOption(layer: LayerBuilder, into: Field[]): { readonly text: string; readonly value: number } {
  const { reader } = layer;
  const isEnd = layer.bytes[reader.offset] === optionEnd;
  const code = layer.one(isEnd ? end : type, into);
  if (isEnd || code === optionPad) return { text: codeText(code), value: code };
  const size = layer.one(length, into);
  if (size > reader.left) layer.fail(`an option of ${size} bytes, ${reader.left} are there`, reader.offset - 1);
  return { text: `${optionNames[code] ?? code}: ${content(layer, code, size, into)}`, value: code };
}

import { ipv4Text } from '../../codec/addresses.ts';
import { maskOf } from '../host/addresses.ts';
import type { Host, HostInterface } from '../host/api.ts';

/** An address by the lab's name for it, unless numbers are wanted. */
export const addressText = (host: Host, address: number, isNumeric: boolean): string =>
  (isNumeric ? undefined : host.nameOf(address)) ?? ipv4Text(address);

/** What `route` (metric, use) and `netstat -r` (MSS, window) print: net-tools 2.10. */
export function routeTable(host: Host, style: 'route' | 'netstat', isNumeric: boolean): string {
  const columns = style === 'route' ? 'Flags Metric Ref    Use Iface' : 'Flags   MSS Window  irtt Iface';
  let text = `Kernel IP routing table\nDestination     Gateway         Genmask         ${columns}\n`;
  for (const { destination, prefix, gateway, metric, interface: name } of host.routes.list()) {
    const isDefault = prefix === 0 && !isNumeric;
    const to = isDefault ? 'default' : addressText(host, destination, isNumeric || prefix < 32);
    const via = gateway === undefined ? '0.0.0.0' : addressText(host, gateway, isNumeric);
    const flags = `U${gateway === undefined ? '' : 'G'}${prefix === 32 ? 'H' : ''}`.padEnd(5);
    const numbers = style === 'route' ? `${String(metric).padEnd(6)} 0        0` : '    0 0          0';
    text += `${column(to)} ${column(via)} ${column(ipv4Text(maskOf(prefix)))} ${flags} ${numbers} ${name}\n`;
  }
  return text;
}

const column = (text: string): string => text.slice(0, 15).padEnd(15);

/** A row an interface: `ifconfig -s` and `netstat -i`. */
export function interfaceTable(interfaces: readonly HostInterface[], nameWidth: number): string {
  let text = `${'Iface'.padEnd(nameWidth)} MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n`;
  if (nameWidth > 10) text = text.replace(' MTU', '   MTU');
  for (const one of interfaces) {
    const { rxPackets, rxDropped, txPackets, txDropped } = one.counters;
    const flags = `${isLoopback(one) ? 'L' : 'BM'}${one.isUp && one.hasCarrier ? 'R' : ''}${one.isUp ? 'U' : ''}`;
    const received = `${wide(rxPackets, 8)} ${wide(0, 6)} ${wide(rxDropped, 6)} 0     `;
    const sent = `${wide(txPackets, 8)} ${wide(0, 6)} ${wide(txDropped, 6)} ${wide(0, 6)}`;
    text += `${one.name.padEnd(nameWidth === 10 ? 15 : nameWidth)} ${wide(one.mtu, 5)} ${received} ${sent} ${flags}\n`;
  }
  return text;
}

const wide = (value: number, width: number): string => String(value).padStart(width);

export const isLoopback = (one: HostInterface): boolean => one.name === 'lo';

/** Those that `ifconfig` shows: lo comes last, as names sort. */
export const byName = (interfaces: readonly HostInterface[]): HostInterface[] =>
  [...interfaces].sort((a, b) => (a.name < b.name ? -1 : 1));

import type { Protocol, Table } from '../protocol.ts';
import { arp } from './arp.ts';
import { data } from './data.ts';
import { dhcp } from './dhcp.ts';
import { dns, dnsOverTcp } from './dns.ts';
import { ethernet, etherTypes, llcCode } from './ethernet.ts';
import { http } from './http.ts';
import { icmp } from './icmp.ts';
import { icmpv6 } from './icmpv6.ts';
import { ipProtocols, ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import { linkCodes } from './link.ts';
import { llc } from './llc.ts';
import { lldp } from './lldp.ts';
import { openflow } from './openflow.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';
import { serviceVlan, vlan } from './vlan.ts';
import { vns } from './vns.ts';

/** Which protocol follows which: by EtherType, IP protocol number or port. */
const tables: Readonly<Record<Table, ReadonlyMap<number, Protocol>>> = {
  link: new Map([
    [linkCodes.ethernet, ethernet],
    [linkCodes.openflow, openflow],
    [linkCodes.vns, vns],
  ]),
  ethertype: new Map([
    [llcCode, llc],
    [etherTypes.ipv4, ipv4],
    [etherTypes.arp, arp],
    [etherTypes.vlan, vlan],
    [etherTypes.serviceVlan, serviceVlan],
    [etherTypes.ipv6, ipv6],
    [etherTypes.lldp, lldp],
  ]),
  ip: new Map([
    [ipProtocols.icmp, icmp],
    [ipProtocols.tcp, tcp],
    [ipProtocols.udp, udp],
    [ipProtocols.icmpv6, icmpv6],
  ]),
  udp: new Map([
    [53, dns],
    [67, dhcp],
    [68, dhcp],
    [5353, dns],
  ]),
  tcp: new Map([
    [53, dnsOverTcp],
    [80, http],
    [6633, openflow],
    [6653, openflow],
    [8000, http],
    [8080, http],
    [8888, vns],
  ]),
  data: new Map(),
};

/** The protocol that `code` (or else `orCode`) names and that takes these bytes; `data` when there is none. */
export function protocolFor(
  table: Table,
  code: number,
  orCode: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): Protocol {
  const found = tables[table].get(code) ?? tables[table].get(orCode);
  if (found === undefined) return data;
  // A caller that says what the bytes are is believed; a port number is only a hint.
  if (table !== 'link' && found.accepts?.(bytes, start, end) === false) return data;
  return found;
}

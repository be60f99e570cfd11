import { formatIpv4, ipv4 } from '../../codec/addresses.ts';
import { u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes as bytesOf } from '../../codec/raw.ts';
import { field } from '../header.ts';
import type { LayerBuilder } from '../protocol.ts';
import { formatIpv6, hex16, printable, withName } from '../text.ts';
import type { Field } from '../tree.ts';
import { readDnsName } from './dns-name.ts';
import { ipv6Address } from './ipv6-address.ts';

export const recordTypes: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  41: 'OPT',
  252: 'AXFR',
  255: 'ANY',
};
export const recordType = (type: number): string => recordTypes[type] ?? `type ${type}`;

const type = field(u16, 'dns.resp.type', 'Type', withName(recordTypes));
const recordClass = field(u16, 'dns.resp.class', 'Class', withName({ 1: 'IN' }, hex16));
const timeToLive = field(u32, 'dns.resp.ttl', 'Time to live', (seconds) => `${seconds} s`);
const dataLength = field(u16, 'dns.resp.len', 'Data length');
const udpSize = field(u16, 'dns.rr.udp_payload_size', 'UDP payload size');
const extended = field(u32, 'dns.resp.ext', 'Extended flags');
const optType = 41;

/** Type, class, time to live and length of a record; an OPT record uses two of them otherwise (RFC 6891 §6.1.2). */
export function recordHeader(layer: LayerBuilder, into: Field[]): { type: number; length: number } {
  const code = layer.one(type, into);
  layer.one(code === optType ? udpSize : recordClass, into);
  layer.one(code === optType ? extended : timeToLive, into);
  return { type: code, length: layer.one(dataLength, into) };
}

const address = field(ipv4, 'dns.a', 'Address');
const address6 = field(ipv6Address, 'dns.aaaa', 'Address');
const preference = field(u16, 'dns.mx.preference', 'Preference');
const names: Readonly<Record<number, readonly [name: string, label: string]>> = {
  2: ['dns.ns', 'Name server'],
  5: ['dns.cname', 'Canonical name'],
  12: ['dns.ptr.domain_name', 'Domain name'],
};
const soaNumbers = [
  field(u32, 'dns.soa.serial_number', 'Serial number'),
  field(u32, 'dns.soa.refresh_interval', 'Refresh'),
  field(u32, 'dns.soa.retry_interval', 'Retry'),
  field(u32, 'dns.soa.expire_limit', 'Expire'),
  field(u32, 'dns.soa.minimum_ttl', 'Minimum time to live'),
] as const;
const srvNumbers = [
  field(u16, 'dns.srv.priority', 'Priority'),
  field(u16, 'dns.srv.weight', 'Weight'),
  field(u16, 'dns.srv.port', 'Port'),
] as const;

function nameRow(layer: LayerBuilder, message: number, name: string, label: string, into: Field[]): string {
  const { reader } = layer;
  const start = reader.offset;
  const read = readDnsName(layer.bytes, start, message, reader.end);
  reader.take(read.end - start);
  into.push({ name, label, text: read.name, value: read.name, start, end: read.end });
  return read.name;
}

function texts(layer: LayerBuilder, end: number, into: Field[]): string {
  const { reader } = layer;
  let all = '';
  while (reader.offset < end) {
    const length = layer.one(field(u8, 'dns.txt.length', 'Length'), into);
    const start = reader.take(length);
    const text = printable(layer.bytes, start, reader.offset);
    into.push({ name: 'dns.txt', label: 'Text', text, value: text, start, end: reader.offset });
    all += `${all === '' ? '' : ' '}"${text}"`;
  }
  return all;
}

function known(layer: LayerBuilder, message: number, code: number, end: number, into: Field[]): string {
  const named = names[code];
  if (named !== undefined) return nameRow(layer, message, named[0], named[1], into);
  switch (recordTypes[code]) {
    case 'A':
      return layer.one(address, into);
    case 'AAAA':
      return layer.one(address6, into);
    case 'TXT':
      return texts(layer, end, into);
    case 'MX':
      return `${layer.one(preference, into)} ${nameRow(layer, message, 'dns.mx.mail_exchange', 'Mail server', into)}`;
    case 'SOA': {
      const server = nameRow(layer, message, 'dns.soa.mname', 'Primary server', into);
      nameRow(layer, message, 'dns.soa.rname', 'Responsible', into);
      for (const number of soaNumbers) layer.one(number, into);
      return server;
    }
    case 'SRV': {
      for (const number of srvNumbers) layer.one(number, into);
      return nameRow(layer, message, 'dns.srv.target', 'Target', into);
    }
    default:
      return '';
  }
}

/** The data of a record: rows, and a text for the record's own row. Its length bounds it. */
export function recordData(layer: LayerBuilder, message: number, code: number, length: number, into: Field[]): string {
  const { reader } = layer;
  const start = reader.offset;
  const { end } = reader;
  if (length > reader.left) layer.fail(`${length} bytes of data, ${reader.left} are there`, start - 2);
  reader.end = start + length;
  const text = known(layer, message, code, reader.end, into);
  if (reader.left > 0) layer.one(field(bytesOf(reader.left), 'dns.data', 'Data'), into);
  reader.end = end;
  return text;
}

/** Of the record whose type stands at `at`: ` A 192.168.2.2`, for the one-line summary. Throws DecodeError. */
export function recordValue(bytes: Uint8Array, view: DataView, at: number, message: number, end: number): string {
  const dataAt = at + 10;
  if (dataAt > end) return '';
  const code = view.getUint16(at);
  if (code === 1 && dataAt + 4 <= end) return ` A ${formatIpv4(bytes, dataAt)}`;
  if (code === 28 && dataAt + 16 <= end) return ` AAAA ${formatIpv6(bytes, dataAt)}`;
  if (names[code] === undefined) return ` ${recordType(code)}`;
  return ` ${recordType(code)} ${readDnsName(bytes, dataAt, message, end).name}`;
}

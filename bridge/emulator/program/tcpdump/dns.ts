import { ipv4Text } from '../../../codec/addresses.ts';
import { recordTypes } from '../../../packet/layers/dns-records.ts';
import { formatIpv6 } from '../../../packet/text.ts';
import { Cut, type Slice } from './slice.ts';

const results = ['', ' FormErr', ' ServFail', ' NXDomain', ' NotImp', ' Refused'];

/** A DNS message as tcpdump sums it up: `1+ A? server1.lab. (29)`. */
export function printDns(dns: Slice): string {
  const id = dns.u16(0);
  const flags = dns.u16(2);
  const [questions = 0, answers = 0, authority = 0, additional = 0] = [4, 6, 8, 10].map((at) => dns.u16(at));
  const operation = (flags >> 11) & 15;
  const opText = operation === 0 ? '' : operation === 1 ? ' inv_q' : operation === 2 ? ' stat' : ` op${operation}`;
  const size = ` (${dns.length})`;
  let at = 12;
  try {
    if (flags < 0x8000) {
      const marks = `${flags & 0x100 ? '+' : ''}${flags & 0x10 ? '%' : ''}`;
      const counts: string[] = [];
      if (questions !== 1) counts.push(`${questions}q`);
      if (answers > 0) counts.push(`${answers}a`);
      if (authority > 0) counts.push(`${authority}n`);
      if (additional > 0) counts.push(`${additional}au`);
      let text = `${id}${opText}${marks}${counts.map((count) => ` [${count}]`).join('')}`;
      for (let i = 0; i < questions; i++) {
        const { name, next } = readName(dns, at);
        text += ` ${typeName(dns.u16(next))}? ${name}`;
        at = next + 4;
      }
      return text + size;
    }
    const result = results[flags & 15] ?? ` Resp${flags & 15}`;
    const marks = `${flags & 0x400 ? '*' : ''}${flags & 0x80 ? '' : '-'}${flags & 0x200 ? '|' : ''}`;
    let text = `${id}${opText}${result}${marks} ${answers}/${authority}/${additional}`;
    for (let i = 0; i < questions; i++) at = readName(dns, at).next + 4;
    for (let i = 0; i < answers; i++) {
      const record = readRecord(dns, at);
      text += `${i === 0 ? '' : ','} ${record.text}`;
      at = record.next;
    }
    return text + size;
  } catch (fault) {
    if (fault instanceof Cut) return `${id} [|domain]`;
    throw fault;
  }
}

const typeName = (type: number): string => recordTypes[type] ?? `Type${type}`;

/** A name with its final dot and where what follows begins; pointers are followed, at most 64 times. */
function readName(dns: Slice, from: number): { readonly name: string; readonly next: number } {
  let name = '';
  let next: number | undefined;
  let at = from;
  for (let labels = 0; labels < 64; labels++) {
    const length = dns.u8(at);
    if (length === 0) return { name: name || '.', next: next ?? at + 1 };
    if (length >= 0xc0) {
      next ??= at + 2;
      at = dns.u16(at) & 0x3fff;
      continue;
    }
    dns.need(at + 1, length);
    name += `${new TextDecoder('latin1').decode(dns.bytes.subarray(at + 1, at + 1 + length))}.`;
    at += 1 + length;
  }
  throw new Cut('domain');
}

function readRecord(dns: Slice, at: number): { readonly text: string; readonly next: number } {
  const { next } = readName(dns, at);
  const type = dns.u16(next);
  const length = dns.u16(next + 8);
  const data = next + 10;
  dns.need(data, length);
  const end = data + length;
  return { text: `${typeName(type)}${recordData(dns, type, data, end)}`, next: end };
}

function recordData(dns: Slice, type: number, at: number, end: number): string {
  switch (type) {
    case 1:
      return ` ${ipv4Text(dns.u32(at))}`;
    case 28:
      return ` ${formatIpv6(dns.bytes, at)}`;
    case 2:
    case 5:
    case 12:
      return ` ${readName(dns, at).name}`;
    case 15:
      return ` ${readName(dns, at + 2).name} ${dns.u16(at)}`;
    case 33:
      return ` ${readName(dns, at + 6).name}:${dns.u16(at + 4)} ${dns.u16(at)} ${dns.u16(at + 2)}`;
    case 16: {
      let text = '';
      for (let from = at; from < end; from += 1 + dns.u8(from)) {
        text += ` "${new TextDecoder('latin1').decode(dns.bytes.subarray(from + 1, from + 1 + dns.u8(from)))}"`;
      }
      return text;
    }
    default:
      return '';
  }
}

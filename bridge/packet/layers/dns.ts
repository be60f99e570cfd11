import { u16 } from '../../codec/numbers.ts';
import { bitRows, field, header, rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex16, withName } from '../text.ts';
import type { Field } from '../tree.ts';
import { readDnsName } from './dns-name.ts';
import { recordData, recordHeader, recordType, recordTypes, recordValue } from './dns-records.ts';

const opcodeNames = { 0: 'Standard query', 1: 'Inverse query', 2: 'Server status', 4: 'Notify', 5: 'Dynamic update' };
const opcodeText = withName(opcodeNames);
export const rcodeNames: Readonly<Record<number, string>> = {
  0: 'No error',
  1: 'Format error',
  2: 'Server failure',
  3: 'No such name',
  4: 'Not implemented',
  5: 'Refused',
};
const rcodeText = withName(rcodeNames);
const responseFlag = 0x8000;

function flagRows(value: number, start: number, end: number): Field[] {
  const row = { start, end };
  const opcode = (value >>> 11) & 15;
  const rcode = value & 15;
  const isResponse = (value & responseFlag) !== 0;
  const children: Field[] = [
    {
      name: 'dns.flags.response',
      label: 'Response',
      text: isResponse ? 'response' : 'query',
      value: isResponse,
      ...row,
    },
    { name: 'dns.flags.opcode', label: 'Opcode', text: opcodeText(opcode), value: opcode, ...row },
    ...bitRows(value, start, end, [
      ...(isResponse ? ([[0x0400, 'dns.flags.authoritative', 'Authoritative']] as const) : []),
      [0x0200, 'dns.flags.truncated', 'Truncated'],
      [0x0100, 'dns.flags.recdesired', 'Recursion desired'],
      ...(isResponse ? ([[0x0080, 'dns.flags.recavail', 'Recursion available']] as const) : []),
      [0x0040, 'dns.flags.z', 'Reserved'],
      ...(isResponse || (value & 0x0020) !== 0
        ? ([[0x0020, 'dns.flags.authenticated', 'Authenticated']] as const)
        : []),
      [0x0010, 'dns.flags.checkdisable', 'Unauthenticated data accepted'],
    ]),
  ];
  if (isResponse)
    children.push({ name: 'dns.flags.rcode', label: 'Reply code', text: rcodeText(rcode), value: rcode, ...row });
  return [{ name: 'dns.flags', label: 'Flags', text: hex16(value), value, ...row, children }];
}

const dnsHeader = header({
  id: field(u16, 'dns.id', 'Transaction', hex16),
  flags: rows(u16, flagRows),
  questions: field(u16, 'dns.count.queries', 'Questions'),
  answers: field(u16, 'dns.count.answers', 'Answers'),
  authorities: field(u16, 'dns.count.auth_rr', 'Authority records'),
  additional: field(u16, 'dns.count.add_rr', 'Additional records'),
});
const flagsAt = dnsHeader.offset('flags');
const questionsAt = dnsHeader.offset('questions');
const answersAt = dnsHeader.offset('answers');
const questionType = field(u16, 'dns.qry.type', 'Type', withName(recordTypes));
const questionClass = field(u16, 'dns.qry.class', 'Class', withName({ 1: 'IN' }, hex16));
const tcpLength = field(u16, 'dns.length', 'Length');

/** Adds the name at the reader's place. */
function nameRow(layer: LayerBuilder, message: number, name: string, into: Field[]): string {
  const { reader } = layer;
  const start = reader.offset;
  const read = readDnsName(layer.bytes, start, message, reader.end);
  reader.take(read.end - start);
  into.push({ name, label: 'Name', text: read.name, value: read.name, start, end: read.end });
  return read.name;
}

function question(layer: LayerBuilder, message: number, into: Field[]): Pick<Field, 'text' | 'value'> {
  const name = nameRow(layer, message, 'dns.qry.name', into);
  const type = layer.one(questionType, into);
  layer.one(questionClass, into);
  const text = `${recordType(type)} ${name}`;
  return { text, value: text };
}

function record(layer: LayerBuilder, message: number, into: Field[]): Pick<Field, 'text' | 'value'> {
  const name = nameRow(layer, message, 'dns.resp.name', into);
  const { type, length } = recordHeader(layer, into);
  const value = recordData(layer, message, type, length, into);
  const text = `${recordType(type)} ${name}${value === '' ? '' : ` ${value}`}`;
  return { text, value: text };
}

function dissectMessage(layer: LayerBuilder): void {
  const message = layer.reader.offset;
  const { flags, questions, answers, authorities, additional } = layer.read(dnsHeader);
  layer.summary = (flags & responseFlag) === 0 ? 'Query' : `Response, ${rcodeText(flags & 15)}`;
  for (let i = 0; i < questions; i++) layer.nest('dns.qry', 'Question', (into) => question(layer, message, into));
  for (const [count, label] of [
    [answers, 'Answer'],
    [authorities, 'Authority'],
    [additional, 'Additional'],
  ] as const) {
    for (let i = 0; i < count; i++) layer.nest('dns.resp', label, (into) => record(layer, message, into));
  }
  layer.follow('data', 0, layer.reader.offset, layer.place.wireEnd);
}

/** First question and first answer of a message; what is not there or not readable is left out. */
function briefQuestion(bytes: Uint8Array, view: DataView, start: number, end: number): string {
  try {
    const { name, end: nameEnd } = readDnsName(bytes, start + dnsHeader.size, start, end);
    if (nameEnd + 4 > end) return '';
    const asked = ` ${recordType(view.getUint16(nameEnd))} ${name}`;
    if (view.getUint16(start + questionsAt) !== 1 || view.getUint16(start + answersAt) === 0) return asked;
    const answer = readDnsName(bytes, nameEnd + 4, start, end);
    return `${asked}${recordValue(bytes, view, answer.end, start, end)}`;
  } catch {
    return '';
  }
}

function briefMessage(line: Brief): void {
  const { bytes, view, start, end } = line;
  const flags = view.getUint16(start + flagsAt);
  const isResponse = (flags & responseFlag) !== 0;
  const rcode = flags & 15;
  const what = withName(opcodeNames)((flags >>> 11) & 15).replace(/ \(.*/, '');
  const id = hex16(view.getUint16(start));
  const asked = view.getUint16(start + questionsAt) > 0 ? briefQuestion(bytes, view, start, end) : '';
  line.info = `${what}${isResponse ? ' response' : ''} ${id}${asked}`;
  if (isResponse && rcode !== 0) line.info += `: ${rcodeNames[rcode] ?? `reply code ${rcode}`}`;
}

/** RFC 1035, over UDP. */
export const dns: Protocol = {
  name: 'dns',
  label: 'DNS',
  dissect: dissectMessage,
  brief(line: Brief): void {
    if (line.is('DNS', 'udp', dnsHeader.size)) briefMessage(line);
  },
};

/** RFC 1035 §4.2.2: over TCP a length stands before each message; a message that goes on in the next segment is data. */
export const dnsOverTcp: Protocol = {
  name: 'dns',
  label: 'DNS',
  accepts: (bytes, start, end) =>
    end - start >= 2 + dnsHeader.size && ((bytes[start] ?? 0) << 8) + (bytes[start + 1] ?? 0) === end - start - 2,
  dissect(layer: LayerBuilder): void {
    layer.one(tcpLength);
    dissectMessage(layer);
  },
  brief(line: Brief): void {
    if (!line.is('DNS', 'tcp', 2 + dnsHeader.size)) return;
    line.start += 2;
    briefMessage(line);
  },
};

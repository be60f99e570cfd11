import type { FilterPacket } from './packet.ts';
import { FilterError } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** A number of a packet; NaN when the packet has no such header, which makes every comparison false. */
type Value = (packet: FilterPacket) => number;

const constants: Readonly<Record<string, number>> = {
  icmptype: 0,
  icmpcode: 1,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-sourcequench': 4,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-routeradvert': 9,
  'icmp-routersolicit': 10,
  'icmp-timxceed': 11,
  'icmp-paramprob': 12,
  'icmp-tstamp': 13,
  'icmp-tstampreply': 14,
  tcpflags: 13,
  'tcp-fin': 1,
  'tcp-syn': 2,
  'tcp-rst': 4,
  'tcp-push': 8,
  'tcp-ack': 16,
  'tcp-urg': 32,
  'tcp-ece': 64,
  'tcp-cwr': 128,
};
const transports: Readonly<Record<string, number>> = { icmp: 1, igmp: 2, tcp: 6, udp: 17 };
const networks: Readonly<Record<string, number>> = { ip: 0x0800, arp: 0x0806, rarp: 0x8035, ip6: 0x86dd };

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '|': (a, b) => (a | b) >>> 0,
  '^': (a, b) => (a ^ b) >>> 0,
  '&': (a, b) => (a & b) >>> 0,
  '<<': (a, b) => (b > 31 ? 0 : (a << b) >>> 0),
  '>>': (a, b) => (b > 31 ? 0 : a >>> b),
  '+': (a, b) => (a + b) >>> 0,
  '-': (a, b) => (a - b) >>> 0,
  '*': (a, b) => Math.imul(a, b) >>> 0,
  '/': (a, b) => (b === 0 ? Number.NaN : Math.floor(a / b)),
  '%': (a, b) => (b === 0 ? Number.NaN : a % b),
};
/** From loosest to tightest, as in C. */
const levels = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];
const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  // What is not there is not different either.
  '!=': (a, b) => a !== b && !Number.isNaN(a) && !Number.isNaN(b),
};

/** Whether what comes next begins an arithmetic expression, not a primitive. */
export function beginsArithmetic(reader: TokenReader): boolean {
  const text = reader.peek()?.text ?? '';
  const next = reader.peek(1)?.text;
  if (next === '[') return text in transports || text in networks || text === 'ether' || text === 'icmp6';
  return text === 'len' || /^(0x[\da-f]+|\d+)$/i.test(text) || text in constants || text === '-';
}

/** `expression relop expression`. Throws FilterError. */
export function parseRelation(reader: TokenReader, link: number): (packet: FilterPacket) => boolean {
  const left = parseArithmetic(reader, link);
  const token = reader.take('a comparison');
  const compare = comparisons[token.text];
  if (compare === undefined) throw new FilterError(`a comparison expected, not '${token.text}'`, token.at);
  const right = parseArithmetic(reader, link);
  return (packet) => {
    const [a, b] = [left(packet), right(packet)];
    return !Number.isNaN(a) && !Number.isNaN(b) && compare(a, b);
  };
}

function parseArithmetic(reader: TokenReader, link: number, level = 0): Value {
  const here = levels[level];
  if (here === undefined) return parseFactor(reader, link);
  let left = parseArithmetic(reader, link, level + 1);
  for (;;) {
    const text = reader.peek()?.text ?? '';
    const operate = operators[text];
    if (!here.includes(text) || operate === undefined) return left;
    reader.take('an operator');
    const [a, b] = [left, parseArithmetic(reader, link, level + 1)];
    left = (packet) => {
      const [x, y] = [a(packet), b(packet)];
      return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : operate(x, y);
    };
  }
}

function parseFactor(reader: TokenReader, link: number): Value {
  const token = reader.take('a number');
  if (token.text === '-') {
    const value = parseFactor(reader, link);
    return (packet) => -value(packet) >>> 0;
  }
  if (token.text === '(') {
    const value = parseArithmetic(reader, link);
    reader.expect(')');
    return value;
  }
  if (token.text === 'len') return (packet) => packet.length;
  if (reader.peek()?.text === '[') return parseAccess(reader, token.text, token.at, link);
  const constant = constants[token.text] ?? numberOf(token.text);
  if (constant === undefined) throw new FilterError(`a number expected, not '${token.text}'`, token.at);
  return () => constant;
}

/** Decimal, 0x hexadecimal or 0 octal. */
export function numberOf(text: string): number | undefined {
  if (/^0x[\da-f]{1,8}$/i.test(text)) return Number(text);
  if (/^0[0-7]{1,10}$/.test(text)) return Number.parseInt(text, 8);
  return /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? Number(text) : undefined;
}

/** `proto[index:size]`: a later fragment has no transport header. */
function parseAccess(reader: TokenReader, protocol: string, at: number, link: number): Value {
  reader.expect('[');
  const index = parseArithmetic(reader, link);
  let size: 1 | 2 | 4 = 1;
  if (reader.accept(':')) {
    const token = reader.take('a size');
    const told = Number(token.text);
    if (told !== 1 && told !== 2 && told !== 4) throw new FilterError('data size must be 1, 2, or 4', token.at);
    size = told;
  }
  reader.expect(']');
  const start = startOf(protocol, at, link);
  return (packet) => {
    const from = start(packet);
    return Number.isNaN(from) ? Number.NaN : packet.read(from + index(packet), size);
  };
}

function startOf(protocol: string, at: number, link: number): Value {
  if (protocol === 'ether') return () => 0;
  const type = networks[protocol];
  if (type !== undefined) return (packet) => (packet.read(link, 2) === type ? link + 2 : Number.NaN);
  if (protocol === 'icmp6') {
    return (packet) => (packet.read(link, 2) === 0x86dd && packet.read(link + 8, 1) === 58 ? link + 42 : Number.NaN);
  }
  const number = transports[protocol];
  if (number === undefined) throw new FilterError(`unknown protocol '${protocol}'`, at);
  return (packet) => {
    if (packet.read(link, 2) !== 0x0800 || packet.read(link + 11, 1) !== number) return Number.NaN;
    if ((packet.read(link + 8, 2) & 0x1fff) !== 0) return Number.NaN;
    return link + 2 + (packet.read(link + 2, 1) & 15) * 4;
  };
}

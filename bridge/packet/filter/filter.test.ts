import { describe, expect, test } from 'vitest';
import { hex } from '../../testing/hex.ts';
import { dropCauses, points, verdicts } from '../trace-batch.ts';
import { completions } from './completion.ts';
import { readFilter } from './filter.ts';
import { printFilter } from './print.ts';
import { type FilterContext, type FilterRecord, newFilterRecord, noContext } from './record.ts';

const echo = hex(`
  c2 7d 1e 90 4a 31 e6 4b c1 0f 77 a1 08 00                    # Ethernet
  45 00 00 54 8c 41 40 00 3f 01 e1 59 0a 00 01 64 c0 a8 02 02  # IPv4, TTL 63
  08 00 fe a7 1f 3c 00 02                                      # echo request
  2f bf 5e 69 00 00 00 00 8a 1e 03 00 00 00 00 00 10 11 12 13 14 15 16 17 18 19 1a 1b
  1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37
`);

const recordOf = (change: Partial<FilterRecord> = {}): FilterRecord => ({
  ...newFilterRecord(),
  seq: 427,
  tUs: 1_500_000,
  length: echo.length,
  bytes: echo,
  end: echo.length,
  ...change,
});

function passes(text: string, change: Partial<FilterRecord> = {}, context: FilterContext = noContext): boolean {
  const read = readFilter(text);
  if (!read.ok) throw new Error(`${text}: ${read.fault.message}`);
  return read.filter.over(context)(recordOf(change));
}
function faultOf(text: string): string {
  const read = readFilter(text);
  if (read.ok) return 'no fault';
  const { start, end, message, suggestion } = read.fault;
  return `${start}-${end} ${message}${suggestion === undefined ? '' : ` → ${suggestion}`}`;
}
function printed(text: string): string {
  const read = readFilter(text);
  return read.ok && read.filter.expression !== undefined ? printFilter(read.filter.expression) : faultOf(text);
}

describe('the language', () => {
  test.each([
    ['', true],
    ['icmp', true],
    ['tcp', false],
    ['not tcp', true],
    ['icmp xor tcp', true],
    ['icmp ^^ ip', false],
    ['ip.ttl == 63', true],
    ['ip.ttl eq 0x3f', true],
    ['ip.ttl == 077', true],
    ['ip.ttl == 0b111111', true],
    ['icmp.type in {3 11 8}', true],
    ['icmp.type in {1..5, 80}', false],
    ['icmp.type not in {3, 11}', true],
    ['icmp.type == "Echo request"', true],
    ['ip.addr == 10.0.0.0/8', true],
    ['ip.addr == 10.0.1.0/25', true],
    ['ip.addr == 0.0.0.0/0', true],
    ['tcp.flags.syn', false],
    ['ip.flags.df == true', true],
    ['frame[0:2] == c2:7d', true],
    ['ip.src[3] == 64', true],
    ['frame.len == 98', true],
    ['frame matches r"\\x08\\x00E"', true],
    ['_ws.col.info contains "Echo"', true],
    ['frame contains "\\x10\\x11\\x12"', true],
  ])('[PK20] %s: %s', (text, expected) => {
    expect(passes(text)).toBe(expected);
  });

  test('[PK20] an empty filter passes everything; and, or and xor bind in this order, not the closest', () => {
    expect(passes('  ')).toBe(true);
    expect(printed('a == 1')).toContain('not a field');
    expect(printed('arp or ip and icmp xor tcp')).toBe('arp or ip and icmp xor tcp');
    expect(printed('(arp or ip) and (icmp)')).toBe('(arp or ip) and icmp');
    expect(printed('! (ip.src==1.2.3.4||tcp)')).toBe('not (ip.src == 1.2.3.4 or tcp)');
    expect(printed('tcp.port in {80,443 8000..8080}')).toBe('tcp.port in {80, 443, 8000..8080}');
    expect(printed('frame contains "a\\"b"')).toBe('frame contains "a\\"b"');
    expect(printed('eth.src[0-2]==02:00:00')).toBe('eth.src[0:3] == 02:00:00');
  });
});

describe('what the lab knows', () => {
  const code = <T>(names: readonly T[], name: T): number => names.indexOf(name);

  test('[PK25] point, node, port, verdict, cause, number and time of a record', () => {
    const change = {
      point: code(points, 'drop'),
      verdict: code(verdicts, 'dropped'),
      cause: code(dropCauses, 'no router'),
      node: 3,
      port: 2,
    };
    const context = { ...noContext, nodeName: (node: number) => `sw${node}` };
    for (const text of [
      'lab.point == "drop"',
      'lab.point in {"drop", "fault"}',
      'lab.verdict == dropped',
      'lab.cause contains "router"',
      'lab.cause',
      'lab.node == "sw3"',
      'lab.node matches "^SW"',
      'lab.port == 2',
      'lab.seq == 427 and frame.number >= 400',
      'frame.time_relative == 1.5',
    ]) {
      expect(passes(text, change, context), text).toBe(true);
    }
    expect(passes('lab.cause')).toBe(false);
    expect(passes('lab.point == "drop"')).toBe(false);
  });

  test('[PK25] a journey is named by any of its packets, a check by its name', () => {
    const context: FilterContext = {
      ...noContext,
      chainOf: (seq) => Math.floor(seq / 10) * 10,
      checksOf: (seq) => (seq > 400 ? ['ping', 'forward'] : []),
    };
    expect(passes('lab.chain == 423', {}, context)).toBe(true);
    expect(passes('lab.chain == 433', {}, context)).toBe(false);
    expect(passes('lab.chain != 433', {}, context)).toBe(true);
    expect(passes('lab.check == "forward"', {}, context)).toBe(true);
    expect(passes('lab.check == "forward"', { seq: 4 }, context)).toBe(false);
    expect(passes('lab.check', { seq: 4 }, context)).toBe(false);
  });

  test('[PK25] what was found about a record is named by its kind', () => {
    const context: FilterContext = {
      ...noContext,
      findingsOf: (seq) => (seq === 7 ? ['ttl-wrong', 'sent-twice'] : []),
    };
    const of = (text: string) => [7, 8].filter((seq) => passes(text, { seq }, context));
    expect(of('lab.finding')).toEqual([7]);
    expect(of('lab.finding == "sent-twice"')).toEqual([7]);
    expect(of('lab.finding == "ttl-expired"')).toEqual([]);
  });

  test('[PK25] a comment is a text that only the log around a packet knows', () => {
    const context: FilterContext = { ...noContext, commentsOf: (seq) => (seq === 7 ? ['Why twice?', 'late'] : []) };
    const of = (text: string) => [7, 8].filter((seq) => passes(text, { seq }, context));
    expect(of('frame.comment')).toEqual([7]);
    expect(of('frame.comment contains "twice"')).toEqual([7]);
    expect(of('frame.comment matches "^LATE$"')).toEqual([7]);
    expect(of('frame.comment == "late"')).toEqual([7]);
    expect(of('frame.comment == "Late"')).toEqual([]);
    const read = readFilter('ip or frame.comment contains "x"');
    expect(read.ok && [...read.filter.needs]).toEqual(['comments']);
    expect(completions('frame.com', 9).items.map(({ text }) => text)).toEqual(['frame.comment']);
  });
});

describe('what is wrong', () => {
  test.each([
    ['ip.adr == 10.0.1.1', '0-6 “ip.adr” is not a field. → ip.addr'],
    ['ip.addr = 10.0.1.1', '8-9 “==” was expected: one “=” compares nothing. → =='],
    ['ip.addr ==', '10-10 A value was expected behind “==”.'],
    [
      'ip.addr == server1',
      '11-18 “server1” is not an IPv4 address: ip.addr is compared with an address such as 10.0.1.1 or 10.0.0.0/8.',
    ],
    ['ip.ttl == 300', '10-13 300 is too big for ip.ttl: it is at most 255.'],
    [
      'icmp.type == "Echo requst"',
      '13-26 “Echo requst” is not a number of 8 bits: icmp.type is compared with a number such as 8 or 0x08. → "Echo request"',
    ],
    ['(arp', '0-1 “)” was expected.'],
    ['arp)', '3-4 There is no “(” that this one ends.'],
    ['arp icmp', '4-8 “and”, “or” or the end of the filter was expected. → and icmp'],
    ['arp an icmp', '4-6 “and”, “or” or the end of the filter was expected. → and'],
    ['and', '0-3 A field was expected, such as ip.addr.'],
    ['tcp.port contains "x"', '0-8 tcp.port is a number of 16 bits: “contains” is for texts and bytes.'],
    ['frame contains GET', '15-18 “GET” is not bytes: frame is compared with bytes such as 47:45:54 or "GET". → "GET"'],
    ['frame contains "GET', '15-19 The text has no end: a closing quote is missing.'],
    ['ip.ttl[0] == 1', '0-9 ip.ttl is a number of 8 bits: only bytes, addresses and texts have slices.'],
    ['eth.src[x] == 1', '7-10 A slice is written [from:length], [first-last], [:length], [from:] or [at].'],
    ['tcp.port in {9..3}', '13-17 The range ends before it begins. → 3..9'],
    ['tcp.port in {}', '13-14 A set needs a value.'],
    ['tcp.port in 80', '12-14 “{” was expected: a set is written {1, 2, 5..9}. → {'],
    ['ip.src == tcp.port', '0-18 ip.src is an IPv4 address, tcp.port a number of 16 bits: they cannot be compared.'],
    ['len(http.host)', '14-14 len() must be compared with something.'],
    ['ip.addr # 3', '8-9 “#” has no meaning here.'],
  ])('[PK22] %s', (text, expected) => {
    expect(faultOf(text)).toBe(expected);
  });

  test.each([
    ['frame matches "(a+)+$"', 'repeats'],
    ['frame matches "(a|aa)*$"', 'alternatives'],
    ['frame matches ".*.*.*x"', 'More than 2'],
    ['frame matches "(a)\\\\1"', 'References'],
    ['frame matches "("', 'Not a regular expression'],
    [`frame matches "${'a'.repeat(300)}"`, 'at most 256'],
    [`${'('.repeat(100)}arp${')'.repeat(100)}`, 'within each other'],
    [`frame contains "${'a'.repeat(5000)}"`, 'at most 4000'],
  ])('[PK23] what could take for ever is refused: %s', (text, expected) => {
    expect(faultOf(text)).toContain(expected);
  });
});

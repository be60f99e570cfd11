import { expect, test } from 'vitest';
import type { StreamPiece } from '../../../server/contract/stream.ts';
import { toBase64 } from '../state/base64.ts';
import { bytesOf, coveredBy, linesOf, matchesIn, partsOf } from './stream-lines.ts';

const piece = (direction: 'client' | 'server', text: string, change: Partial<StreamPiece> = {}): StreamPiece => ({
  direction,
  seqs: [1],
  tUs: 0,
  bytesBase64: toBase64(new TextEncoder().encode(text)),
  gap: 0,
  why: null,
  differs: [],
  ...change,
});
const both = ['client', 'server'] as const;

test('[STREAM3] text is broken where it says so and where there is no more room; a hole is a line of its own', () => {
  const parts = partsOf([
    piece('client', 'GET / HTTP/1.0\r\nHost: a\r\n\r\n'),
    piece('server', '', { gap: 1200, why: 'not captured', seqs: [] }),
    piece('server', 'ok\u0000', { differs: [9] }),
  ]);
  const lines = linesOf(parts, 'ascii', both, 10);
  expect(lines.map(({ text, isFirst }) => `${isFirst ? '>' : ' '}${text}`)).toEqual([
    '>GET / HTTP',
    ' /1.0',
    ' Host: a',
    ' ',
    '>1,200 bytes are missing: not captured here',
    '>ok·',
    ' #9 carried other bytes here; the first ones are shown',
  ]);
  expect(linesOf(parts, 'ascii', ['server'], 10).length).toBe(3);
});

test('[STREAM3] a dump counts the bytes of its side', () => {
  const parts = partsOf([piece('client', 'ab'), piece('server', 'x'), piece('client', 'c'.repeat(17))]);
  expect(linesOf(parts, 'hex', ['client'], 80).map(({ text }) => text)).toEqual([
    `00000000  61 62${' '.repeat(43)}  ab`,
    `00000002  ${'63 '.repeat(7)}63  ${'63 '.repeat(7)}63  cccccccccccccccc`.replace('  cccc', '  cccc'),
    `00000012  63${' '.repeat(46)}  c`,
  ]);
  expect(linesOf(parts, 'raw', both, 80).map(({ text }) => text)).toEqual(['6162', '78', '63'.repeat(17)]);
});

test('[STREAM4] what is looked for is found over the ends of packets, in each direction by itself', () => {
  const parts = partsOf([piece('client', 'GET /in'), piece('server', 'INDEX no'), piece('client', 'dex.html')]);
  const [first, second, ...more] = matchesIn(parts, both, 'index');
  expect(first).toEqual({ side: 'client', start: 5, end: 10, part: 0 });
  expect(second).toEqual({ side: 'server', start: 0, end: 5, part: 1 });
  expect(more).toEqual([]);
  expect(matchesIn(parts, ['client'], 'index').length).toBe(1);
  const lines = linesOf(parts, 'ascii', both, 80);
  const covered = lines.map((line) => {
    const part = parts[line.part];
    return first && part && coveredBy(first, line, part);
  });
  expect(covered).toEqual([[5, 7], undefined, [0, 3]]);
});

test('[STREAM5] what is saved is the bytes that are shown, in their order', () => {
  const parts = partsOf([piece('client', 'ask'), piece('server', 'tell'), piece('client', 'bye')]);
  expect(new TextDecoder().decode(bytesOf(parts, both))).toBe('asktellbye');
  expect(new TextDecoder().decode(bytesOf(parts, ['client']))).toBe('askbye');
});

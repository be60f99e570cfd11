import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { readPcap } from '../../bridge/packet/pcap.ts';
import { PcapngWriter } from '../../bridge/packet/pcapng/writer.ts';
import { dissectCommand } from './dissect.ts';

const fixtures = fileURLToPath(new URL('../../bridge/packet/fixtures/', import.meta.url));
const captures = readdirSync(fixtures).filter((name) => name.endsWith('.pcap'));
const folder = mkdtempSync(join(tmpdir(), 'dissect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

async function run(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const chunks: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const code = await dissectCommand(args, out);
  return { code, lines: chunks.join('').split('\n').slice(0, -1) };
}

test.each(captures)('[CLI1] %s: a line a packet, as the golden summaries say', async (name) => {
  const { code, lines } = await run(fixtures + name);
  expect(code).toBe(0);
  expect(lines.length).toBe(readPcap(readFileSync(fixtures + name)).frames.length);
  const golden = readFileSync(fixtures + name.replace('.pcap', '.txt'), 'utf8').split('\n');
  for (const [i, line] of lines.entries()) {
    const [ends = '', protocol = '', info = ''] = golden[i]?.split(' | ') ?? [];
    expect(line.replace(/ +/g, ' ')).toMatch(new RegExp(`^ ?${i + 1} -?\\d+\\.\\d{6} `));
    for (const part of [ends, protocol.replace(/ \(.*/, ''), info]) {
      expect(line.replace(/ +/g, ' ')).toContain(part.replace(/ +/g, ' ').trim());
    }
  }
});

test('[CLI1] number, time, ends, protocol, length, summary', async () => {
  const writer = new PcapngWriter();
  writer.section('test');
  writer.interface({ name: 'sw0 packet_in', description: '', linkType: 1, snapLength: 0 });
  writer.interface({ name: 'raw', description: '', linkType: 101, snapLength: 0 });
  const { frame = new Uint8Array() } = readPcap(readFileSync(`${fixtures}lab.pcap`)).frames[0] ?? {};
  const common = { direction: 'in', length: frame.length, frame } as const;
  writer.packet({ ...common, interface: 0, timeNs: 1_700_000_000_000_000_001n, comments: ['seq 1', 'seen'] });
  writer.packet({ ...common, interface: 1, timeNs: 1_700_000_001_000_250_001n, comments: [] });
  writer.packet({ ...common, interface: 0, timeNs: 1_699_999_999_000_000_000n, comments: [] });
  const file = join(folder, 'three.pcapng');
  writeFileSync(file, writer.take());
  const { lines } = await run(file);
  expect(lines[0]).toMatch(/^ {4}1 {4}0\.000000 \S+ +→ \S+ +ARP +\d+ \S/);
  expect(lines[1]).toMatch(/^ {4}2 {4}1\.000250 +→ +link 101 +\d+ \d+ bytes, not of Ethernet$/);
  expect(lines[2]).toMatch(/^ {4}3 {3}-1\.000000 /);
  const [first, second] = (await run(file, '--json')).lines.map((line) => JSON.parse(line));
  expect(first).toMatchObject({
    'frame.number': 1,
    'frame.time_epoch': '1700000000.000000001',
    'frame.time_relative': '0.000000000',
    'frame.len': frame.length,
    'frame.interface_name': 'sw0 packet_in',
    'frame.comment': ['seq 1', 'seen'],
    'arp.opcode': [1],
    arp: [true],
  });
  const commented = (await run(file, '--filter', 'frame.comment contains "see"')).lines;
  expect(commented.map((line) => Number(line.slice(0, 5)))).toEqual([1]);
  expect(second['frame.time_relative']).toBe('1.000250000');
  expect(second['eth.src']).toBeUndefined();
});

test('[CLI3] a filter chooses packets; their numbers stay those of the file', async () => {
  const numbers = async (filter: string, ...more: string[]) => {
    const { code, lines } = await run(`${fixtures}lab.pcap`, '--filter', filter, ...more);
    expect(code).toBe(0);
    return lines;
  };
  const arp = await numbers('arp.opcode == 2');
  const golden = readFileSync(`${fixtures}lab.txt`, 'utf8').split('\n');
  const want = golden.flatMap((line, i) => (/\| ARP .* is at /.test(line) ? [i + 1] : []));
  expect(want.length).toBeGreaterThan(2);
  expect(arp.map((line) => Number(line.slice(0, 5)))).toEqual(want);
  const json = await numbers('arp.opcode == 2', '--json');
  expect(json.map((line) => JSON.parse(line)['frame.number'])).toEqual(want);
});

test.each([
  [['x', '--filter', 'arp.opcod == 2'], 'filter: at character 1: '],
  [['x', '--filter', 'ip.ttl > '], 'filter: at character '],
  [[], 'expected the path of one capture file'],
  [['a', 'b'], 'expected the path of one capture file'],
  [['/no/such/file'], 'no such file'],
  [['x', '--nonsense'], "Unknown option '--nonsense'"],
])('[CLI2] %j cannot be done: exit code 2 and a reason', async (args, reason) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await run(...args)).code).toBe(2);
  expect(said.mock.calls.flat().join('\n')).toContain(reason);
});

test('[CLI2] a wrong file is named with what is wrong and where', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const wrong = async (bytes: Uint8Array): Promise<string> => {
    const file = join(folder, 'wrong');
    writeFileSync(file, bytes);
    expect((await run(file)).code).toBe(2);
    return said.mock.calls.at(-1)?.join('') ?? '';
  };
  const lab = readFileSync(`${fixtures}lab.pcap`);
  expect(await wrong(Buffer.from('hello, world'))).toBe(
    `dissect: ${folder}/wrong: neither a pcap nor a pcapng file at byte 0.`,
  );
  expect(await wrong(lab.subarray(0, 30))).toContain('half a record header at byte 24.');
  expect(await wrong(new Uint8Array())).toContain('0 bytes are no capture file at byte 0.');
});

test('[CLI1] whoever has seen enough may leave', async () => {
  let chunks = 0;
  const out: Writable = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      chunks++;
      done(new Error('EPIPE'));
    },
  });
  expect(await dissectCommand([`${fixtures}lab.pcap`, '--json'], out)).toBe(0);
  expect(chunks).toBe(1);
});

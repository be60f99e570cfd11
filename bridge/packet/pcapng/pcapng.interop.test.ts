import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasTshark } from '../../testing/tshark.ts';
import type { CaptureName } from './blocks.ts';
import { readCapture } from './read-capture.ts';
import { TraceCapture } from './trace-capture.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const hasTools =
  hasTshark() && ['capinfos', 'editcap', 'mergecap'].every((tool) => spawnSync(tool, ['-v']).status === 0);

/** Standard output; anything on standard error but that it runs as root is a complaint. */
function quietly(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  expect(stderr.replace(/^Running as user .*\n?/gm, '')).toBe('');
  expect(status).toBe(0);
  return stdout;
}

const labNames = [
  { address: '10.0.1.1', name: 'eth1.router' },
  { address: '10.0.1.100', name: 'client' },
];

describe.skipIf(!hasTools)('with the programs of Wireshark', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pcapng-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ours = (names: readonly CaptureName[]): string => {
    const capture = new TraceCapture({
      epochMs: 1_700_000_000_000,
      application: 'Patchbay test',
      comment: 'Lab “simple-router”',
      names,
    });
    const { frames } = readCapture(readFileSync(join(fixtures, 'lab.pcap')));
    frames.slice(0, 40).forEach(({ frame, length }, i) => {
      const point = (['packet_in', 'to_router', 'from_router', 'drop'] as const)[i % 4] ?? 'drop';
      const verdict = point === 'drop' ? 'dropped' : 'passed';
      const [cause, rule] = [point === 'drop' ? 'no router' : 'none', i === 0 ? 'none' : 'forward'] as const;
      const parents = i === 0 ? [] : [i];
      const node = i % 4 < 2 ? 'sw0' : 'vhost1';
      capture.record({
        seq: i + 1,
        tUs: i * 1000.125,
        point,
        node,
        port: 1,
        verdict,
        cause,
        parents,
        rule,
        confidence: 95,
        length,
        frame,
      });
    });
    capture.end();
    const file = join(folder, 'ours.pcapng');
    writeFileSync(file, capture.take());
    return file;
  };

  test('[PK44] capinfos reads what we write without complaint', () => {
    const told = quietly('capinfos', ours(labNames));
    expect(told).toMatch(/File type: +Wireshark\/\.\.\. - pcapng/);
    expect(told).toMatch(/Number of packets: +40/);
    expect(told).toMatch(/Number of interfaces in file: 4/);
    expect(told).toMatch(/Capture application: +Patchbay test/);
    expect(told).toMatch(/Capture comment: +Lab “simple-router”/);
    expect(told).toMatch(/File timestamp precision: +nanoseconds \(9\)/);
    expect(told).toMatch(/Name = sw0 packet_in/);
    expect(told).toMatch(/Description = Frames at vhost1, point from_router/);
    expect(told).toMatch(/Number of stat entries = 1/);
    expect(told).toMatch(/Strict time order: +True/);
  });

  test('[PK44] tshark reads interfaces, times, comments, directions and names', () => {
    const file = ours(labNames);
    const fields = ['frame.interface_name', 'frame.time_epoch', 'frame.comment', 'frame.packet_flags_direction'];
    const rows = quietly('tshark', '-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field]))
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'));
    expect(rows.length).toBe(40);
    expect(rows[0]).toEqual(['sw0 packet_in', '1700000000.000000000', 'seq 1; port 1; passed', '0x00000001']);
    expect(rows[3]).toEqual([
      'vhost1 drop',
      '1700000000.003000375',
      'seq 4; port 1; dropped: no router; from 3 by forward, inferred 95 %',
      '',
    ]);
    const hosts = quietly('tshark', '-N', 'n', '-r', file, '-z', 'hosts', '-q');
    expect(hosts).toMatch(/^10\.0\.1\.100\tclient$/m);
    expect(quietly('tshark', '-N', 'n', '-r', file)).toMatch(/client → /);
  });

  test('[WB25] tshark shows what people say of a packet before what the log says', () => {
    const capture = new TraceCapture({ epochMs: 1_700_000_000_000, application: 'Patchbay', comment: '', names: [] });
    const record = {
      tUs: 0,
      point: 'packet_in',
      node: 'sw0',
      port: 1,
      verdict: 'passed',
      cause: 'none',
      parents: [],
      rule: 'none',
      confidence: 0,
      length: 60,
      frame: new Uint8Array(60),
    } as const;
    capture.record({ ...record, seq: 1 });
    capture.record({ ...record, seq: 2 }, 'Here the TTL is wrong – ask');
    capture.end();
    const file = join(folder, 'said.pcapng');
    writeFileSync(file, capture.take());
    const tshark = (...args: string[]) => quietly('tshark', '-n', '-r', file, '-T', 'fields', ...args);
    expect(tshark('-E', 'aggregator=|', '-e', 'frame.comment').trimEnd().split('\n')).toEqual([
      'seq 1; port 1; passed',
      'Here the TTL is wrong – ask|seq 2; port 1; passed',
    ]);
    expect(tshark('-Y', 'frame.comment contains "TTL"', '-e', 'frame.number').trim()).toBe('2');
  });

  const capture = readdirSync(fixtures).filter((name) => name.endsWith('.pcap'));
  test.each(capture)('[PK45] %s as editcap and tshark write it is the same capture', (name) => {
    const path = join(fixtures, name);
    const want = readCapture(readFileSync(path)).frames.map(({ timeNs, length, frame }) => ({ timeNs, length, frame }));
    for (const [form, write] of [
      ['pcapng', (to: string) => quietly('editcap', '-F', 'pcapng', path, to)],
      ['nsecpcap', (to: string) => quietly('editcap', '-F', 'nsecpcap', path, to)],
      ['tshark', (to: string) => quietly('tshark', '-r', path, '-w', to)],
    ] as const) {
      const file = join(folder, `${name}.${form}`);
      write(file);
      const read = readCapture(readFileSync(file)).frames;
      expect(read.map(({ timeNs, length, frame }) => ({ timeNs, length, frame }))).toEqual(want);
    }
  });

  test('[PK45] mergecap’s file has both interfaces, each with its packets', () => {
    const inputs = ['lab.pcap', 'openflow.pcap'].map((name) => join(fixtures, name));
    const merged = join(folder, 'merged.pcapng');
    quietly('mergecap', '-I', 'none', '-w', merged, ...inputs);
    const { interfaces, frames } = readCapture(readFileSync(merged));
    expect(interfaces.length).toBe(2);
    for (const [number, input] of inputs.entries()) {
      const own = frames.filter((frame) => frame.interface === number);
      const want = readCapture(readFileSync(input)).frames;
      expect(own.map(({ timeNs, frame }) => ({ timeNs, frame }))).toEqual(
        want.map(({ timeNs, frame }) => ({ timeNs, frame })),
      );
    }
  });

  test('[PK45] comments that editcap adds, and its nanoseconds, are read', () => {
    // editcap 4.0 writes no file that has names.
    const file = join(folder, 'commented.pcapng');
    quietly('editcap', '-a', '2:a remark — with “quotes”', '-t', '0.000000007', ours([]), file);
    const { frames } = readCapture(readFileSync(file));
    expect(frames[1]?.comments).toContain('a remark — with “quotes”');
    expect(frames[1]?.timeNs).toBe(1_700_000_000_001_000_132n);
  });
});

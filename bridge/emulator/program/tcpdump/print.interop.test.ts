import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readPcap } from '../../../packet/pcap.ts';
import { type CaptureFilter, compileFilter } from '../capture-filter/filter.ts';
import { FramePrinter } from './ethernet.ts';
import type { Look } from './slice.ts';

const folder = fileURLToPath(new URL('../../../packet/fixtures/', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
const theirs = (...args: string[]) => {
  const { stdout } = spawnSync('tcpdump', ['-t', '-n', ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout;
};
const told = spawnSync('tcpdump', ['--version'], { encoding: 'utf8' });
const hasTcpdump = `${told.stdout}${told.stderr}`.includes('tcpdump version 4.99');

function ours(capture: string, look: Partial<Look>, wants: CaptureFilter = () => true): string {
  const printer = new FramePrinter({
    verbose: 0,
    showsLink: false,
    isQuiet: false,
    isAbsolute: false,
    ...look,
    host: () => undefined,
    port: () => undefined,
  });
  const { frames } = readPcap(readFileSync(folder + capture));
  return frames
    .filter(({ frame, length }) => wants(frame, length))
    .map(({ frame, length }) => `${printer.print(frame, length)}\n`)
    .join('');
}

describe.skipIf(!hasTcpdump)('against tcpdump 4.99', () => {
  test.each(captures)('[EP66] %s: every line is the same', (capture) => {
    expect(ours(capture, {})).toBe(theirs('-r', folder + capture));
  });
  test.each(captures)('[EP66] %s with the link header: every line is the same', (capture) => {
    expect(ours(capture, { showsLink: true })).toBe(theirs('-e', '-r', folder + capture));
  });
  test('[EP66] -S and -v: absolute numbers, headers and checksums of ARP, ICMP, TCP and UDP', () => {
    const path = `${folder}lab.pcap`;
    expect(ours('lab.pcap', { isAbsolute: true })).toBe(theirs('-S', '-r', path));
    // Without the body of a POST, of which only the first line and the head are shown here.
    const filter = 'arp or (ip[0] = 0x45 and (icmp or udp or (tcp and (ip[2:2] < 100 or tcp[32:4] != 0x504f5354))))';
    for (const verbose of [1, 2]) {
      const told = theirs(verbose === 1 ? '-v' : '-vv', '-r', path, filter);
      expect(told.length).toBeGreaterThan(10_000);
      expect(ours('lab.pcap', { verbose }, compileFilter(filter))).toBe(told);
    }
  });
});

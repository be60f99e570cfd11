import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../determinism/random.ts';
import { readPcap } from '../../../packet/pcap.ts';
import { compileFilter } from '../capture-filter/filter.ts';
import { FilterError } from '../capture-filter/token.ts';
import { FramePrinter } from './ethernet.ts';

const folder = fileURLToPath(new URL('../../../packet/fixtures/', import.meta.url));
const frames = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .flatMap((name) => readPcap(readFileSync(folder + name)).frames.map(({ frame }) => frame));

describe('whatever comes', () => {
  test('[EP66] frames that are cut or have bytes changed are printed somehow, never a fault', () => {
    const random = seededRandom('tcpdump');
    const look = { isQuiet: false, isAbsolute: false, host: () => undefined, port: () => undefined };
    const printers = [0, 1, 2].map((verbose) => new FramePrinter({ ...look, verbose, showsLink: verbose === 1 }));
    const wants = compileFilter('tcp[tcpflags] & tcp-syn != 0 or port 53 or (vlan and icmp[0] = 8) or ip6 or net 10');
    for (const original of frames) {
      for (let round = 0; round < 12; round++) {
        const frame = original.slice(0, round % 3 === 0 ? random.nextU32() % (original.length + 1) : original.length);
        for (let flip = random.nextU32() % 4; flip > 0 && frame.length > 0; flip--) {
          // Headers, mostly: there the lengths are.
          frame[random.nextU32() % Math.min(frame.length, 80)] = random.nextU32() & 255;
        }
        const length = random.next() < 0.5 ? frame.length : original.length;
        for (const printer of printers) expect(printer.print(frame, length).length).toBeGreaterThan(0);
        wants(frame, length);
      }
    }
  });
  test('[EP67] any sequence of words is a filter or an error with a position', () => {
    const random = seededRandom('filters');
    const words =
      'host net port portrange src dst or and not ( ) [ ] tcp udp icmp ip arp ether proto vlan less greater 80 10.0.0.1 10.0.0.0/8 1-2 = != & | + - : 0x10 len broadcast multicast icmptype \\ip'.split(
        ' ',
      );
    let compiled = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from(
        { length: 1 + (random.nextU32() % 7) },
        () => words[random.nextU32() % words.length],
      ).join(' ');
      try {
        compileFilter(text)(frames[round % frames.length] ?? new Uint8Array(0), 60);
        compiled++;
      } catch (fault) {
        if (!(fault instanceof FilterError)) throw new Error(text, { cause: fault });
        expect(fault.message).toMatch(/ at position \d+$/);
      }
    }
    expect(compiled).toBeGreaterThan(300);
  });
});

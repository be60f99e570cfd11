import { readdirSync } from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { FieldValue } from '../../bridge/packet/dissect.ts';
import { hasTshark, tsharkFieldNames, tsharkFields } from '../../bridge/testing/tshark.ts';
import { compareWithTshark } from '../../bridge/testing/tshark-agreement.ts';
import { dissectCommand } from './dissect.ts';

const folder = fileURLToPath(new URL('../../bridge/packet/fixtures/', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));

describe.skipIf(!hasTshark())('dissect --json against tshark -T json', () => {
  const known = hasTshark() ? tsharkFieldNames() : new Set<string>();
  let compared = 0;

  test.each(captures)('[CLI1] %s: every field by Wireshark’s name has its value', async (capture) => {
    let text = '';
    const out = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    expect(await dissectCommand([folder + capture, '--json'], out)).toBe(0);
    const packets = text.trimEnd().split('\n').map(packetOf);
    const theirs = tsharkFields(folder + capture);
    expect(packets.length).toBe(theirs.length);
    const names = new Set(packets.flatMap(({ fields }) => [...fields.keys()]).filter((name) => known.has(name)));
    const wrong: string[] = [];
    for (const [i, { fields, around }] of packets.entries()) {
      const told = theirs[i];
      for (const name of ['frame.number', 'frame.len', 'frame.cap_len', 'frame.time_epoch', 'frame.time_relative']) {
        expect(told?.get(name)).toEqual([String(around[name])]);
      }
      // It does not know VNS nor what stands in it.
      if (fields.has('vns')) continue;
      const differences = compareWithTshark(fields, told, names);
      wrong.push(...differences.wrong.map((difference) => `${capture} ${i + 1} ${difference}`));
      compared += differences.compared;
    }
    expect(wrong.join('\n')).toBe('');
  });

  test('[CLI1] enough was compared to mean something', () => {
    expect(compared).toBeGreaterThan(15_000);
  });
});

/** Lists are fields; what stands around the packet is a text or number. */
function packetOf(line: string): {
  readonly fields: ReadonlyMap<string, readonly FieldValue[]>;
  readonly around: Readonly<Record<string, unknown>>;
} {
  const around: Record<string, unknown> = JSON.parse(line);
  const fields = new Map<string, readonly FieldValue[]>();
  for (const [name, value] of Object.entries(around)) if (Array.isArray(value)) fields.set(name, value);
  return { fields, around };
}

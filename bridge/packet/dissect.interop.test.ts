import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hasTshark, tsharkFieldNames, tsharkFields } from '../testing/tshark.ts';
import { compareWithTshark } from '../testing/tshark-agreement.ts';
import { dissect, fieldValues } from './dissect.ts';
import { readPcap } from './pcap.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));

describe.skipIf(!hasTshark())('against tshark', () => {
  const known = hasTshark() ? tsharkFieldNames() : new Set<string>();
  let compared = 0;

  test.each(captures)('[PK4] %s: every field that Wireshark has a name for has its value', (capture) => {
    const path = folder + capture;
    const theirs = tsharkFields(path);
    const { frames } = readPcap(readFileSync(path));
    expect(theirs.length).toBe(frames.length);
    const wrong: string[] = [];
    const ourFrames = frames.map(({ frame, length }) => {
      const { layers } = dissect(frame, { length });
      // It does not know VNS nor what stands in it.
      const vnsAt = layers.findIndex((layer) => layer.name === 'vns');
      return fieldValues(vnsAt < 0 ? layers : layers.slice(0, vnsAt));
    });
    const names = new Set(ourFrames.flatMap((values) => [...values.keys()]).filter((name) => known.has(name)));
    for (const [i, ourFrame] of ourFrames.entries()) {
      const differences = compareWithTshark(ourFrame, theirs[i], names);
      wrong.push(...differences.wrong.map((text) => `${capture} ${i + 1} ${text}`));
      compared += differences.compared;
    }
    expect(wrong.join('\n')).toBe('');
  });
  test('[PK4] enough was compared to mean something', async ({ annotate }) => {
    await annotate(`${compared} field values compared with tshark`);
    expect(compared).toBeGreaterThan(20_000);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hasTshark, tsharkFieldNames, tsharkFields } from '../testing/tshark.ts';
import { dissect, type FieldValue, fieldValues } from './dissect.ts';
import { readPcap } from './pcap.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));

/** Wireshark writes numbers as decimal or hex, booleans as 1 and 0, and some texts with their line end. */
function same(ours: FieldValue, theirs: string): boolean {
  if (typeof ours === 'boolean') return theirs === (ours ? '1' : '0') || theirs === (ours ? 'True' : 'False');
  if (typeof ours === 'string') return ours === theirs.replace(/(\\r\\n|\r\n)$/, '');
  return theirs !== '' && /^(0x[0-9a-f]+|\d+)$/i.test(theirs) && BigInt(theirs) === BigInt(ours);
}

/** What of ours tshark does not say, too. */
function difference(ours: readonly FieldValue[], theirs: readonly string[]): FieldValue[] {
  const left = [...theirs];
  return ours.filter((value) => {
    const at = left.findIndex((text) => same(value, text));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Where tshark tells less, or more, than this dissector: no disagreement about a value. */
function isAllowed(
  name: string,
  told: readonly string[],
  frame: ReadonlyMap<string, readonly string[]> | undefined,
): boolean {
  // It knows a protocol that is data here (ECHO, spanning tree, forms of HTTP).
  if (name === 'data.data') return told.length === 0;
  // It does not verify checksums of quoted datagrams.
  if (name.endsWith('.checksum.status')) return told.includes('2');
  // It has other names for the parts of a service's name.
  if (name === 'dns.resp.name') return frame?.has('dns.srv.name') === true;
  // It takes the middle of a long message for one.
  if (name === 'openflow.version') return told.includes('0x00');
  return false;
}

/** Names of which tshark tells more values: what it reads beyond this dissector, or tells twice. */
const toldMoreOften = new Set([
  'data.data',
  // Of IPv6 too.
  'ip.version',
  // Each byte of the padding.
  'tcp.option_kind',
  // Inside the client identifier and of padding again; raw bytes of options that are read here.
  'dhcp.hw.type',
  'dhcp.hw.mac_addr',
  'dhcp.option.type',
  'dhcp.option.value',
  // Of listener reports, whose records are data here.
  'icmpv6.reserved',
  // A first line that was cut off.
  'http.request.method',
  'http.request.uri',
  'http.request.version',
  // The identification and number of an echo in the other byte order.
  'icmp.ident',
  'icmp.seq',
]);

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
      for (const name of names) {
        const values = ourFrame.get(name) ?? [];
        const told = theirs[i]?.get(name) ?? [];
        if (isAllowed(name, told, theirs[i])) continue;
        if (told.length > values.length && !toldMoreOften.has(name)) {
          wrong.push(`${capture} ${i + 1} ${name}: left out; tshark ${told.join(', ')}`);
        }
        // It stops at OpenFlow messages and actions that it does not know, and may not see that it is OpenFlow.
        const ours = name.startsWith('openflow') ? values.slice(0, told.length) : values;
        const missing = difference(ours, told);
        if (missing.length > 0) {
          wrong.push(`${capture} ${i + 1} ${name}: ours ${missing.join(', ')}; tshark ${told.join(', ')}`);
        }
        compared += ours.length;
      }
    }
    expect(wrong.join('\n')).toBe('');
  });
  test('[PK4] enough was compared to mean something', async ({ annotate }) => {
    await annotate(`${compared} field values compared with tshark`);
    expect(compared).toBeGreaterThan(20_000);
  });
});

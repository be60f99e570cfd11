import type { FieldValue } from '../packet/dissect.ts';

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

/** What tshark says of a frame, by field name. */
type Told = ReadonlyMap<string, readonly string[]>;

/** Where a dissected frame and tshark differ about the fields called `names`, and how many values were compared. */
export function compareWithTshark(
  ourFrame: ReadonlyMap<string, readonly FieldValue[]>,
  theirFrame: Told | undefined,
  names: Iterable<string>,
): { readonly wrong: readonly string[]; readonly compared: number } {
  const wrong: string[] = [];
  let compared = 0;
  for (const name of names) {
    const values = ourFrame.get(name) ?? [];
    const told = theirFrame?.get(name) ?? [];
    if (isAllowed(name, told, theirFrame)) continue;
    if (told.length > values.length && !toldMoreOften.has(name)) {
      wrong.push(`${name}: left out; tshark ${told.join(', ')}`);
    }
    // It stops at OpenFlow messages and actions that it does not know, and may not see that it is OpenFlow.
    const ours = name.startsWith('openflow') ? values.slice(0, told.length) : values;
    const missing = difference(ours, told);
    if (missing.length > 0) wrong.push(`${name}: ours ${missing.join(', ')}; tshark ${told.join(', ')}`);
    compared += ours.length;
  }
  return { wrong, compared };
}

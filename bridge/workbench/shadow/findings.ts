import type { FieldDifference } from './frame-diff.ts';

/** What a difference in a field means, in the words of a lab. */
const meanings: Readonly<Record<string, (difference: FieldDifference) => string>> = {
  'ip.ttl': ({ expected, observed }) => `The TTL is ${observed}, expected ${expected}: it was not taken down by one.`,
  'ip.checksum': () => 'The IP header checksum is wrong after the rewrite.',
  'icmp.checksum': () => 'The ICMP checksum is wrong.',
  'eth.src': ({ expected, observed }) =>
    `The frame leaves with the source MAC ${observed}; the interface it leaves by has ${expected}.`,
  'eth.dst': ({ expected, observed }) => `The frame is addressed to ${observed}; the next hop's MAC is ${expected}.`,
  'ip.src': ({ expected, observed }) => `The source address is ${observed}, expected ${expected}.`,
  'ip.dst': ({ expected, observed }) => `The destination address is ${observed}, expected ${expected}.`,
  'icmp.type': ({ expected, observed }) => `The ICMP type is ${observed}, expected ${expected}.`,
  'icmp.code': ({ expected, observed }) => `The ICMP code is ${observed}, expected ${expected}.`,
  'arp.src.hw_mac': ({ expected, observed }) => `The ARP reply names ${observed}; the interface has ${expected}.`,
  'arp.src.proto_ipv4': ({ expected, observed }) =>
    `ARP is answered for ${observed}, somebody else's address; ${expected} was asked for.`,
};

/** The most telling of the differences in a sentence. */
export function findingOf(differences: readonly FieldDifference[]): string {
  for (const [name, meaning] of Object.entries(meanings)) {
    // A field that only one of the frames has says nothing of its value.
    const difference = differences.find(
      (each) => each.name === name && each.expected !== null && each.observed !== null,
    );
    if (difference !== undefined) return meaning(difference);
  }
  const [first] = differences;
  if (first === undefined) return 'It is as expected.';
  return `${first.label} is ${first.observed ?? 'missing'}, expected ${first.expected ?? 'none'}.`;
}

/** The most telling of the differences between two programs of which neither is known to be right. */
export function contrastOf(differences: readonly FieldDifference[]): string {
  const told = [...Object.keys(meanings)]
    .map((name) => differences.find((each) => each.name === name))
    .find((each) => each !== undefined);
  const difference = told ?? differences[0];
  if (difference === undefined) return 'Both are alike.';
  const { label, name, expected, observed } = difference;
  return `${label} (${name}) is ${observed ?? 'missing'}, in your other build ${expected ?? 'missing'}.`;
}

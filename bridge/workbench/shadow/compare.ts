import { ipv4Text } from '../../codec/addresses.ts';
import { address, arp, ether, etherTypes, ip, u16 } from '../../packet/header-layout.ts';
import type { Expectation, Expected } from '../why/expectations.ts';
import type { Divergence, Observed } from './divergence.ts';
import { type FieldDifference, fieldDifferences } from './frame-diff.ts';
import { type OtherSide, reference } from './other-side.ts';

const isArp = (frame: Uint8Array): boolean => u16(frame, ether.type) === etherTypes.arp;
const isArpRequest = (frame: Uint8Array): boolean => isArp(frame) && u16(frame, ether.header + arp.operation) === 1;
/** What kind of frame it is: only those of one kind are compared field by field. */
const kindOf = (frame: Uint8Array): string =>
  isArp(frame)
    ? `arp ${u16(frame, ether.header + arp.operation)}`
    : `${u16(frame, ether.type)} ${frame[ether.header + ip.protocol]} ${destinationOf(frame)}`;
const destinationOf = (frame: Uint8Array): string => ipv4Text(address(frame, ether.header + ip.destination));

/**
 * Compares what came of one frame with what the reference would have sent (WB200–WB204). The order is free, and so is
 * when and how often a router asks for MAC addresses: those requests are compared only where nothing else came.
 */
export function compareOutputs(
  { given, outputs }: Pick<Expectation, 'given' | 'outputs'>,
  observed: readonly Observed[],
  own: ReadonlySet<string>,
  side: OtherSide = reference,
): Divergence[] {
  const asked = observed.filter(({ frame }) => isArpRequest(frame));
  const sent = observed.filter(({ frame }) => !isArpRequest(frame));
  const replies = outputs.filter(({ frame }) => !isArpRequest(frame));
  const wanted = side.repeatsItself ? replies : distinct(replies);
  if (wanted.length === 0 && outputs.length > 0) {
    // The reference was still asking. A router that knew the MAC, or asks as well, does the same.
    const isPassedOn = sent.some(({ frame }) => destinationOf(frame) === destinationOf(given));
    return asked.length > 0 || isPassedOn ? [] : outputs.slice(0, 1).map((output) => missing(given, output, side));
  }
  const divergences: Divergence[] = [];
  const left = [...sent];
  for (const output of wanted) {
    const candidates = left
      .filter(({ frame }) => kindOf(frame) === kindOf(output.frame))
      .map((one) => ({ one, fields: differencesOf(given, output, one, own) }))
      .sort((a, b) => a.fields.length - b.fields.length);
    const [best] = candidates;
    if (best === undefined) {
      const isAsking = asked.length > 0 && !isArp(output.frame);
      if (!isAsking) divergences.push(missing(given, output, side));
      continue;
    }
    left.splice(left.indexOf(best.one), 1);
    if (best.fields.length > 0)
      divergences.push({
        what: 'different',
        ...side.different(given, output, best.fields),
        expected: output,
        observed: best.one,
        fields: best.fields,
      });
  }
  return [
    ...divergences,
    ...left.map(
      (one): Divergence => ({ what: 'extra', ...side.extra(given, one), expected: null, observed: one, fields: [] }),
    ),
  ];
}

/** Asked or answered over again is one output, not many. */
const distinct = (outputs: readonly Expected[]): Expected[] =>
  outputs.filter(
    ({ frame }, i) => outputs.findIndex((other) => Buffer.from(other.frame).equals(Buffer.from(frame))) === i,
  );

function differencesOf(
  given: Uint8Array,
  output: Expected,
  one: Observed,
  own: ReadonlySet<string>,
): readonly FieldDifference[] {
  const fields = fieldDifferences(given, output.frame, one.frame, own);
  if (output.interface === one.interface) return fields;
  return [
    { name: 'lab.interface', label: 'Interface', expected: output.interface, observed: one.interface },
    ...fields,
  ];
}

const missing = (given: Uint8Array, expected: Expected, side: OtherSide): Divergence => ({
  what: 'missing',
  ...side.missing(given, expected),
  expected,
  observed: null,
  fields: [],
});

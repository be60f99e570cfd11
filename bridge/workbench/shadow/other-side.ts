import { ipv4Text } from '../../codec/addresses.ts';
import { summarize } from '../../packet/dissect.ts';
import { address, arp, ether, etherTypes, u16 } from '../../packet/header-layout.ts';
import type { Expected } from '../why/expectations.ts';
import { expectationText } from '../why/reasons.ts';
import type { Divergence, Observed } from './divergence.ts';
import { contrastOf, findingOf } from './findings.ts';
import type { FieldDifference } from './frame-diff.ts';

type Said = Pick<Divergence, 'text' | 'requirement'>;

/** With whom a router is compared: how its side is told, and what a difference from it means. */
export interface OtherSide {
  /** True where the same frame sent twice is two outputs; the reference only asks or answers over again. */
  readonly repeatsItself: boolean;
  missing(given: Uint8Array, expected: Expected): Said;
  different(given: Uint8Array, expected: Expected, fields: readonly FieldDifference[]): Said;
  extra(given: Uint8Array, observed: Observed): Said;
}

const isArp = (frame: Uint8Array): boolean => u16(frame, ether.type) === etherTypes.arp;
const infoOf = (frame: Uint8Array): string => summarize(frame).info;

/** What the reference would have sent: another output breaks a requirement. */
export const reference: OtherSide = {
  repeatsItself: false,
  missing: (given, expected) => {
    const { text, requirement } = expectationText(given, expected);
    return { text: `${text} The router sent nothing like it.`, requirement };
  },
  different: (given, expected, fields) => ({
    text: findingOf(fields),
    requirement: expectationText(given, expected).requirement,
  }),
  extra: (given, { frame }) => {
    const isReply = isArp(frame) && isArp(given) && u16(given, ether.header + arp.operation) === 1;
    const asked = isReply ? ipv4Text(address(given, ether.header + arp.targetAddress)) : '';
    const text = isReply
      ? `ARP is answered for ${asked}, which is not the router's: the reference says nothing.`
      : `The reference sends nothing like it: ${infoOf(frame)}.`;
    return { text, requirement: null };
  },
};

/** Another program of the student: who of the two is right is another question (WB210). */
export const otherBuild: OtherSide = {
  repeatsItself: true,
  missing: (_given, { frame, interface: name }) => ({
    text: `Your other build sends out of ${name}: ${infoOf(frame)}. The router sent nothing like it.`,
    requirement: null,
  }),
  different: (_given, _expected, fields) => ({ text: contrastOf(fields), requirement: null }),
  extra: (_given, { frame, interface: name }) => ({
    text: `The router sends out of ${name}: ${infoOf(frame)}. Your other build sent nothing like it.`,
    requirement: null,
  }),
};

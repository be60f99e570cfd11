import { ipv4Text } from '../../codec/addresses.ts';
import { summarize } from '../../packet/dissect.ts';
import {
  address,
  arp,
  ether,
  etherTypes,
  icmpTypes,
  ip,
  protocols,
  u16,
  unreachable,
} from '../../packet/header-layout.ts';
import type { DropCause } from '../../packet/trace-batch.ts';
import type { Expected } from './expectations.ts';

/** What the lab asks of a router, by its rule in SPEC.md. */
export interface Requirement {
  readonly rule: string;
  readonly text: string;
}

const requirements = {
  RT1: 'A frame with a wrong IPv4 length, version or header checksum is dropped in silence.',
  RT3: 'The longest prefix of the routing table that matches decides where a packet goes.',
  RT6: 'A packet for somebody else goes on with its TTL one less; only MACs, TTL and header checksum change.',
  RT7: 'A packet for somebody else with TTL 1 or 0 goes no further: time exceeded to its sender.',
  RT8: 'A packet without a route goes no further: destination net unreachable to its sender.',
  RT10: 'An ARP request for the address of the interface it came in on is answered.',
  RT11: 'The answer to an ARP request is remembered for 15 seconds.',
  RT12: 'A next hop that is not known is asked for each second, five times; then everyone who waited is told host unreachable.',
  RT20: 'Echo requests to any of the router’s addresses are answered, whatever their TTL.',
  RT22: 'TCP and UDP to the router are answered with port unreachable, other protocols with protocol unreachable.',
  RT23: 'An ICMP error quotes the IPv4 header as it came and the 8 bytes behind it.',
  RT24: 'There is no ICMP error about an ICMP error, a later fragment, a broadcast or a multicast.',
} as const;
type Rule = keyof typeof requirements;

/** A requirement by its rule. */
export const requirementOf = (rule: Rule): Requirement => ({ rule, text: requirements[rule] });

/** Why an observed drop happened, for people. */
export const dropTexts: Readonly<Record<DropCause, string>> = {
  none: 'It was dropped.',
  'no router': 'No router was connected that could have taken it.',
  'router not ready': 'The router was connected, and had not been given its interfaces yet.',
  'router queue full': 'The router did not read fast enough: its queue was full.',
  'unknown interface': 'It was for an interface that the router does not have.',
  'unknown port': 'It was for a switch port that is not there or belongs to no router.',
  'switch gone': 'The switch was not connected when it should have gone there.',
  'switch queue full': 'The switch did not read fast enough: its queue was full.',
  'truncated by the switch': 'The switch sent only its beginning to the bridge.',
  'too large': 'It was larger than a frame may be on its way.',
  malformed: 'It was shorter than an Ethernet header.',
  fault: 'A fault that somebody set took it.',
  'held too long': 'It was held, and nobody let it go in time.',
  'not forwarded': 'Its controller did not forward it: no flow or rule wants it.',
  breakpoint: 'Somebody dropped it at a breakpoint.',
  'link down': 'The link was down.',
  'link queue full': 'The link was slower than what came: its queue was full.',
  'lost on the link': 'The link lost it, as it was told to.',
  'hold queue full': 'A breakpoint held as many as it may: this one found no room.',
};

/** What was expected of a router, why, and which requirement says so. */
export function expectationText(
  given: Uint8Array,
  { frame, interface: name }: Expected,
): { text: string; requirement: Requirement } {
  const { rule, because } = reasonOf(given, frame);
  return {
    text: `${because} Expected out of ${name}: ${summarize(frame).info}.`,
    requirement: { rule, text: requirements[rule] },
  };
}

const at = ether.header;

function reasonOf(given: Uint8Array, frame: Uint8Array): { readonly rule: Rule; readonly because: string } {
  if (u16(frame, ether.type) === etherTypes.arp) {
    const target = ipv4Text(address(frame, at + arp.targetAddress));
    if (u16(frame, at + arp.operation) === 1)
      return { rule: 'RT12', because: `The MAC address of its next hop ${target} was not known.` };
    return {
      rule: 'RT10',
      because: `It asks for ${ipv4Text(address(frame, at + arp.senderAddress))}, an address of the router.`,
    };
  }
  const destination = ipv4Text(address(given, at + ip.destination));
  const message = frame[at + ip.protocol] === protocols.icmp ? at + ((frame[at] ?? 0) & 15) * 4 : -1;
  const type = message < 0 ? -1 : (frame[message] ?? 0);
  const isOwn = address(frame, at + ip.source) !== address(given, at + ip.source);
  if (!isOwn || message < 0) return { rule: 'RT6', because: `It is for ${destination}, to which there is a route.` };
  if (type === icmpTypes.timeExceeded) return { rule: 'RT7', because: `Its TTL was ${given[at + ip.ttl]}.` };
  if (type === icmpTypes.unreachable) return unreachableReason(frame[message + 1] ?? 0, destination);
  return { rule: 'RT20', because: `It is an echo request for ${destination}, an address of the router.` };
}

function unreachableReason(code: number, destination: string): { readonly rule: Rule; readonly because: string } {
  if (code === unreachable.net) return { rule: 'RT8', because: `There is no route to ${destination}.` };
  if (code === unreachable.host)
    return { rule: 'RT12', because: `No ARP reply came for the next hop of ${destination} after five requests.` };
  return { rule: 'RT22', because: `It is for ${destination}, an address of the router, where nothing listens.` };
}

import { type Requirement, requirementOf } from '../why/reasons.ts';

/** `error`: a requirement is broken; `warning`: it is most likely wrong; `note`: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** What all findings of a kind share. */
export interface KindFacts {
  readonly severity: Severity;
  /** For people: what it is called in a list. */
  readonly title: string;
  readonly requirement: Requirement | null;
  /** Wireshark's name of the field that it is about, '' when it is about the whole frame. */
  readonly field: string;
  /** The rule by which it is concluded; null when the records say it themselves. */
  readonly inference: string | null;
}

type Rule = Parameters<typeof requirementOf>[0];

const kind =
  (severity: Severity) =>
  (title: string, rule: Rule | null, field: string, inference: string | null = null): KindFacts => ({
    severity,
    title,
    requirement: rule === null ? null : requirementOf(rule),
    field,
    inference,
  });
const error = kind('error');
const warning = kind('warning');
const note = kind('note');

const forwarded = 'the frame that it was forwarded from: same addresses, IP id and protocol';
const told = 'the ARP packets that the router was given';
const quoted = 'the packet that the error quotes';
const asked = 'the request with the same addresses';

/** Every kind of finding, by its name in `lab.finding` (WB100). */
export const kinds = {
  'ttl-not-decremented': error('TTL not decremented', 'RT6', 'ip.ttl', forwarded),
  'ttl-wrong': error('TTL decremented by more than one, or raised', 'RT6', 'ip.ttl', forwarded),
  'ttl-expired-forwarded': error('Packet with TTL 1 or 0 forwarded', 'RT7', 'ip.ttl', forwarded),
  'ip-checksum-wrong': error('IP checksum wrong after rewrite', 'RT6', 'ip.checksum'),
  'icmp-checksum-wrong': error('ICMP checksum wrong', null, 'icmp.checksum'),
  'tcp-checksum-wrong': error('TCP checksum wrong after forwarding', 'RT6', 'tcp.checksum', forwarded),
  'udp-checksum-wrong': error('UDP checksum wrong after forwarding', 'RT6', 'udp.checksum', forwarded),
  'bad-checksum-forwarded': error('Packet with a wrong IP checksum forwarded', 'RT1', 'ip.checksum', forwarded),
  'payload-changed': error('Payload changed while forwarding', 'RT6', 'ip', forwarded),
  'header-changed': warning('Other header fields changed while forwarding', 'RT6', 'ip', forwarded),
  'wrong-interface': error('Sent out of the wrong interface', 'RT3', 'ip.dst', 'the lab’s routing table'),
  'forwarded-without-route': error('Forwarded without a route', 'RT8', 'ip.dst', 'the lab’s routing table'),
  'eth-src-wrong': error('Ethernet source is not the interface’s MAC', 'RT6', 'eth.src'),
  'eth-dst-wrong': error('Ethernet destination is not the next hop’s MAC', 'RT6', 'eth.dst', told),
  'sent-before-arp': error('Sent while the next hop’s MAC was unknown', 'RT12', 'eth.dst', told),
  'sent-back': warning('Sent back to where it came from', 'RT3', 'eth.dst', forwarded),
  'sent-twice': warning('Sent twice', 'RT6', '', forwarded),
  'frame-short': error('Frame shorter than its header says', 'RT6', 'ip.len'),
  'malformed-sent': error('Malformed frame sent by a router', null, ''),
  'unknown-interface': error('Sent on an interface that is not there', null, ''),
  'arp-reply-foreign': error('ARP answered for somebody else’s address', 'RT10', 'arp.src.proto_ipv4'),
  'arp-reply-other-interface': warning('ARP answered for another interface’s address', 'RT10', 'arp.src.proto_ipv4'),
  'arp-reply-wrong-mac': error('ARP reply names a wrong MAC', 'RT10', 'arp.src.hw_mac'),
  'arp-reply-wrong-target': error('ARP reply to somebody who did not ask', 'RT10', 'arp.dst.hw_mac', asked),
  'arp-request-wrong-sender': error('ARP request with a wrong sender', 'RT12', 'arp.src.hw_mac'),
  'arp-request-not-broadcast': warning('ARP request not broadcast', 'RT12', 'eth.dst'),
  'arp-request-too-often': warning('ARP request more often than once a second', 'RT12', 'arp.dst.proto_ipv4'),
  'arp-request-sixth': error('Sixth ARP request without an answer', 'RT12', 'arp.dst.proto_ipv4', told),
  'arp-request-known': warning('ARP request although the answer is known', 'RT11', 'arp.dst.proto_ipv4', told),
  'arp-gave-up-early': error('Host unreachable before the fifth ARP request', 'RT12', 'icmp.code', quoted),
  'icmp-error-about-error': error('ICMP error about an ICMP error', 'RT24', 'icmp.type', quoted),
  'icmp-error-about-group': error('ICMP error about a broadcast or later fragment', 'RT24', 'icmp.type', quoted),
  'icmp-error-misled': error('ICMP error to somebody who is not the sender', 'RT23', 'ip.dst', quoted),
  'icmp-quote-short': error('ICMP error quotes too little', 'RT23', 'icmp'),
  'icmp-quote-wrong': error('ICMP error quotes something else', 'RT23', 'icmp', quoted),
  'icmp-wrong-code': error('ICMP error with a wrong type or code', 'RT8', 'icmp.code', quoted),
  'echo-reply-changed': error('Echo reply with changed id, sequence or data', 'RT20', 'icmp', asked),
  'duplicate-address': warning('Duplicate address', null, 'arp.src.proto_ipv4'),
  'broadcast-storm': warning('Broadcast storm', null, 'eth.dst'),
  'malformed-frame': warning('Malformed frame', null, ''),
  'tcp-zero-window': warning('TCP window is zero', null, 'tcp.window_size_value'),
  'tcp-reset': note('TCP connection reset', null, 'tcp.flags'),
  'gratuitous-arp': note('Gratuitous ARP', null, 'arp.src.proto_ipv4'),
  'echo-unanswered': note(
    'Echo request unanswered within a second',
    null,
    'icmp.type',
    'no reply was seen on its way to who asked',
  ),
  'icmp-unreachable': note('Destination unreachable', null, 'icmp.type'),
  'icmp-redirect': note('Redirect', null, 'icmp.type'),
} as const satisfies Record<string, KindFacts>;

export type FindingKind = keyof typeof kinds;
export const kindNames = Object.keys(kinds).filter((name): name is FindingKind => Object.hasOwn(kinds, name));

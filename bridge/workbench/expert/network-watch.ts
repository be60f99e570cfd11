import { ipv4Text } from '../../codec/addresses.ts';
import { icmpTypes, protocols, u16 } from '../../packet/header-layout.ts';
import { points, rules } from '../../packet/trace-batch.ts';
import { hashOf } from '../../trace/frame-index.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Report } from './finding-list.ts';
import type { FindingKind } from './kinds.ts';
import { malformedText, sentOn } from './router-watch.ts';
import { endsOf, type SeenFrame } from './seen-frame.ts';

interface Claim {
  readonly mac: string;
  readonly seq: number;
  readonly tUs: number;
}
/** An echo request that has had no answer yet. */
interface Pending {
  readonly seq: number;
  readonly tUs: number;
  readonly node: number;
  readonly source: number;
  readonly destination: number;
  readonly id: number;
  readonly sequence: number;
}

const second = 1_000_000;
/** Two owners of an address count as duplicates when both spoke within this time, µs. */
const claimUs = 60 * second;
/** The same frame at one place so often in a second is a storm. */
const storm = 20;
const most = 1024;

/** Where a frame enters what is seen of the network; a record of it further on has a parent. */
const entries: ReadonlySet<string> = new Set(['host.tx', 'sw.rx', 'packet_in']);
/** Where a frame goes towards a host. */
const exits: ReadonlySet<string> = new Set(['packet_out', 'sw.tx', 'host.rx']);
const arrivals: ReadonlySet<string> = new Set(['packet_in', 'sw.rx', 'host.rx']);

const tcp = { flags: 13, window: 14, header: 20 } as const;
const flags = { syn: 0x02, reset: 0x04 } as const;
const redirect = 5;

/** Hosts and the network between them, whoever forwards there (WB106). */
export class NetworkWatch {
  readonly #report: Report;
  readonly #nodeName: (node: number) => string;
  /** Every packet between hosts crosses the bridge. */
  readonly #seesAll: boolean;
  readonly #claims = new BoundedMap<number, Claim>(most);
  readonly #pending = new BoundedMap<string, Pending>(most);
  /** Nobody has waited for a second before this time, µs. */
  #dueUs = Number.POSITIVE_INFINITY;
  readonly #counts = new BoundedMap<string, { since: number; count: number }>(most);

  constructor(nodeName: (node: number) => string, seesAll: boolean, report: Report) {
    this.#nodeName = nodeName;
    this.#seesAll = seesAll;
    this.#report = report;
  }

  visit(frame: SeenFrame): void {
    const { record, kind } = frame;
    const point = points[record.point] ?? '';
    this.passed(record.tUs);
    if (frame.isToGroup && arrivals.has(point)) this.#storm(frame, point);
    if (exits.has(point)) {
      if (frame.icmpType === icmpTypes.echoReply) this.#answered(frame);
      else if (frame.isIcmpError) this.#refused(frame);
    }
    if (point === 'from_router') this.#fromRouter(frame);
    if (record.parentCount > 0 || !entries.has(point)) return;
    const why = malformedText(frame);
    if (why !== undefined) this.#say('malformed-frame', frame, `${why}.`);
    if (kind === 'arp') this.#arp(frame);
    else if (kind === 'ipv4') this.#ipv4(frame, point);
  }

  /** Time passes: who has waited for an echo reply for a second? */
  passed(nowUs: number): void {
    if (nowUs < this.#dueUs) return;
    this.#dueUs = Number.POSITIVE_INFINITY;
    for (const [key, pending] of this.#pending.entries()) {
      const { seq, tUs, id, sequence } = pending;
      if (nowUs - tUs < second) {
        this.#dueUs = tUs + second;
        return;
      }
      this.#pending.delete(key);
      const sentence = `${endsOf(pending)}, id ${id}, sequence ${sequence}: no echo reply was seen within a second.`;
      this.#report('echo-unanswered', { tUs, node: this.#nodeName(pending.node), seqs: [seq], sentence });
    }
  }

  /** A router speaks for addresses and says that something cannot be reached, as a host does. */
  #fromRouter(frame: SeenFrame): void {
    if (frame.kind === 'arp') this.#claim(frame);
    const isForwarded = sentOn.has(rules[frame.record.rule] ?? 'none');
    if (frame.isIcmpError && !isForwarded) this.#icmp(frame);
  }

  #arp(frame: SeenFrame): void {
    const { senderAddress, targetAddress, senderMac } = frame;
    if (senderAddress === 0) return;
    if (senderAddress === targetAddress)
      this.#say('gratuitous-arp', frame, `${ipv4Text(senderAddress)} announces itself at ${senderMac}.`);
    this.#claim(frame);
  }

  #claim(frame: SeenFrame): void {
    const { senderAddress, senderMac, record } = frame;
    const claim = { mac: senderMac, seq: record.seq, tUs: record.tUs };
    const before = this.#claims.get(senderAddress);
    this.#claims.set(senderAddress, claim);
    if (before === undefined || before.mac === senderMac || record.tUs - before.tUs > claimUs) return;
    const sentence = `${ipv4Text(senderAddress)} is said to be at ${senderMac}, and was at ${before.mac} in #${before.seq}.`;
    this.#say('duplicate-address', frame, sentence, [before.seq]);
  }

  #ipv4(frame: SeenFrame, point: string): void {
    if (frame.isIcmpError) this.#icmp(frame);
    else if (frame.icmpType === icmpTypes.echoRequest && (this.#seesAll || point === 'host.tx')) {
      const { source, destination, echoId: id, echoSequence: sequence } = frame;
      const { seq, tUs, node } = frame.record;
      if (frame.isToGroup) return;
      const key = echoKey(source, destination, id, sequence);
      // Asked again it waits from now on, behind all others.
      this.#pending.delete(key);
      this.#pending.set(key, { seq, tUs, node, source, destination, id, sequence });
      this.#dueUs = Math.min(this.#dueUs, tUs + second);
    } else if (frame.protocol === protocols.tcp && !frame.isLaterFragment) this.#tcp(frame);
  }

  #icmp(frame: SeenFrame): void {
    const { icmpType, icmpCode, destination, source } = frame;
    const ends = `${ipv4Text(source)} tells ${ipv4Text(destination)}`;
    if (icmpType === icmpTypes.unreachable)
      this.#say('icmp-unreachable', frame, `${ends}: destination unreachable, code ${icmpCode}.`);
    else if (icmpType === redirect) this.#say('icmp-redirect', frame, `${ends} to use another gateway.`);
  }

  #tcp(frame: SeenFrame): void {
    const { bytes, payload, payloadEnd } = frame;
    if (payloadEnd - payload < tcp.header) return;
    const bits = bytes[payload + tcp.flags] ?? 0;
    if ((bits & flags.reset) !== 0) this.#say('tcp-reset', frame, `${endsOf(frame)}: the connection is reset.`);
    else if ((bits & flags.syn) === 0 && u16(bytes, payload + tcp.window) === 0)
      this.#say('tcp-zero-window', frame, `${endsOf(frame)}: the receiver takes no more for now.`);
  }

  #answered({ source, destination, echoId, echoSequence }: SeenFrame): void {
    this.#pending.delete(echoKey(destination, source, echoId, echoSequence));
  }

  /** An ICMP error is an answer, too. */
  #refused(error: SeenFrame): void {
    const key = error.quotedEcho;
    if (key !== undefined) this.#pending.delete(echoKey(key.source, key.destination, key.id, key.sequence));
  }

  #storm(frame: SeenFrame, point: string): void {
    const { record } = frame;
    const place = `${point} ${record.node} ${record.port}`;
    const key = `${place} ${hashOf(record.bytes, record.start, record.end)}`;
    const known = this.#counts.get(key);
    if (known === undefined || record.tUs - known.since > second) {
      this.#counts.set(key, { since: record.tUs, count: 1 });
      return;
    }
    known.count += 1;
    if (known.count !== storm) return;
    const where = `${this.#nodeName(record.node)} port ${record.port}`;
    this.#say('broadcast-storm', frame, `The same frame came ${storm} times within a second at ${where}.`);
  }

  #say(kind: FindingKind, { record }: SeenFrame, sentence: string, evidence: readonly number[] = []): void {
    const { seq, tUs, node } = record;
    this.#report(kind, { tUs, node: this.#nodeName(node), seqs: [seq, ...evidence], sentence });
  }
}

const echoKey = (source: number, destination: number, id: number, sequence: number): string =>
  `${source} ${destination} ${id} ${sequence}`;

import { dissectLayers } from '../../packet/dissect.ts';
import { ether, etherTypes, icmpTypes, ip, u16 } from '../../packet/header-layout.ts';
import { rules } from '../../packet/trace-batch.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { requirementOf } from '../why/reasons.ts';
import { ArpWatch } from './arp-watch.ts';
import type { Report } from './finding-list.ts';
import { ForwardWatch } from './forward-watch.ts';
import { GivenFlows } from './given-flows.ts';
import { IcmpWatch } from './icmp-watch.ts';
import type { RouterFacts, RouterPort, Say } from './router-facts.ts';
import { endsOf, SeenFrame } from './seen-frame.ts';

/** Rules by which the first parent of an output is the packet that was sent on. */
export const sentOn: ReadonlySet<string> = new Set(['forward', 'arp release', 'flood']);

/**
 * One router, by the frames that it was really given (`to_router`) and what it sent itself (`from_router`): what was held,
 * edited, injected or lost on the way is behind these points or before them, and nobody blames the router for it (WB102).
 */
export class RouterWatch {
  readonly facts: RouterFacts;
  /** MACs are known to be those that the records from here on were sent with. */
  readonly #macsFrom: number;
  readonly #ports: ReadonlyMap<number, RouterPort>;
  readonly #report: Report;
  readonly #log: PacketLog;
  readonly #arp: ArpWatch;
  readonly #icmp: IcmpWatch;
  readonly #forward: ForwardWatch;
  readonly #flows = new GivenFlows();
  readonly #given = new SeenFrame();
  #looking = new SeenFrame();

  constructor(log: PacketLog, facts: RouterFacts, macsFrom: number, report: Report) {
    this.#log = log;
    this.facts = facts;
    this.#macsFrom = macsFrom;
    this.#report = report;
    this.#ports = new Map(facts.ports.map((port) => [port.port, port]));
    const say: Say = (...what) => this.#say(...what);
    this.#arp = new ArpWatch(facts, say);
    this.#icmp = new IcmpWatch(log, facts, this.#arp, say);
    this.#forward = new ForwardWatch(say);
  }

  /** Another program plays the router: it knows nothing, and everything of it is seen. */
  clear(): void {
    for (const each of [this.#arp, this.#icmp, this.#forward, this.#flows]) each.clear();
    this.#arp.isComplete = true;
  }

  /** Records were forgotten before they were looked at: what the router knows cannot be told any more. */
  missed(): void {
    this.#arp.isComplete = false;
  }

  /** The router was given a frame. */
  given(frame: SeenFrame): void {
    const port = this.#ports.get(frame.record.port);
    if (port === undefined) return;
    if (frame.kind === 'arp') this.#arp.given(frame, port);
    if (frame.kind !== 'ipv4') return;
    const { record, source, destination } = frame;
    this.#flows.add(frame.bytes, frame.at, record.seq);
    this.#arp.heardFrom(port.port, source, frame.fromMac);
    if (frame.icmpType === icmpTypes.echoRequest && this.facts.own.has(destination)) this.#icmp.asked(frame);
    const mayBeTold = !frame.isIcmpError && !frame.isLaterFragment && frame.ttl > 1 && frame.isHeaderSound;
    const hop = mayBeTold && !this.facts.own.has(destination) ? this.facts.nextHop(destination) : undefined;
    if (hop !== undefined && !frame.isToGroup) this.#arp.wants(hop.port.port, hop.address, record.seq, record.tUs);
  }

  /** The router sent a frame. */
  sent(frame: SeenFrame): void {
    const { record } = frame;
    const port = this.#ports.get(record.port);
    if (port === undefined || record.end - record.start < ether.header) return;
    this.#looking = frame;
    const hasMac = port.mac !== '' && record.seq >= this.#macsFrom;
    if (hasMac && frame.fromMac !== port.mac)
      this.#say('eth-src-wrong', `${port.name}: sent from ${frame.fromMac}; the interface has ${port.mac}.`);
    if (frame.kind === 'arp') this.#arp.sent(frame, hasMac ? port : { ...port, mac: '' });
    else if (u16(record.bytes, record.start + ether.type) === etherTypes.ipv4) this.#ipv4(frame, port);
    else this.#malformed(frame, port);
  }

  /** What the router sent went nowhere: there is no such interface. */
  unknownInterface(frame: SeenFrame, drop: number): void {
    this.#looking = frame;
    this.#say('unknown-interface', `${this.facts.name} sent it on an interface that it does not have.`, [drop]);
  }

  #ipv4(frame: SeenFrame, port: RouterPort): void {
    if (!this.#isLongEnough(frame, port)) return;
    const isOwn = this.facts.own.has(frame.source);
    if (isOwn) this.#own(frame, port);
    const isForwarded = !isOwn && this.#forwarded(frame, port);
    if (!this.facts.hasRoutes) return;
    const hop = this.facts.nextHop(frame.destination);
    const { name } = port;
    if (hop === undefined) {
      if (isForwarded) this.#say('forwarded-without-route', `${name}: ${endsOf(frame)} is sent on without a route.`);
    } else if (hop.port.port !== port.port)
      this.#say('wrong-interface', `${name}: ${endsOf(frame)} leaves here; ${hop.where} says ${hop.port.name}.`);
    else this.#arp.sentTo(frame, port, hop.address);
  }

  #isLongEnough(frame: SeenFrame, { name }: RouterPort): boolean {
    const { record, at, kind, header, total } = frame;
    const length = record.start + record.length - at;
    const version = (record.bytes[at] ?? 0) >>> 4;
    const wrong =
      kind !== 'ipv4'
        ? length >= ip.header
          ? undefined
          : `${length} bytes behind the Ethernet header are no IPv4 header`
        : version !== 4
          ? `the IP version is ${version}`
          : header < ip.header
            ? `the IP header length is ${header}; it has at least ${ip.header} bytes`
            : total < header
              ? `the total length is ${total}, less than the header’s ${header}`
              : total > length
                ? `the IP header says ${total} bytes; the frame has ${length}`
                : undefined;
    if (wrong !== undefined) this.#say('frame-short', `${name}: ${wrong}.`);
    return wrong === undefined && kind === 'ipv4';
  }

  #own(frame: SeenFrame, port: RouterPort): void {
    const requirement = requirementOf(frame.icmpType === icmpTypes.echoReply ? 'RT20' : 'RT23');
    if (!frame.isHeaderSound) this.#forward.headerChecksum(frame, port, [], { requirement });
    if (frame.icmpType < 0) {
      this.#malformed(frame, port);
      return;
    }
    const { record } = frame;
    this.#icmp.sent(frame, port, (bytes, at) =>
      rules[record.rule] === 'icmp error' ? record.parents[0] : this.#flows.find(bytes, at),
    );
  }

  /** A packet of somebody else; true when it is known to have been given to the router. */
  #forwarded(frame: SeenFrame, port: RouterPort): boolean {
    const seq = this.#cameFrom(frame);
    if (seq === 0 || !this.#given.look(this.#log, seq) || this.#given.kind !== 'ipv4') {
      if (!frame.isHeaderSound) this.#forward.headerChecksum(frame, port, []);
      return false;
    }
    if (this.#forward.isFirst(seq, frame.seq, port)) this.#forward.compare(this.#given, frame, port);
    return true;
  }

  #cameFrom({ record, bytes, at }: SeenFrame): number {
    const rule = rules[record.rule] ?? 'none';
    if (record.parentCount > 0) return sentOn.has(rule) ? (record.parents[0] ?? 0) : 0;
    const seq = this.#flows.find(bytes, at) ?? 0;
    return this.#forward.hasOutput(seq) ? 0 : seq;
  }

  #malformed(frame: SeenFrame, { name }: RouterPort): void {
    const why = malformedText(frame);
    if (why !== undefined) this.#say('malformed-sent', `${name}: ${why}.`);
  }

  #say(...[kind, sentence, evidence = [], other = {}]: Parameters<Say>): void {
    const { seq, tUs } = this.#looking.record;
    this.#report(kind, { node: this.facts.name, tUs, seqs: [seq, ...evidence], sentence, ...other });
  }
}

/** What the dissector says of a layer that its bytes do not bear out. */
export function malformedText(seen: SeenFrame): string | undefined {
  if (seen.isPlain) return undefined;
  const { frame, record } = seen;
  for (const { label, fields } of dissectLayers(frame, record.length)) {
    const wrong = fields.find(({ name }) => name === '_ws.malformed');
    if (wrong !== undefined) return `${label}: ${wrong.text}`;
  }
  return undefined;
}

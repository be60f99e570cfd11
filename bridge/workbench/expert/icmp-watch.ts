import { ipv4Text } from '../../codec/addresses.ts';
import { address, icmp, icmpTypes, ip, protocols, u16, unreachable } from '../../packet/header-layout.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { requirementOf } from '../why/reasons.ts';
import type { ArpWatch } from './arp-watch.ts';
import { BoundedMap } from './bounded-map.ts';
import { wrongTransport } from './forward-watch.ts';
import type { RouterFacts, RouterPort, Say } from './router-facts.ts';
import { SeenFrame } from './seen-frame.ts';

const mostRequests = 2048;
/** A reply to nothing that was asked is taken for a changed one when its receiver asked so shortly before, µs. */
const justAskedUs = 2_000_000;
/** IPv4 header and eight bytes. */
const leastQuoted = 28;

/** Finds the record of the datagram that is quoted at `at`; 0 when the router was given none, undefined when it cannot be told. */
export type GivenOf = (bytes: Uint8Array, at: number) => number | undefined;

interface Asked {
  readonly seq: number;
  readonly tUs: number;
}
/** The same request may come more often than once: it is answered as often. */
interface Request extends Asked {
  readonly times: number;
  readonly answers: readonly number[];
}

/** What a router says itself: echo replies and ICMP errors, held against what they are about (WB105). */
export class IcmpWatch {
  readonly #log: PacketLog;
  readonly #router: RouterFacts;
  readonly #arp: ArpWatch;
  readonly #say: Say;
  readonly #requests = new BoundedMap<string, Request>(mostRequests);
  readonly #latest = new BoundedMap<number, Asked>(mostRequests);
  readonly #given = new SeenFrame();

  constructor(log: PacketLog, router: RouterFacts, arp: ArpWatch, say: Say) {
    this.#log = log;
    this.#router = router;
    this.#arp = arp;
    this.#say = say;
  }

  clear(): void {
    for (const each of [this.#requests, this.#latest]) each.clear();
  }

  /** The router was given an echo request for itself. */
  asked({ source, echoId, echoSequence, record: { seq, tUs } }: SeenFrame): void {
    const key = `${source} ${echoId} ${echoSequence}`;
    const before = this.#requests.get(key);
    const isAgain = before !== undefined && tUs - before.tUs < justAskedUs;
    const [times, answers] = isAgain ? [before.times + 1, before.answers] : [1, []];
    this.#requests.set(key, { seq, tUs, times, answers });
    this.#latest.set(source, { seq, tUs });
  }

  /** The router sent an ICMP message of its own. */
  sent(frame: SeenFrame, port: RouterPort, given: GivenOf): void {
    const wrong = wrongTransport(frame);
    if (wrong?.kind === 'icmp-checksum-wrong')
      this.#say('icmp-checksum-wrong', `${port.name}: the checksum is ${wrong.text}.`, [], {
        requirement: requirementOf(frame.icmpType === icmpTypes.echoReply ? 'RT20' : 'RT23'),
      });
    if (frame.isFragment) return;
    if (frame.icmpType === icmpTypes.echoReply) this.#reply(frame, port);
    else if (frame.isIcmpError) this.#error(frame, port, given);
  }

  #reply(frame: SeenFrame, { name }: RouterPort): void {
    const { destination, echoId, echoSequence, record } = frame;
    const key = `${destination} ${echoId} ${echoSequence}`;
    const request = this.#requests.get(key);
    if (request === undefined) {
      const latest = this.#latest.get(destination);
      if (latest === undefined || record.tUs - latest.tUs > justAskedUs || !this.#given.look(this.#log, latest.seq))
        return;
      const { echoId: id, echoSequence: sequence } = this.#given;
      this.#say(
        'echo-reply-changed',
        `${name}: the reply has id ${echoId}, sequence ${echoSequence}; asked was with id ${id}, sequence ${sequence}.`,
        [latest.seq],
        { field: echoId === id ? 'icmp.seq' : 'icmp.ident' },
      );
      return;
    }
    const [before] = request.answers;
    if (before !== undefined && request.answers.length >= request.times)
      this.#say('sent-twice', `${name}: #${request.seq} was answered by #${before} already.`, [before, request.seq], {
        requirement: requirementOf('RT20'),
      });
    else this.#requests.set(key, { ...request, answers: [...request.answers, record.seq] });
    const given = this.#given;
    if (!given.look(this.#log, request.seq)) return;
    if (given.destination !== frame.source)
      this.#say(
        'echo-reply-changed',
        `${name}: ${ipv4Text(frame.source)} replies; ${ipv4Text(given.destination)} was asked.`,
        [request.seq],
        { field: 'ip.src' },
      );
    if (given.isFragment || !given.isWhole || !frame.isWhole) return;
    const data = (of: SeenFrame) => of.bytes.subarray(of.payload + icmp.header, of.payloadEnd);
    const [was, is] = [data(given), data(frame)];
    if (was.length === is.length && was.every((byte, i) => byte === is[i])) return;
    const how =
      was.length === is.length
        ? 'the reply has other data than the request'
        : `the reply has ${is.length} bytes of data; the request had ${was.length}`;
    this.#say('echo-reply-changed', `${name}: ${how}.`, [request.seq], { field: 'data.data' });
  }

  #error(frame: SeenFrame, port: RouterPort, givenOf: GivenOf): void {
    const { quote, payloadEnd, bytes, icmpType: type, icmpCode: code } = frame;
    const quotedBytes = payloadEnd - quote;
    if (quotedBytes < ip.header) {
      if (frame.isWhole) this.#short(port, quotedBytes, leastQuoted);
      return;
    }
    const seq = givenOf(bytes, quote);
    const given = this.#given;
    if (seq === undefined) return;
    if (seq === 0 || !given.look(this.#log, seq)) {
      if (this.#arp.isComplete)
        this.#say(
          'icmp-quote-wrong',
          `${port.name}: it quotes ${ipv4Text(address(bytes, quote + ip.source))} → ${ipv4Text(address(bytes, quote + ip.destination))}, id ${u16(bytes, quote + ip.id)}, which the router was not given.`,
        );
      return;
    }
    const evidence = [seq];
    if (frame.isWhole) {
      const least = Math.min(given.header + 8, given.total);
      if (quotedBytes < least) this.#short(port, quotedBytes, least, evidence);
      else this.#quoteAgrees(frame, given, port, least, evidence);
    }
    if (given.isIcmpError)
      this.#say(
        'icmp-error-about-error',
        `${port.name}: an ICMP error (type ${type}) about an ICMP error (type ${given.icmpType}).`,
        evidence,
      );
    else if (given.isToGroup || isGroup(given.destination) || given.isLaterFragment)
      this.#say(
        'icmp-error-about-group',
        `${port.name}: an ICMP error about ${given.isLaterFragment ? 'a later fragment' : `a packet to ${given.isToGroup ? given.toMac : ipv4Text(given.destination)}`}.`,
        evidence,
      );
    if (frame.destination !== given.source)
      this.#say(
        'icmp-error-misled',
        `${port.name}: the error goes to ${ipv4Text(frame.destination)}; the packet came from ${ipv4Text(given.source)}.`,
        evidence,
      );
    this.#reason(type, code, given, port);
  }

  #short({ name }: RouterPort, is: number, least: number, evidence: readonly number[] = []): void {
    this.#say(
      'icmp-quote-short',
      `${name}: it quotes ${Math.max(0, is)} bytes; at least ${least} are wanted.`,
      evidence,
    );
  }

  /** Header and eight bytes as they came; TTL and checksum may be those of the packet on its way out. */
  #quoteAgrees(frame: SeenFrame, given: SeenFrame, { name }: RouterPort, least: number, evidence: readonly number[]) {
    for (let i = 0; i < least; i++) {
      const isFree = i === ip.ttl || i === ip.checksum || i === ip.checksum + 1;
      const [is, was] = [frame.bytes[frame.quote + i], given.bytes[given.at + i]];
      if (isFree || is === was || was === undefined) continue;
      this.#say('icmp-quote-wrong', `${name}: byte ${i} of the quoted packet is ${is}; it was ${was}.`, evidence);
      return;
    }
  }

  /** Is it the right error about what was given? */
  #reason(type: number, code: number, given: SeenFrame, port: RouterPort): void {
    const { destination, ttl, protocol, seq } = given;
    const to = ipv4Text(destination);
    const isOwn = this.#router.own.has(destination);
    const wrong = (why: string, rule: Parameters<typeof requirementOf>[0], field = 'icmp.code') =>
      this.#say('icmp-wrong-code', `${port.name}: ${why}`, [seq], { requirement: requirementOf(rule), field });
    if (type === icmpTypes.timeExceeded && code === 0) {
      if (isOwn) wrong(`time exceeded about a packet for the router itself (${to}).`, 'RT20', 'icmp.type');
      else if (ttl > 1) wrong(`time exceeded about a packet with TTL ${ttl}.`, 'RT7', 'icmp.type');
      return;
    }
    if (type !== icmpTypes.unreachable) return;
    const hop = this.#router.hasRoutes ? this.#router.nextHop(destination) : undefined;
    if (isOwn) {
      const isServed = protocol === protocols.tcp || protocol === protocols.udp;
      if (isServed && code !== unreachable.port)
        wrong(`code ${code} about TCP or UDP to ${to}; it must be port unreachable (3).`, 'RT22');
    } else if (code === unreachable.port || code === unreachable.protocol)
      wrong(`code ${code} about a packet for ${to}, which is not the router’s.`, 'RT22');
    else if (!this.#router.hasRoutes) return;
    else if (hop === undefined && code !== unreachable.net)
      wrong(`code ${code} about ${to}, to which there is no route; it must be net unreachable (0).`, 'RT8');
    else if (hop !== undefined && code === unreachable.net)
      wrong(`net unreachable about ${to}, to which there is a route (${hop.where}).`, 'RT8');
    else if (hop !== undefined && code === unreachable.host)
      this.#arp.gaveUp(hop.port.port, hop.address, { seq, tUs: given.record.tUs });
  }
}

/** Broadcast to all, or multicast. */
const isGroup = (destination: number): boolean => destination >>> 28 === 14 || destination === -1;

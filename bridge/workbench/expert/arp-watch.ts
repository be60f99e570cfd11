import { ipv4Text } from '../../codec/addresses.ts';
import { BoundedMap } from './bounded-map.ts';
import type { RouterFacts, RouterPort, Say } from './router-facts.ts';
import type { SeenFrame } from './seen-frame.ts';

/** Who an address was said to belong to. */
interface Told {
  readonly mac: string;
  /** What was said before that, '' when nothing was. */
  readonly before: string;
  readonly seq: number;
  /** When an answer to the router said so, µs; −Infinity when only a request of its owner did. */
  readonly answeredUs: number;
}
/** Requests for one address, since the last answer. */
interface Series {
  readonly firstUs: number;
  lastUs: number;
  readonly seqs: number[];
}
interface Asked {
  readonly seq: number;
  readonly mac: string;
  readonly asker: number;
}
interface Wanting {
  readonly seq: number;
  readonly tUs: number;
}

const broadcast = 'ff:ff:ff:ff:ff:ff';
const most = 1024;
const second = 1_000_000;
/** A request is too early by this, µs after the one before: a second, less what a busy machine may blur. */
const tooSoonUs = 0.7 * second;
/** An answer counts for 15 s; one that has just come may have crossed the request. */
const known = { fromUs: 0.1 * second, untilUs: 14 * second } as const;
/** Requests further apart are not of one series. */
const seriesUs = 5 * second;
const tries = 5;

/** One number of a port and an address, exact up to 2⁴⁸. */
const keyOf = (port: number, address: number): number => port * 0x1_0000_0000 + (address >>> 0);

/** What one router knows of its neighbours, by the ARP packets that it was given, and how it asks and answers (WB104). */
export class ArpWatch {
  readonly #router: RouterFacts;
  readonly #say: Say;
  readonly #told = new BoundedMap<number, Told>(most);
  /** Owners of addresses by IPv4 packets that came from them. */
  readonly #seen = new BoundedMap<number, string>(most);
  readonly #series = new BoundedMap<number, Series>(most);
  readonly #asked = new BoundedMap<number, Asked>(most);
  /** The oldest packet that waits for a neighbour and whose sender would be told when it does not answer. */
  readonly #wanting = new BoundedMap<number, Wanting>(most);
  /** Everything that the router was given since it connected was looked at. */
  isComplete = true;

  constructor(router: RouterFacts, say: Say) {
    this.#router = router;
    this.#say = say;
  }

  clear(): void {
    for (const each of [this.#told, this.#seen, this.#series, this.#asked, this.#wanting]) each.clear();
  }

  /** The router was given an ARP packet. */
  given(frame: SeenFrame, port: RouterPort): void {
    const { senderAddress, senderMac, targetAddress, operation, record } = frame;
    if (operation === 1)
      this.#asked.set(keyOf(port.port, targetAddress), { seq: record.seq, mac: senderMac, asker: senderAddress });
    if (senderAddress === 0 || this.#router.own.has(senderAddress)) return;
    const key = keyOf(port.port, senderAddress);
    const isAnswer = operation === 2 && targetAddress === port.address && (frame.isToGroup || frame.toMac === port.mac);
    const old = this.#told.get(key);
    const answeredUs = isAnswer ? record.tUs : (old?.answeredUs ?? Number.NEGATIVE_INFINITY);
    const before = old === undefined || old.mac === senderMac ? (old?.before ?? '') : old.mac;
    this.#told.set(key, { mac: senderMac, before, seq: record.seq, answeredUs });
    if (targetAddress !== port.address) return;
    this.#series.delete(key);
    this.#wanting.delete(key);
  }

  /** The router was given a packet that came straight from the owner of its source address. */
  heardFrom(port: number, source: number, mac: string): void {
    this.#seen.set(keyOf(port, source), mac);
  }

  /** The router was given a packet for a neighbour, and has to say so when that one does not answer. */
  wants(port: number, neighbour: number, seq: number, tUs: number): void {
    const key = keyOf(port, neighbour);
    if (this.#wanting.get(key) === undefined) this.#wanting.set(key, { seq, tUs });
  }

  /** The router told a sender that a neighbour does not answer; `givenUs`: when it was given what waited. */
  gaveUp(port: number, neighbour: number, given: Wanting): void {
    const key = keyOf(port, neighbour);
    const series = this.#series.get(key);
    // One that could be told only now belongs to a series that is over.
    if (series !== undefined && given.tUs < series.firstUs - second) return;
    if (series !== undefined && series.seqs.length < tries)
      this.#say(
        'arp-gave-up-early',
        `Host unreachable after ${times(series.seqs.length)} for ${ipv4Text(neighbour)}; it must be asked for five times.`,
        [given.seq, ...series.seqs],
      );
    this.#series.delete(key);
    this.#wanting.delete(key);
  }

  /** The router sent an ARP packet. */
  sent(frame: SeenFrame, port: RouterPort): void {
    if (frame.operation === 1) this.#request(frame, port);
    else if (frame.operation === 2) this.#reply(frame, port);
  }

  /** The router sent a packet to a neighbour: does it know the neighbour's MAC, and is it that one? */
  sentTo(frame: SeenFrame, port: RouterPort, neighbour: number): void {
    const { toMac } = frame;
    const key = keyOf(port.port, neighbour);
    const told = this.#told.get(key);
    if (toMac === told?.mac || toMac === told?.before) return;
    const who = ipv4Text(neighbour);
    if (told !== undefined) {
      this.#say('eth-dst-wrong', `${port.name}: sent to ${toMac}; ${who} is at ${told.mac}.`, [told.seq]);
      return;
    }
    if (this.#seen.get(key) === toMac || !this.isComplete) return;
    const series = this.#series.get(key);
    const why =
      series === undefined
        ? `nobody was asked for the MAC address of ${who}`
        : `the request for ${who} has had no answer`;
    this.#say('sent-before-arp', `${port.name}: sent to ${toMac}, although ${why}.`, series?.seqs.slice(-1));
  }

  #request(frame: SeenFrame, port: RouterPort): void {
    const { targetAddress, senderAddress, senderMac, record } = frame;
    const { name } = port;
    const target = ipv4Text(targetAddress);
    if (targetAddress === port.address) return;
    if (frame.toMac !== broadcast)
      this.#say('arp-request-not-broadcast', `${name}: the request for ${target} goes to ${frame.toMac} alone.`);
    if (senderAddress !== port.address)
      this.#say(
        'arp-request-wrong-sender',
        `${name}: ${ipv4Text(senderAddress)} asks for ${target}; the interface has ${port.addressText}.`,
        [],
        { field: 'arp.src.proto_ipv4' },
      );
    else if (port.mac !== '' && senderMac !== port.mac)
      this.#say('arp-request-wrong-sender', `${name}: ${senderMac} asks for ${target}; the interface has ${port.mac}.`);
    const key = keyOf(port.port, targetAddress);
    const told = this.#told.get(key);
    const age = told === undefined ? Number.POSITIVE_INFINITY : record.tUs - told.answeredUs;
    if (told !== undefined && age > known.fromUs && age < known.untilUs)
      this.#say('arp-request-known', `${name}: asks for ${target} again ${seconds(age)} after the answer.`, [told.seq]);
    this.#count(key, record.seq, record.tUs, `${name}: ${target}`);
  }

  #count(key: number, seq: number, tUs: number, what: string): void {
    const series = this.#series.get(key);
    if (series === undefined || tUs - series.lastUs > seriesUs) {
      this.#series.set(key, { firstUs: tUs, lastUs: tUs, seqs: [seq] });
      return;
    }
    const gap = tUs - series.lastUs;
    const before = series.seqs.slice(-1);
    if (gap < tooSoonUs)
      this.#say(
        'arp-request-too-often',
        `${what} is asked for again after ${seconds(gap)}; once a second is enough.`,
        before,
      );
    series.lastUs = tUs;
    series.seqs.push(seq);
    if (series.seqs.length <= tries) return;
    // Without somebody who is to be told it cannot be seen whether it gave up and began anew.
    const wanting = this.#wanting.get(key);
    if (wanting !== undefined && wanting.tUs < series.firstUs + second)
      this.#say(
        'arp-request-sixth',
        `${what} is asked for the sixth time without an answer; after five everyone who waits is told.`,
        [...series.seqs.slice(0, tries), wanting.seq],
      );
    series.seqs.splice(0, series.seqs.length - tries);
  }

  #reply(frame: SeenFrame, port: RouterPort): void {
    const { senderAddress, targetAddress, senderMac, targetMac, toMac } = frame;
    const { name } = port;
    const said = ipv4Text(senderAddress);
    const asked = this.#asked.get(keyOf(port.port, senderAddress));
    const evidence = asked === undefined ? [] : [asked.seq];
    if (!this.#router.own.has(senderAddress)) {
      this.#say('arp-reply-foreign', `${name}: ARP is answered for ${said}, which is not the router’s.`, evidence);
      return;
    }
    if (senderAddress !== port.address)
      this.#say(
        'arp-reply-other-interface',
        `${name}: ARP is answered for ${said}, the address of another interface; this one has ${port.addressText}.`,
        evidence,
      );
    if (port.mac !== '' && senderMac !== port.mac)
      this.#say('arp-reply-wrong-mac', `${name}: ${said} is said to be at ${senderMac}; it is ${port.mac}.`, evidence);
    if (asked === undefined || targetAddress === senderAddress) return;
    if (targetAddress !== asked.asker)
      this.#say(
        'arp-reply-wrong-target',
        `${name}: the reply is for ${ipv4Text(targetAddress)}; ${ipv4Text(asked.asker)} asked.`,
        evidence,
        { field: 'arp.dst.proto_ipv4' },
      );
    else if (targetMac !== asked.mac || (toMac !== asked.mac && toMac !== broadcast)) {
      const isInFrame = targetMac === asked.mac;
      const [field, wrong] = isInFrame ? ['eth.dst', toMac] : ['arp.dst.hw_mac', targetMac];
      this.#say('arp-reply-wrong-target', `${name}: the reply is for ${wrong}; ${asked.mac} asked.`, evidence, {
        field,
      });
    }
  }
}

const seconds = (us: number): string => `${(us / second).toFixed(2)} s`;
const times = (count: number): string => (count === 1 ? 'one ARP request' : `${count} ARP requests`);

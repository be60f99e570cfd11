import type { Rule } from '../../packet/trace-batch.ts';
import { AskedHops } from './asked-hops.ts';
import { FrameFacts, hopKey, kinds } from './frame-facts.ts';
import { HeardFrames, keys } from './heard-frames.ts';

/** What the bridge knows of a router that it cannot see into. Addresses are signed 32-bit numbers. */
export interface RouterKnowledge {
  readonly addresses: readonly number[];
  /** To whom the routing table sends a packet for an address; undefined when it has no route. */
  nextHop(destination: number): number | undefined;
}

/** A link less certain than this is not made (WB81). */
const threshold = 50;

/**
 * How certain a link is, 0 to 100, when the rule's own conditions hold and the router is the ordinary one. Exact links have
 * 100, so these have less.
 */
const certain = {
  /** One frame fits. */
  single: 98,
  /** Several alike fit; routers answer in order, so it is the first of them. */
  first: 90,
  /** Several fit, all older than what the router was last seen to work on. */
  stale: 40,
  /** The TTL was not counted down by one. */
  wrongTtl: 75,
  /** An answer from an address that is not the router's. */
  strangerEcho: 40,
  strangerError: 60,
  laterFragment: 90,
  rewrittenOne: 80,
  rewrittenBoth: 60,
  lateAsk: 75,
  flooded: 85,
  sentAgain: 60,
} as const;

/** Frames alike that are looked at; with more it cannot be told which one it was. */
const maxAlike = 64;
/** Of several frames that may have made a router ask, the first is it when they came within this time. */
const askSoonUs = 5_000;
/** An answer that takes longer was waited for, and not given. */
const gaveUpUs = 1_000_000;

/**
 * Infers from which frames a router's output came: VNS says nothing about it (WB80–). Frames that it is given are
 * remembered, what it sends is explained by the rules of trace-batch. Neither call makes an object.
 */
export class RouterCauses {
  /** What the last `explain` concluded. */
  rule: Rule = 'none';
  confidence = 0;
  readonly parents = new Float64Array(2);
  parentCount = 0;
  readonly #knowledge: RouterKnowledge;
  readonly #facts = new FrameFacts();
  readonly #heard = new HeardFrames();
  readonly #asked = new AskedHops();
  /** The newest frame that the router was seen to have worked on: what is older and was not answered was thrown away. */
  #reached = 0;
  /** What the last search found: how many fit, and the place of the one that was chosen. */
  #fitting = 0;
  #place = -1;
  #spent = -1;
  #isInTurn = false;

  constructor(knowledge: RouterKnowledge) {
    this.#knowledge = knowledge;
  }

  /** Another program plays the router: what the last one was given explains nothing. */
  clear(): void {
    this.#heard.clear();
    this.#asked.clear();
    this.#reached = 0;
  }

  /** The router was given `bytes[start, end)` as record `seq`. */
  heard(seq: number, tUs: number, port: number, bytes: Uint8Array, start: number, end: number): void {
    const facts = this.#facts;
    facts.read(bytes, start, end);
    const isArp = facts.kind === kinds.arpReply || facts.kind === kinds.arpRequest;
    if (isArp) this.#asked.told(port, facts.source, facts.senderMac, seq);
    this.#heard.add(facts, seq, tUs, port, this.#needs(facts));
  }

  /** The router sent `bytes[start, end)`: true when its cause is known well enough, and then in `rule` and `parents`. */
  explain(tUs: number, port: number, bytes: Uint8Array, start: number, end: number): boolean {
    const facts = this.#facts;
    facts.read(bytes, start, end);
    this.rule = 'none';
    this.confidence = 0;
    this.parentCount = 0;
    if (facts.kind === kinds.arpRequest) this.#ask(facts, tUs, port);
    else if (facts.kind === kinds.arpReply) this.#answer(facts, tUs, port, 'arp reply', certain.single);
    else this.#packet(facts, tUs, port);
    return this.parentCount > 0;
  }

  #packet(facts: FrameFacts, tUs: number, port: number): void {
    if (this.#search(keys.flow, facts.flow, facts, tUs, port)) {
      const ttl = this.#heard.ttl[this.#place] ?? 0;
      const isIpv4 = facts.kind === kinds.ipv4;
      const certainty = !isIpv4 || facts.ttl === ttl - 1 ? this.#byTurn() : Math.min(certain.wrongTtl, this.#byTurn());
      this.#conclude('forward', certainty, facts, port);
    } else if (this.#spent >= 0) this.#again(facts, port);
    else if (facts.quoted !== 0) this.#complaint(facts, tUs, port);
    else if (facts.isEchoReply && this.#isOwn(facts.source))
      this.#answer(facts, tUs, port, 'echo reply', certain.single);
    else if (facts.kind === kinds.ipv4) this.#rewritten(facts, tUs, port);
    if (this.parentCount === 0 && facts.isEchoReply && !this.#isOwn(facts.source))
      this.#answer(facts, tUs, port, 'echo reply', certain.strangerEcho);
  }

  #complaint(facts: FrameFacts, tUs: number, port: number): void {
    if (!this.#search(keys.flow, facts.quoted, undefined, tUs, port)) return;
    const hasWaited = tUs - (this.#heard.tUs[this.#place] ?? 0) > gaveUpUs;
    if (hasWaited) this.#asked.gaveUp(this.#heard.seq[this.#place] ?? 0);
    const byTurn = hasWaited ? certain.first : this.#byTurn();
    const certainty = this.#isOwn(facts.source) ? byTurn : Math.min(certain.strangerError, byTurn);
    // Whom it tells was known by then, or asked for later: that it waited for two neighbours is not seen.
    this.#conclude('icmp error', certainty, facts, port, !hasWaited);
  }

  /** An answer to a request: echo or ARP. */
  #answer(facts: FrameFacts, tUs: number, port: number, rule: Rule, certainty: number): void {
    if (!this.#search(keys.exchange, facts.exchange, undefined, tUs, port)) return;
    this.#conclude(rule, Math.min(certainty, this.#byTurn()), facts, port);
  }

  /** The very packet under other addresses or ports. */
  #rewritten(facts: FrameFacts, tUs: number, port: number): void {
    if (!this.#search(keys.content, facts.content, undefined, tUs, port)) return;
    const heard = this.#heard;
    const place = this.#place;
    const isTurned = heard.source[place] === facts.destination && heard.destination[place] === facts.source;
    if (isTurned && this.#isOwn(facts.source)) {
      // A later fragment of an echo reply: no ICMP header says so.
      this.#conclude('echo reply', Math.min(certain.laterFragment, this.#byTurn()), facts, port);
      return;
    }
    if (facts.ttl !== (heard.ttl[place] ?? 0) - 1) return;
    const isOneKept = heard.source[place] === facts.source || heard.destination[place] === facts.destination;
    const certainty = isOneKept ? certain.rewrittenOne : certain.rewrittenBoth;
    this.#conclude('nat', Math.min(certainty, this.#byTurn()), facts, port);
  }

  /** All frames like this one were sent on before: to another port it is a flood. */
  #again(facts: FrameFacts, port: number): void {
    const isFlood = this.#heard.outputPort[this.#spent] !== port;
    this.#place = this.#spent;
    this.#conclude(isFlood ? 'flood' : 'forward', isFlood ? certain.flooded : certain.sentAgain, facts, port);
  }

  #ask(facts: FrameFacts, tUs: number, port: number): void {
    const target = facts.destination;
    const before = this.#asked.askingFor(port, target, tUs);
    if (before > 0) {
      this.#found('arp request for', certain.first, before);
      return;
    }
    if (!this.#search(keys.hop, hopKey(target), undefined, tUs, port)) return;
    const seq = this.#heard.seq[this.#place] ?? 0;
    const isSoon = tUs - (this.#heard.tUs[this.#place] ?? 0) <= askSoonUs;
    const certainty = isSoon ? this.#byTurn() : this.#fitting === 1 ? certain.lateAsk : certain.stale;
    this.#found('arp request for', this.#isInTurn ? certainty : certain.stale, seq);
    if (this.parentCount === 0) return;
    this.#asked.ask(port, target, seq, tUs);
    this.#reached = Math.max(this.#reached, seq);
  }

  /**
   * Looks for the frame that an output came from, among those with the key that were not sent on before: routers work in
   * order, so it is the oldest that the router has not passed by, or that waited for a neighbour. `body` must be that of
   * `like`, when it is given. False when there is none; `#spent` is then the place of one that was sent on.
   */
  #search(which: number, key: number, like: FrameFacts | undefined, tUs: number, port: number): boolean {
    const heard = this.#heard;
    const { toMac } = this.#facts;
    this.#fitting = 0;
    this.#place = -1;
    this.#spent = -1;
    this.#isInTurn = false;
    let alike = 0;
    let others = 0;
    let other = -1;
    for (let node = heard.newest(which, key, tUs); node >= 0; node = heard.older(node)) {
      const place = heard.placeOf(node);
      if (like !== undefined && heard.body[place] !== like.body) continue;
      alike += 1;
      // In a loop the same packet comes again and again, each time with another TTL.
      if (like?.kind === kinds.ipv4 && heard.ttl[place] !== like.ttl + 1) {
        others += 1;
        if (heard.outputs[place] === 0) other = place;
        if (alike > maxAlike) break;
        continue;
      }
      if ((heard.outputs[place] ?? 0) > 0) {
        this.#spent = place;
        break;
      }
      if (alike > maxAlike) {
        this.#isInTurn = false;
        break;
      }
      const seq = heard.seq[place] ?? 0;
      const isInTurn = seq > this.#reached || this.#asked.releaseOf(port, toMac, seq) > 0;
      if (isInTurn && !this.#isInTurn) this.#fitting = 0;
      if (!isInTurn && this.#isInTurn) continue;
      this.#isInTurn = isInTurn;
      this.#fitting += 1;
      this.#place = place;
    }
    if (this.#place < 0 && this.#spent < 0) {
      this.#place = other;
      this.#fitting = others;
    }
    return this.#place >= 0;
  }

  #byTurn(): number {
    if (this.#fitting === 1) return certain.single;
    return this.#isInTurn ? certain.first : certain.stale;
  }

  #conclude(rule: Rule, confidence: number, facts: FrameFacts, port: number, mayWait = true): void {
    const place = this.#place;
    const seq = this.#heard.seq[place] ?? 0;
    const release = mayWait ? this.#asked.releaseOf(port, facts.toMac, seq) : 0;
    this.#found(rule === 'forward' && release > 0 ? 'arp release' : rule, confidence, seq);
    if (this.parentCount === 0) return;
    const outputs = this.#heard.outputs[place] ?? 0;
    if (outputs === 0) this.#heard.outputPort[place] = port;
    this.#heard.outputs[place] = Math.min(255, outputs + 1);
    this.#reached = Math.max(this.#reached, seq, release);
    if (release === 0) return;
    this.parents[1] = release;
    this.parentCount = 2;
  }

  #found(rule: Rule, confidence: number, parent: number): void {
    if (confidence < threshold) return;
    this.rule = rule;
    this.confidence = confidence;
    this.parents[0] = parent;
    this.parentCount = 1;
  }

  #isOwn(address: number): boolean {
    return this.#knowledge.addresses.includes(address);
  }

  /** Key of the next hop whose MAC the router needs for what it does with a frame, 0 when it needs none. */
  #needs(facts: FrameFacts): number {
    if (facts.kind !== kinds.ipv4 || !facts.isSound) return 0;
    const { destination } = facts;
    const isAnswered = facts.ttl <= 1 || this.#isOwn(destination);
    const hop = isAnswered ? undefined : this.#knowledge.nextHop(destination);
    const back = hop ?? this.#knowledge.nextHop(facts.source);
    return back === undefined ? 0 : hopKey(back);
  }
}

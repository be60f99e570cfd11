import { advanced, distance, isAfter, isBefore } from './sequence.ts';

/** A segment that was sent and is not acknowledged. */
export interface Sent {
  readonly start: number;
  /** Behind its last sequence number, SYN and FIN counted. */
  readonly end: number;
  readonly flags: number;
  sentAtUs: number;
  /** Counts what was sent, again or for the first time. */
  order: number;
  timesSent: number;
  state: 'flying' | 'arrived' | 'lost';
}

export interface Delivery {
  /** Of the last segment that was sent once and has just arrived; undefined when there is none (Karn). */
  readonly rttUs: number | undefined;
}

/** RFC 5681's three duplicates. */
const duplicateThreshold = 3;
/** Acknowledged segments are taken off the list's front so many at once. */
const compactAt = 256;

/**
 * What is on the way: by selective acknowledgements (RFC 2018) each segment is flying, arrived or lost. One is lost when three
 * that were sent after it have arrived, be it sent for the first time (RFC 6675 IsLost) or again.
 */
export class Flight {
  #sent: Sent[] = [];
  #first = 0;
  #start: number;
  #end: number;
  #arrivedBytes = 0;
  #lostBytes = 0;
  /** Without SACK: what duplicates say has left the network (RFC 5681's inflation of the window, counted the other way). */
  #duplicateBytes = 0;
  #order = 0;
  /** The highest orders that arrived, highest first. */
  #latest: [number, number, number] = [-1, -1, -1];
  #minRttUs = Number.POSITIVE_INFINITY;

  constructor(start: number) {
    this.#start = start;
    this.#end = start;
  }

  get isEmpty(): boolean {
    return this.#first === this.#sent.length;
  }

  /** Sequence numbers between the first that is not acknowledged and the last that was sent. */
  get size(): number {
    return distance(this.#start, this.#end);
  }

  /** Bytes that are believed to be in the network (RFC 6675's pipe). */
  get pipe(): number {
    return Math.max(0, this.size - this.#arrivedBytes - this.#lostBytes - this.#duplicateBytes);
  }

  get first(): Sent | undefined {
    return this.#sent[this.#first];
  }

  add(length: number, flags: number, nowUs: number): Sent {
    const start = this.#end;
    this.#end = advanced(start, length);
    const sent: Sent = {
      start,
      end: this.#end,
      flags,
      sentAtUs: nowUs,
      order: this.#order++,
      timesSent: 1,
      state: 'flying',
    };
    this.#sent.push(sent);
    return sent;
  }

  /** Everything before `to` has arrived. */
  acknowledge(to: number, nowUs: number): Delivery {
    let rttUs: number | undefined;
    let sent = this.first;
    while (sent !== undefined && !isAfter(sent.end, to)) {
      this.#first += 1;
      rttUs = this.#arrive(sent, nowUs) ?? rttUs;
      this.#arrivedBytes -= distance(sent.start, sent.end);
      sent = this.first;
    }
    if (sent !== undefined && isBefore(sent.start, to)) this.#cut(sent, to);
    this.#duplicateBytes = Math.max(0, this.#duplicateBytes - distance(this.#start, to));
    this.#start = to;
    if (this.#first >= compactAt || this.isEmpty) {
      this.#sent.splice(0, this.#first);
      this.#first = 0;
    }
    if (this.isEmpty) this.#duplicateBytes = 0;
    return { rttUs };
  }

  /** What the peer has beyond a gap: `edges` are left and right by turns. */
  arrived(edges: readonly number[], nowUs: number): Delivery {
    let rttUs: number | undefined;
    for (let i = 0; i + 1 < edges.length; i += 2) {
      const left = edges[i] ?? 0;
      const right = edges[i + 1] ?? 0;
      // What lies before the start is a D-SACK (RFC 2883), what lies behind the end is nonsense.
      if (!isBefore(left, right) || isBefore(left, this.#start) || isAfter(right, this.#end)) continue;
      for (let at = this.#indexOf(left); at < this.#sent.length; at++) {
        const sent = this.#sent[at];
        if (sent === undefined || isAfter(sent.end, right)) break;
        rttUs = this.#arrive(sent, nowUs) ?? rttUs;
      }
    }
    return { rttUs };
  }

  /** Without SACK: one more segment left the network, nobody says which. */
  duplicate(segmentBytes: number): void {
    const first = this.first;
    if (first === undefined) return;
    const most = this.size - distance(first.start, first.end);
    this.#duplicateBytes = Math.min(this.#duplicateBytes + segmentBytes, most);
  }

  /** Marks what is lost by now; true when that is more than before. */
  findLost(): boolean {
    const before = this.#lostBytes;
    const third = this.#latest[duplicateThreshold - 1] ?? -1;
    for (let at = this.#first; third >= 0 && at < this.#sent.length; at++) {
      const sent = this.#sent[at];
      if (sent !== undefined && sent.state === 'flying' && sent.order < third) this.#lose(sent);
    }
    return this.#lostBytes > before;
  }

  /** The first one is lost, by three duplicates or a partial acknowledgement (RFC 6582). */
  loseFirst(): void {
    if (this.first?.state === 'flying') this.#lose(this.first);
  }

  /** The timer ran out: nothing is in the network any more. A peer that lacks what it said to have is not believed again. */
  loseAll(): void {
    const hasReneged = this.first?.state === 'arrived';
    this.#duplicateBytes = 0;
    for (let at = this.#first; at < this.#sent.length; at++) {
      const sent = this.#sent[at];
      if (sent === undefined) continue;
      if (hasReneged && sent.state === 'arrived') {
        this.#arrivedBytes -= distance(sent.start, sent.end);
        sent.state = 'flying';
      }
      if (sent.state === 'flying') this.#lose(sent);
    }
  }

  /** Those of more than `length` bytes cannot have passed a path that got narrower. */
  loseLongerThan(length: number): void {
    for (let at = this.#first; at < this.#sent.length; at++) {
      const sent = this.#sent[at];
      if (sent?.state === 'flying' && distance(sent.start, sent.end) > length) this.#lose(sent);
    }
  }

  /** The first one that has to be sent again, at most `length` sequence numbers of it. */
  nextLost(length: number): Sent | undefined {
    if (this.#lostBytes === 0) return undefined;
    for (let at = this.#first; at < this.#sent.length; at++) {
      const sent = this.#sent[at];
      if (sent?.state !== 'lost') continue;
      return distance(sent.start, sent.end) > length ? this.#split(at, sent, length) : sent;
    }
    return undefined;
  }

  sentAgain(sent: Sent, nowUs: number): void {
    if (sent.state === 'lost') this.#lostBytes -= distance(sent.start, sent.end);
    sent.state = 'flying';
    sent.sentAtUs = nowUs;
    sent.order = this.#order++;
    sent.timesSent += 1;
  }

  #lose(sent: Sent): void {
    sent.state = 'lost';
    this.#lostBytes += distance(sent.start, sent.end);
  }

  #arrive(sent: Sent, nowUs: number): number | undefined {
    if (sent.state === 'arrived') return undefined;
    const length = distance(sent.start, sent.end);
    if (sent.state === 'lost') this.#lostBytes -= length;
    this.#arrivedBytes += length;
    sent.state = 'arrived';
    const rttUs = nowUs - sent.sentAtUs;
    if (sent.timesSent === 1) this.#minRttUs = Math.min(this.#minRttUs, rttUs);
    // Sooner than any round trip it cannot be the last copy that arrived, and an earlier one says nothing about the order.
    else if (rttUs < this.#minRttUs) return undefined;
    this.#rank(sent.order);
    return sent.timesSent === 1 ? rttUs : undefined;
  }

  #rank(order: number): void {
    const [first, second, third] = this.#latest;
    if (order > first) this.#latest = [order, first, second];
    else if (order > second) this.#latest = [first, order, second];
    else if (order > third) this.#latest = [first, second, order];
  }

  /** An acknowledgement amid a segment: its beginning is done. */
  #cut(sent: Sent, to: number): void {
    const gone = distance(sent.start, to);
    if (sent.state === 'lost') this.#lostBytes -= gone;
    else if (sent.state === 'arrived') this.#arrivedBytes -= gone;
    this.#sent[this.#first] = { ...sent, start: to };
  }

  #split(at: number, sent: Sent, length: number): Sent {
    const middle = advanced(sent.start, length);
    const head: Sent = { ...sent, end: middle, flags: 0 };
    this.#sent.splice(at, 1, head, { ...sent, start: middle });
    return head;
  }

  /** Index of the first segment that does not begin before `sequence`. */
  #indexOf(sequence: number): number {
    let low = this.#first;
    let high = this.#sent.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const sent = this.#sent[middle];
      if (sent !== undefined && isBefore(sent.start, sequence)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

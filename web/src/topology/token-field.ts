import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { shapeOf } from '../ui/frame-shape.ts';
import type { ProtoShape } from '../ui/proto-glyph.tsx';
import { type cableIndex, crossings, isOutside, isSending, type Leg, legsOf } from './journey.ts';

/** At most so many tokens travel at once; beyond that links pulse with counts instead (MAP4). */
export const mostTokens = 60;
const pulseMs = 400;
/** A pulse's number is that of this long: in a storm it does not grow for ever. */
const countMs = 1_000;
/** How long a step of a journey is lit when nothing may move. */
const stepMs = 700;

/** Picks at most `room` of a batch, evenly: a storm looks like traffic, not like its first records. */
export function sample<T>(items: readonly T[], room: number): T[] {
  if (items.length <= room) return [...items];
  return Array.from({ length: Math.max(0, room) }, (_, at) => items[Math.floor((at * items.length) / room)]).filter(
    (item) => item !== undefined,
  );
}

interface Traveller {
  readonly legs: Leg[];
  readonly shape: ProtoShape;
  leg: number;
  startMs: number;
  readonly records: Stop[];
}

/** A record that a token stands for, and the links that lead to it. */
interface Stop {
  readonly seq: number;
  readonly legs: number;
}

/** Records of one frame that follow one another over links: one token. */
interface Trip {
  readonly shape: ProtoShape;
  readonly legs: Leg[];
  readonly records: Stop[];
  /** Legs of another trip that come before its own begin: of a frame that a switch sent out of several ports. */
  readonly after: number;
}

/** A frame that was seen outside of the bridge so lately is still seen there, µs. */
const watchedUs = 1_000_000;

/** A token to draw: where on which link, and what it is. */
export interface Token {
  readonly link: string;
  /** From 0 at the link's first end to 1 at its second. */
  readonly share: number;
  readonly shape: ProtoShape;
  /** Of the packet that is played; the others are only passing. */
  readonly seq?: number;
}
/** A link that is lit for a moment, and how many packets it stands for. */
export interface Pulse {
  readonly link: string;
  readonly count: number;
}

interface PulseCount {
  /** Start of the second that is counted. */
  sinceMs: number;
  count: number;
  /** Of the second before. */
  before: number;
  untilMs: number;
}

interface Step {
  readonly seq: number;
  readonly leg: Leg;
  readonly shape: ProtoShape;
}

/** Those of rising records that were logged while the page was here: what had happened before does not happen again (MAP4). */
export function newsOf(records: readonly TraceRecord[], liveFrom: number): readonly TraceRecord[] {
  const [first] = records;
  return first === undefined || first.seq >= liveFrom ? records : records.filter(({ seq }) => seq >= liveFrom);
}

/**
 * The packets on the map as data, without drawing (MAP4, MAP9): tokens that travel their links, pulses where there are too
 * many of them, and one journey that is played. Times are milliseconds of any one clock.
 */
export class TokenField {
  readonly #cables: ReturnType<typeof cableIndex>;
  readonly #moving: boolean;
  readonly #legMs: number;
  #travellers: Traveller[] = [];
  /** Who stands for a record, as long as it travels. */
  readonly #bySeq = new Map<number, Traveller>();
  /** When a frame was seen outside of the bridge last, µs of the log. */
  #outsideUs = Number.NEGATIVE_INFINITY;
  #pulses = new Map<string, PulseCount>();
  #played: { readonly steps: readonly Step[]; readonly startMs: number } | undefined;

  /** `legMs`: time over one link; without motion links only light up. */
  constructor(cables: ReturnType<typeof cableIndex>, moving: boolean, legMs: number) {
    this.#cables = cables;
    this.#moving = moving;
    this.#legMs = Math.max(1, legMs);
  }

  /** Takes new records: some travel, the rest pulse. A frame that is seen link after link is one token (MAP13). */
  take(records: readonly TraceRecord[], nowMs: number): void {
    const room = this.#moving ? mostTokens - this.#travellers.length : 0;
    const trips = this.#tripsOf(records);
    const chosen = sample(trips, room);
    for (const { shape, legs, records: stops, after } of chosen) {
      const traveller = { legs, shape, leg: 0, startMs: nowMs + after * this.#legMs, records: stops };
      this.#travellers.push(traveller);
      for (const { seq } of stops) this.#bySeq.set(seq, traveller);
    }
    if (chosen.length === trips.length) return;
    for (const record of records) {
      if (isSending(record)) continue;
      for (const { link } of legsOf(record, this.#cables, this.#isWatched(record))) this.#pulse(link, nowMs);
    }
  }

  /** New trips of these records; what goes on with a frame that travels already is added to that. */
  #tripsOf(records: readonly TraceRecord[]): Trip[] {
    const trips: Trip[] = [];
    const own = new Map<number, Trip>();
    for (const record of records) {
      if (isOutside(record)) this.#outsideUs = record.tUs;
      const [parent = 0] = record.point === 'packet_in' || isOutside(record) ? record.parents : [];
      const before = own.get(parent) ?? this.#bySeq.get(parent);
      const goesOn = before?.records.at(-1)?.seq === parent;
      const legs = isSending(record) ? [] : legsOf(record, this.#cables, this.#isWatched(record));
      if (before !== undefined && goesOn) {
        before.legs.push(...legs);
        before.records.push({ seq: record.seq, legs: before.legs.length });
        if ('after' in before) own.set(record.seq, before);
        else this.#bySeq.set(record.seq, before);
      } else if (legs.length > 0 || isSending(record)) {
        const after = before === undefined ? 0 : legsUntil(before, parent);
        const records = [{ seq: record.seq, legs: legs.length }];
        const trip: Trip = { shape: shapeOf(record.frame), legs: [...legs], records, after };
        own.set(record.seq, trip);
        trips.push(trip);
      }
    }
    return trips.filter(({ legs }) => legs.length > 0);
  }

  /** While frames are seen at hosts and switches, PACKET_IN and PACKET_OUT stand for the channel alone. */
  #isWatched({ tUs }: TraceRecord): boolean {
    return Math.abs(tUs - this.#outsideUs) < watchedUs;
  }

  #pulse(link: string, nowMs: number): void {
    const pulse = this.#pulses.get(link) ?? { sinceMs: nowMs, count: 0, before: 0, untilMs: 0 };
    if (nowMs - pulse.sinceMs >= countMs) {
      pulse.before = pulse.count;
      pulse.count = 0;
      pulse.sinceMs = nowMs;
    }
    pulse.count++;
    pulse.untilMs = nowMs + pulseMs;
    this.#pulses.set(link, pulse);
  }

  /** Plays a journey, link by link, instead of the one before. */
  play(chain: readonly TraceRecord[], nowMs: number): void {
    const steps = crossings(chain, this.#cables).map(({ record, leg }) => ({
      seq: record.seq,
      leg,
      shape: shapeOf(record.frame),
    }));
    this.#played = steps.length === 0 ? undefined : { steps, startMs: nowMs };
  }

  /** What to draw now; what has arrived is gone. */
  at(nowMs: number): {
    readonly tokens: readonly Token[];
    readonly pulses: readonly Pulse[];
    readonly playing: boolean;
  } {
    const tokens: Token[] = [];
    this.#travellers = this.#travellers.filter((each) => {
      if (nowMs < each.startMs) return true;
      const passed = Math.floor((nowMs - each.startMs) / this.#legMs);
      each.leg += passed;
      each.startMs += passed * this.#legMs;
      const leg = each.legs[each.leg];
      if (leg === undefined) {
        for (const { seq } of each.records) this.#bySeq.delete(seq);
        return false;
      }
      tokens.push({ ...placeOn(leg, (nowMs - each.startMs) / this.#legMs), shape: glyphOf(leg, each.shape) });
      return true;
    });
    const pulses: Pulse[] = [];
    for (const [link, { count, before, untilMs }] of this.#pulses)
      if (untilMs <= nowMs) this.#pulses.delete(link);
      else pulses.push({ link, count: Math.max(count, before) });
    const playing = this.#playStep(nowMs);
    if (playing !== undefined) {
      const { leg, seq, shape, share } = playing;
      tokens.push({ ...placeOn(leg, share), shape: glyphOf(leg, shape), seq });
    }
    return { tokens, pulses, playing: playing !== undefined };
  }

  #playStep(nowMs: number): (Step & { readonly share: number }) | undefined {
    if (this.#played === undefined) return undefined;
    const { steps, startMs } = this.#played;
    const each = this.#moving ? this.#legMs : stepMs;
    const passed = (nowMs - startMs) / each;
    const step = steps[Math.floor(passed)];
    if (step === undefined) {
      this.#played = undefined;
      return undefined;
    }
    // Without motion the mark stands in the middle of its link and steps on.
    return { ...step, share: this.#moving ? passed % 1 : 0.5 };
  }

  clear(): void {
    this.#travellers = [];
    this.#bySeq.clear();
    this.#outsideUs = Number.NEGATIVE_INFINITY;
    this.#pulses.clear();
    this.#played = undefined;
  }
}

/** How many links lie between now and a record of a token that travels, or will. */
function legsUntil(token: Trip | Traveller, seq: number): number {
  const legs = token.records.find((each) => each.seq === seq)?.legs ?? token.legs.length;
  return 'after' in token ? token.after + legs : Math.max(0, legs - token.leg);
}

const placeOn = (leg: Leg, share: number) => ({ link: leg.link, share: leg.back ? 1 - share : share });
/** On an OpenFlow channel the frame travels inside a message. */
const glyphOf = (leg: Leg, shape: ProtoShape): ProtoShape => (leg.carrier === 'openflow' ? 'openflow' : shape);

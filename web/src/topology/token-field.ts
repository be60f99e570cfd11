import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { shapeOf } from '../ui/frame-shape.ts';
import type { ProtoShape } from '../ui/proto-glyph.tsx';
import { type cableIndex, type Leg, legsOf } from './journey.ts';

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
  readonly legs: readonly Leg[];
  readonly shape: ProtoShape;
  leg: number;
  startMs: number;
}

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

/**
 * The packets on the map as data, without drawing (MAP4, MAP9): tokens that travel their links, pulses where there are too
 * many of them, and one journey that is played. Times are milliseconds of any one clock.
 */
export class TokenField {
  readonly #cables: ReturnType<typeof cableIndex>;
  readonly #moving: boolean;
  readonly #legMs: number;
  #travellers: Traveller[] = [];
  #pulses = new Map<string, PulseCount>();
  #played: { readonly steps: readonly Step[]; readonly startMs: number } | undefined;

  /** `legMs`: time over one link; without motion links only light up. */
  constructor(cables: ReturnType<typeof cableIndex>, moving: boolean, legMs: number) {
    this.#cables = cables;
    this.#moving = moving;
    this.#legMs = Math.max(1, legMs);
  }

  /** Takes new records: some travel, the rest pulse. */
  take(records: readonly TraceRecord[], nowMs: number): void {
    const room = this.#moving ? mostTokens - this.#travellers.length : 0;
    const chosen = sample(records, room);
    for (const record of chosen) {
      const legs = legsOf(record, this.#cables);
      if (legs.length > 0) this.#travellers.push({ legs, shape: shapeOf(record.frame), leg: 0, startMs: nowMs });
    }
    if (chosen.length === records.length) return;
    for (const record of records)
      for (const { link } of legsOf(record, this.#cables)) {
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
  }

  /** Plays a journey, link by link, instead of the one before. */
  play(chain: readonly TraceRecord[], nowMs: number): void {
    const steps = chain.flatMap((record) =>
      legsOf(record, this.#cables).map((leg) => ({ seq: record.seq, leg, shape: shapeOf(record.frame) })),
    );
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
      const passed = Math.floor((nowMs - each.startMs) / this.#legMs);
      each.leg += passed;
      each.startMs += passed * this.#legMs;
      const leg = each.legs[each.leg];
      if (leg === undefined) return false;
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
    this.#pulses.clear();
    this.#played = undefined;
  }
}

const placeOn = (leg: Leg, share: number) => ({ link: leg.link, share: leg.back ? 1 - share : share });
/** On an OpenFlow channel the frame travels inside a message. */
const glyphOf = (leg: Leg, shape: ProtoShape): ProtoShape => (leg.carrier === 'openflow' ? 'openflow' : shape);

import type { Random } from '../determinism/random.ts';
import type { Cancel, Scheduler } from '../determinism/scheduler.ts';
import { FrameQueue } from './frame-queue.ts';
import type { Impairments, LinkCounters, LinkQueue, LinkTap, WireEnd } from './wire.ts';

/** As long as a network card's queue on Linux. */
const defaultQueueFrames = 1000;
/** Bound of what is on its way at once: ten seconds of delay at 6,500 frames a second. */
const mostFlying = 65_536;

type Counters = { -readonly [Key in keyof LinkCounters]: LinkCounters[Key] } & {
  dropped: Record<'loss' | 'queue' | 'down', number>;
};

/** One way of a link (EM3–EM9): what goes in at one end comes out at the other, as late and as damaged as it is told to. */
export class LinkDirection {
  readonly #from: string;
  readonly #to: WireEnd;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #taps: readonly LinkTap[];
  readonly #counters: Counters = {
    sent: 0,
    delivered: 0,
    bytes: 0,
    dropped: { loss: 0, queue: 0, down: 0 },
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    queued: 0,
  };
  /** On their way, by arrival. */
  readonly #flying = new FrameQueue();
  readonly #deliver = (): void => this.#arrivals();
  readonly #wake = (): void => {
    this.#timer = undefined;
    this.#arrivals();
  };
  #impairments: Impairments = {};
  #isPlain = true;
  #queueFrames = defaultQueueFrames;
  #isUp = false;
  #isAsked = false;
  #timer: Cancel | undefined;
  /** When the sender has put the last accepted frame on the wire, and when that one arrives. */
  #freeUs = 0;
  #lastArrivalUs = 0;
  /** Frames that still wait for their turn on the wire. */
  readonly #departures = new FrameQueue();
  /** What overtakes: few, so each has its own timer. */
  readonly #overtaking = new Set<Cancel>();

  constructor(
    from: string,
    to: WireEnd,
    deps: { readonly scheduler: Scheduler; readonly random: Random; readonly taps: readonly LinkTap[] },
  ) {
    this.#from = from;
    this.#to = to;
    this.#scheduler = deps.scheduler;
    this.#random = deps.random;
    this.#taps = deps.taps;
  }

  get counters(): LinkCounters {
    this.#countDepartures();
    this.#counters.queued = this.#departures.length;
    return this.#counters;
  }

  /** Undefined where nothing has to wait: without a bandwidth. */
  get queue(): LinkQueue | undefined {
    if (this.#impairments.bandwidthBps === undefined) return undefined;
    this.#countDepartures();
    return { waiting: Math.max(0, this.#departures.length - 1), limit: this.#queueFrames };
  }

  set impairments(impairments: Impairments) {
    this.#impairments = impairments;
    this.#queueFrames = impairments.queueFrames ?? defaultQueueFrames;
    const { bandwidthBps, delayUs, jitterUs, loss, duplicate, reorder, corrupt } = impairments;
    this.#isPlain = bandwidthBps === undefined && !(delayUs || jitterUs || loss || duplicate || reorder || corrupt);
  }

  /** Going down loses what is on its way. */
  set isUp(isUp: boolean) {
    this.#isUp = isUp;
    if (isUp) return;
    for (let frame = this.#flying.shift(); frame !== undefined; frame = this.#flying.shift()) this.#drop(frame, 'down');
    for (const cancel of this.#overtaking) {
      cancel();
      this.#counters.dropped.down += 1;
    }
    this.#overtaking.clear();
    while (this.#departures.shift() !== undefined);
    this.#freeUs = 0;
    this.#timer?.();
    this.#timer = undefined;
  }

  send(frame: Uint8Array): void {
    const counters = this.#counters;
    counters.sent += 1;
    if (this.#taps.length > 0) this.#tell('sent', frame);
    if (!this.#isUp) {
      this.#drop(frame, 'down');
    } else if (this.#isPlain && this.#flying.headUs === undefined) {
      this.#fly(frame, this.#scheduler.nowUs());
    } else if (this.#isPlain && this.#flying.length < this.#queueFrames) {
      this.#fly(frame, Math.max(this.#lastArrivalUs, this.#scheduler.nowUs()));
    } else if (this.#isPlain) {
      this.#drop(frame, 'queue');
    } else {
      this.#impair(frame);
    }
  }

  #impair(frame: Uint8Array): void {
    const { loss = 0, duplicate = 0, corrupt = 0 } = this.#impairments;
    // The same number of draws for each frame: what one fault does must not move the others.
    const isLost = this.#random.next() < loss;
    const isTwice = this.#random.next() < duplicate;
    const isCorrupt = this.#random.next() < corrupt;
    const bit = this.#random.nextU32();
    if (isLost) {
      this.#drop(frame, 'loss');
      return;
    }
    const carried = isCorrupt ? withFlippedBit(frame, bit) : frame;
    if (isCorrupt) this.#counters.corrupted += 1;
    if (!this.#depart(carried) || !isTwice) return;
    this.#counters.duplicated += 1;
    this.#depart(carried);
  }

  /** Waits its turn for the bandwidth, then flies; false when the queue is full. */
  #depart(frame: Uint8Array): boolean {
    const { bandwidthBps, delayUs = 0, jitterUs = 0, reorder = 0 } = this.#impairments;
    const nowUs = this.#scheduler.nowUs();
    let departUs = nowUs;
    if (this.#flying.length >= mostFlying) {
      this.#drop(frame, 'queue');
      return false;
    }
    if (bandwidthBps !== undefined) {
      this.#countDepartures();
      if (this.#departures.length > this.#queueFrames) {
        this.#drop(frame, 'queue');
        return false;
      }
      departUs = Math.max(nowUs, this.#freeUs) + (frame.length * 8_000_000) / bandwidthBps;
      this.#freeUs = departUs;
      this.#departures.push(frame, departUs);
    }
    const jitter = (this.#random.next() * 2 - 1) * jitterUs;
    const overtakes = this.#random.next() < reorder;
    if (overtakes && departUs < this.#lastArrivalUs) {
      this.#counters.reordered += 1;
      this.#overtake(frame, departUs);
    } else {
      this.#fly(frame, Math.max(departUs + delayUs + jitter, departUs, this.#lastArrivalUs));
    }
    return true;
  }

  #fly(frame: Uint8Array, arrivalUs: number): void {
    this.#flying.push(frame, arrivalUs);
    this.#lastArrivalUs = arrivalUs;
    if (this.#flying.length === 1) this.#await();
  }

  #overtake(frame: Uint8Array, arrivalUs: number): void {
    const cancel = this.#scheduler.at(arrivalUs, () => {
      this.#overtaking.delete(cancel);
      this.#arrive(frame);
    });
    this.#overtaking.add(cancel);
  }

  /** Asks to be called when the first frame arrives. */
  #await(): void {
    const headUs = this.#flying.headUs;
    if (headUs === undefined || this.#isAsked || this.#timer !== undefined) return;
    if (headUs > this.#scheduler.nowUs()) {
      this.#timer = this.#scheduler.at(headUs, this.#wake);
    } else {
      this.#isAsked = true;
      this.#scheduler.soon(this.#deliver);
    }
  }

  #arrivals(): void {
    const nowUs = this.#scheduler.nowUs();
    // What is sent in answer meanwhile waits for the next turn.
    for (let left = this.#flying.length; left > 0; left--) {
      const headUs = this.#flying.headUs;
      if (headUs === undefined || headUs > nowUs) break;
      const frame = this.#flying.shift();
      if (frame !== undefined) this.#arrive(frame);
    }
    this.#isAsked = false;
    this.#await();
  }

  #arrive(frame: Uint8Array): void {
    const counters = this.#counters;
    counters.delivered += 1;
    counters.bytes += frame.length;
    if (this.#taps.length > 0) this.#tell('delivered', frame);
    this.#to.receive(frame);
  }

  #countDepartures(): void {
    const nowUs = this.#scheduler.nowUs();
    const departures = this.#departures;
    while (departures.length > 0 && departures.timeUs(0) <= nowUs) departures.shift();
  }

  #drop(frame: Uint8Array, cause: 'loss' | 'queue' | 'down'): void {
    this.#counters.dropped[cause] += 1;
    if (this.#taps.length > 0) this.#tell(cause === 'loss' ? 'lost' : cause === 'queue' ? 'queue-full' : 'down', frame);
  }

  #tell(what: Parameters<LinkTap>[0]['what'], frame: Uint8Array): void {
    const event = { atUs: this.#scheduler.nowUs(), from: this.#from, to: this.#to.name, what, frame };
    for (const tap of this.#taps) tap(event);
  }
}

function withFlippedBit(frame: Uint8Array, chance: number): Uint8Array {
  const changed = frame.slice();
  const bit = chance % (frame.length * 8);
  const at = bit >> 3;
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

import { formatMac, parseMac } from '../../codec/addresses.ts';
import type { Random } from '../../determinism/random.ts';
import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';
import { ether, putMac } from '../../packet/header-layout.ts';
import type { Neighbor, NeighborTable } from './api.ts';
import type { Counters } from './counters.ts';
import { HostError } from './host-error.ts';
import type { NetInterface } from './net-interface.ts';

/** Linux's defaults (net.ipv4.neigh.default): times, tries and bounds. */
const retransmitUs = 1_000_000;
const baseReachableUs = 30_000_000;
const delayUs = 5_000_000;
const lockUs = 1_000_000;
const broadcastTries = 3;
const unicastTries = 3;
const maxWaiting = 101;
const maxEntries = 1024;

/** A neighbour, as the cache and who sends to it hold it. */
export interface Entry {
  readonly at: NetInterface;
  readonly address: number;
  state: Neighbor['state'];
  /** Replaced, never written. */
  mac: Uint8Array | undefined;
  /** Forgotten: whoever still holds it has to look again. */
  isGone: boolean;
  /** Frames that wait for the address; their Ethernet addresses are not written yet. */
  waiting: Uint8Array[];
  tries: number;
  confirmedUs: number;
  updatedUs: number;
  usedUs: number;
  timer: Cancel | undefined;
}

export interface NeighborDeps {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counters: Counters;
  readonly findInterface: (name: string) => NetInterface | undefined;
  /** Asks for the address: everybody, or only `mac`. `waiting` is the frame that is the reason, if one waits. */
  readonly solicit: (entry: Entry, mac: Uint8Array | undefined, waiting: Uint8Array | undefined) => void;
  /** Nobody answered for this frame. */
  readonly unreachable: (frame: Uint8Array) => void;
}

/** Who is where on the links, and who waits to know it: the state machine of Linux's net/core/neighbour.c (EH10–EH14). */
export class NeighborCache implements NeighborTable {
  readonly #deps: NeighborDeps;
  readonly #entries = new Map<NetInterface, Map<number, Entry>>();
  readonly #reachableUs: number;
  #count = 0;

  constructor(deps: NeighborDeps) {
    this.#deps = deps;
    // Between a half and three halves of the base, so that hosts do not ask in step (RFC 4861 §6.3.2).
    this.#reachableUs = Math.floor(baseReachableUs * (0.5 + deps.random.next()));
  }

  list(): readonly Neighbor[] {
    const all = [...this.#entries.values()].flatMap((entries) => [...entries.values()]);
    return all.map(({ at, address, state, mac }) => ({
      address,
      interface: at.name,
      mac: mac === undefined || state === 'failed' ? undefined : formatMac(mac),
      state,
    }));
  }

  set(address: number, interfaceName: string, mac: string): void {
    const at = this.#deps.findInterface(interfaceName);
    if (at === undefined) throw new HostError('ENODEV');
    const bytes = parseMac(mac);
    if (bytes === undefined) throw new HostError('EADDRNOTAVAIL');
    const entry = this.find(at, address) ?? this.entry(at, address);
    if (entry === undefined) return;
    this.#stop(entry);
    entry.mac = bytes;
    entry.state = 'permanent';
    this.#release(entry);
  }

  remove(address: number, interfaceName: string): void {
    const at = this.#deps.findInterface(interfaceName);
    const entry = at && this.find(at, address);
    if (entry === undefined) throw new HostError('ENOENT');
    this.#forget(entry);
  }

  flush(): void {
    this.#forgetAll((entry) => entry.state !== 'permanent');
  }

  /** Of one interface, when it went down (all) or lost its carrier (all but the permanent). */
  flushInterface(at: NetInterface, alsoPermanent: boolean): void {
    this.#forgetAll((entry) => entry.at === at && (alsoPermanent || entry.state !== 'permanent'));
  }

  close(): void {
    this.#forgetAll(() => true);
  }

  find(at: NetInterface, address: number): Entry | undefined {
    return this.#entries.get(at)?.get(address);
  }

  /** The entry of an address, made when there is none; undefined when the table is full of entries that are in use. */
  entry(at: NetInterface, address: number): Entry | undefined {
    const known = this.find(at, address);
    if (known !== undefined) return known;
    if (this.#count >= maxEntries && !this.#evict()) {
      this.#deps.counters.ArpTableFulls++;
      return undefined;
    }
    const nowUs = this.#deps.scheduler.nowUs();
    const entry: Entry = {
      at,
      address,
      state: 'failed',
      mac: undefined,
      isGone: false,
      waiting: [],
      tries: 0,
      confirmedUs: 0,
      updatedUs: nowUs - lockUs,
      usedUs: nowUs,
      timer: undefined,
    };
    let entries = this.#entries.get(at);
    if (entries === undefined) {
      entries = new Map();
      this.#entries.set(at, entries);
    }
    entries.set(address, entry);
    this.#count++;
    return entry;
  }

  /** Sends a frame to a neighbour, now or when it is known where it is; the Ethernet addresses are written here. */
  send(entry: Entry, frame: Uint8Array): void {
    entry.usedUs = this.#deps.scheduler.nowUs();
    if (entry.state === 'failed') this.#ask(entry);
    if (entry.state === 'incomplete') {
      entry.waiting.push(frame);
      if (entry.waiting.length > maxWaiting) {
        entry.waiting.shift();
        this.#deps.counters.ArpUnresolvedDiscards++;
      }
      if (entry.tries === 0) this.#solicit(entry);
      return;
    }
    if (entry.state === 'stale') {
      entry.state = 'delay';
      this.#plan(entry, delayUs);
    }
    this.#transmit(entry, frame);
  }

  /**
   * Takes what an ARP packet says. `isCertain`: the neighbour spoke to us, and so it hears us; `override`: it may correct
   * another address.
   */
  update(entry: Entry, mac: Uint8Array, isCertain: boolean, override: boolean): void {
    const old = entry.state;
    if (old === 'permanent') return;
    const nowUs = this.#deps.scheduler.nowUs();
    const isKnown = old !== 'incomplete' && old !== 'failed';
    const isSame = entry.mac !== undefined && isEqual(entry.mac, mac);
    if (isKnown && !isSame && !override) return;
    // A packet to everybody tells nothing new of one whose address is known.
    const state = isCertain ? 'reachable' : isKnown && isSame ? old : 'stale';
    if (isCertain) entry.confirmedUs = nowUs;
    if (!isSame || state !== old) entry.updatedUs = nowUs;
    if (!isSame) entry.mac = mac;
    if (state === old && old !== 'reachable') return;
    entry.state = state;
    if (state === 'reachable') {
      if (old !== 'reachable') this.#plan(entry, this.#reachableUs);
    } else this.#stop(entry);
    this.#release(entry);
  }

  /** Whether it is so long since the address changed that another may take its place (two answers to one question). */
  isUnlocked(entry: Entry): boolean {
    return this.#deps.scheduler.nowUs() > entry.updatedUs + lockUs;
  }

  #ask(entry: Entry): void {
    entry.state = 'incomplete';
    entry.mac = undefined;
    entry.tries = 0;
  }

  #solicit(entry: Entry): void {
    entry.tries++;
    this.#plan(entry, retransmitUs);
    // The cause of the question is the newest frame that waits, as with Linux.
    this.#deps.solicit(entry, entry.state === 'probe' ? entry.mac : undefined, entry.waiting.at(-1));
  }

  #due(entry: Entry): void {
    const nowUs = this.#deps.scheduler.nowUs();
    switch (entry.state) {
      case 'reachable':
        if (nowUs < entry.confirmedUs + this.#reachableUs) {
          this.#plan(entry, entry.confirmedUs + this.#reachableUs - nowUs);
        } else if (nowUs < entry.usedUs + delayUs) {
          entry.state = 'delay';
          this.#plan(entry, delayUs);
        } else entry.state = 'stale';
        return;
      case 'delay':
        entry.state = 'probe';
        entry.tries = 0;
        this.#solicit(entry);
        return;
      case 'incomplete':
      case 'probe':
        if (entry.tries < (entry.state === 'probe' ? unicastTries : broadcastTries)) this.#solicit(entry);
        else this.#fail(entry);
        return;
      default:
    }
  }

  #fail(entry: Entry): void {
    entry.state = 'failed';
    entry.updatedUs = this.#deps.scheduler.nowUs();
    const waiting = entry.waiting;
    entry.waiting = [];
    for (const frame of waiting) this.#deps.unreachable(frame);
  }

  #release(entry: Entry): void {
    const waiting = entry.waiting;
    if (waiting.length === 0) return;
    entry.waiting = [];
    for (const frame of waiting) this.send(entry, frame);
  }

  #transmit(entry: Entry, frame: Uint8Array): void {
    const { mac, at } = entry;
    if (mac === undefined) return;
    putMac(frame, ether.destination, mac);
    putMac(frame, ether.source, at.macBytes);
    at.transmit(frame);
  }

  #plan(entry: Entry, us: number): void {
    entry.timer?.();
    entry.timer = this.#deps.scheduler.after(us, () => {
      entry.timer = undefined;
      this.#due(entry);
    });
  }

  #stop(entry: Entry): void {
    entry.timer?.();
    entry.timer = undefined;
  }

  #forget(entry: Entry): void {
    this.#stop(entry);
    this.#deps.counters.ArpUnresolvedDiscards += entry.waiting.length;
    entry.waiting = [];
    entry.isGone = true;
    if (this.#entries.get(entry.at)?.delete(entry.address)) this.#count--;
  }

  #forgetAll(isMeant: (entry: Entry) => boolean): void {
    for (const entries of this.#entries.values()) {
      for (const entry of entries.values()) if (isMeant(entry)) this.#forget(entry);
    }
  }

  /** Makes room: the one that was not used for the longest time, of those that nobody waits for. */
  #evict(): boolean {
    let oldest: Entry | undefined;
    for (const entries of this.#entries.values()) {
      for (const entry of entries.values()) {
        if (entry.state !== 'stale' && entry.state !== 'failed') continue;
        if (oldest === undefined || entry.usedUs < oldest.usedUs) oldest = entry;
      }
    }
    if (oldest !== undefined) this.#forget(oldest);
    return oldest !== undefined;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < 6; i++) if (a[i] !== b[i]) return false;
  return true;
}

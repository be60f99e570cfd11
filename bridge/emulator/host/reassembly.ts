import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';
import { address, fragment as fragmentBits, ip, putU16, u16 } from '../../packet/header-layout.ts';
import type { Counters } from './counters.ts';

/** net.ipv4.ipfrag_time, and how much may wait. */
const timeUs = 30_000_000;
const maxDatagrams = 64;
const maxBytes = 4 << 20;
const maxPacket = 65_535;

interface Piece {
  /** In the datagram's payload, bytes. */
  readonly from: number;
  readonly to: number;
  /** The fragment's payload, a view on its frame. */
  readonly bytes: Uint8Array;
}

interface Datagram {
  readonly key: string;
  /** By `from`; they never overlap. */
  readonly pieces: Piece[];
  readonly timer: Cancel;
  /** The first fragment, from its IP header on; undefined until it has come. */
  first: Uint8Array | undefined;
  /** Known from the last fragment. */
  length: number | undefined;
  bytes: number;
  had: number;
}

export interface ReassemblyDeps {
  readonly scheduler: Scheduler;
  readonly counters: Counters;
  /** Time ran out and the first fragment is there (the packet, from its header on): its sender is told. */
  readonly timedOut: (packet: Uint8Array) => void;
}

/** Puts fragments together (RFC 791, RFC 5722 for overlaps; EH25–EH27). */
export class Reassembly {
  readonly #deps: ReassemblyDeps;
  /** Oldest first. */
  readonly #datagrams = new Map<string, Datagram>();
  #bytes = 0;

  constructor(deps: ReassemblyDeps) {
    this.#deps = deps;
  }

  /** Takes the fragment `frame[at, end)`; the whole packet, from its header on, when this was the missing piece. */
  add(frame: Uint8Array, at: number, end: number): Uint8Array | undefined {
    const { counters } = this.#deps;
    counters.IpReasmReqds++;
    const start = at + ((frame[at] ?? 0) & 0x0f) * 4;
    const flags = u16(frame, at + ip.fragment);
    const from = (flags & fragmentBits.offset) * 8;
    const hasMore = (flags & fragmentBits.more) !== 0;
    // Only the last may end anywhere; what would be longer than a packet can be is an attack.
    const length = hasMore ? (end - start) & ~7 : end - start;
    const to = from + length;
    const headerLength = start - at;
    if (length === 0 || to > maxPacket - headerLength) {
      counters.IpReasmFails++;
      return undefined;
    }
    const datagram = this.#find(keyOf(frame, at));
    const known = datagram.length;
    const isImpossible = hasMore
      ? known !== undefined && to > known
      : (known !== undefined && known !== to) || datagram.pieces.some((piece) => piece.to > to);
    if (isImpossible) return this.#give(datagram);
    const place = placeFor(datagram.pieces, from, to);
    if (place === 'duplicate') return undefined;
    if (place === 'overlap') return this.#give(datagram);
    datagram.pieces.splice(place, 0, { from, to, bytes: frame.subarray(start, start + length) });
    datagram.bytes += frame.length;
    datagram.had += length;
    this.#bytes += frame.length;
    if (!hasMore) datagram.length = to;
    if (from === 0) datagram.first = frame.subarray(at, end);
    if (datagram.had === datagram.length && datagram.first !== undefined) return this.#join(datagram, datagram.first);
    this.#keepWithin(datagram);
    return undefined;
  }

  close(): void {
    for (const datagram of [...this.#datagrams.values()]) this.#forget(datagram);
  }

  #find(key: string): Datagram {
    const known = this.#datagrams.get(key);
    if (known !== undefined) return known;
    const datagram: Datagram = {
      key,
      pieces: [],
      timer: this.#deps.scheduler.after(timeUs, () => this.#late(datagram)),
      first: undefined,
      length: undefined,
      bytes: 0,
      had: 0,
    };
    this.#datagrams.set(key, datagram);
    return datagram;
  }

  #join(datagram: Datagram, first: Uint8Array): Uint8Array {
    this.#forget(datagram);
    this.#deps.counters.IpReasmOKs++;
    const headerLength = ((first[0] ?? 0) & 0x0f) * 4;
    const packet = new Uint8Array(headerLength + datagram.had);
    packet.set(first.subarray(0, headerLength));
    for (const piece of datagram.pieces) packet.set(piece.bytes, headerLength + piece.from);
    putU16(packet, ip.totalLength, packet.length);
    putU16(packet, ip.fragment, 0);
    return packet;
  }

  #late(datagram: Datagram): void {
    this.#forget(datagram);
    this.#deps.counters.IpReasmTimeout++;
    this.#deps.counters.IpReasmFails++;
    if (datagram.first !== undefined) this.#deps.timedOut(datagram.first);
  }

  /** Nothing can become of this one any more. */
  #give(datagram: Datagram): undefined {
    this.#forget(datagram);
    this.#deps.counters.IpReasmFails++;
  }

  /** What has waited longest goes, never the newest: else a flood of halves would stop all that is whole. */
  #keepWithin(newest: Datagram): void {
    for (const datagram of this.#datagrams.values()) {
      if (this.#datagrams.size <= maxDatagrams && this.#bytes <= maxBytes) return;
      if (datagram !== newest) this.#give(datagram);
    }
  }

  #forget(datagram: Datagram): void {
    datagram.timer();
    if (this.#datagrams.delete(datagram.key)) this.#bytes -= datagram.bytes;
  }
}

const keyOf = (frame: Uint8Array, at: number): string =>
  `${address(frame, at + ip.source)} ${address(frame, at + ip.destination)} ${u16(frame, at + ip.id)} ${frame[at + ip.protocol]}`;

/** Where a piece belongs among those that are there; `duplicate` when one of them says it all already. */
function placeFor(pieces: readonly Piece[], from: number, to: number): number | 'duplicate' | 'overlap' {
  let place = 0;
  for (const piece of pieces) {
    if (piece.from <= from && to <= piece.to) return 'duplicate';
    if (piece.from < to && from < piece.to) return 'overlap';
    if (piece.from < from) place++;
  }
  return place;
}

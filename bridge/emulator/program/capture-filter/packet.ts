/** A read beyond the packet: as in BPF, the whole filter says no then. */
export class OutOfPacket extends Error {}
const outOfPacket = new OutOfPacket();

/** A frame as filters see it. */
export class FilterPacket {
  readonly bytes: Uint8Array;
  /** On the wire. */
  readonly length: number;

  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes;
    this.length = length;
  }

  /** Throws OutOfPacket. */
  read(at: number, size: 1 | 2 | 4): number {
    if (at < 0 || at + size > this.bytes.length) throw outOfPacket;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (this.bytes[at + i] ?? 0);
    return value;
  }
}

/** Whether a packet is wanted. */
export type Predicate = (packet: FilterPacket) => boolean;

export const and =
  (a: Predicate, b: Predicate): Predicate =>
  (packet) =>
    a(packet) && b(packet);
export const or =
  (a: Predicate, b: Predicate): Predicate =>
  (packet) =>
    a(packet) || b(packet);
export const not =
  (a: Predicate): Predicate =>
  (packet) =>
    !a(packet);
export const anyOf = (predicates: readonly Predicate[]): Predicate => predicates.reduce(or);

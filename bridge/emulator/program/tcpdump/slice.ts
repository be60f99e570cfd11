import { formatMac, ipv4Text } from '../../../codec/addresses.ts';

/** A packet that was cut before what is to be printed; the name stands in tcpdump's `[|name]`. */
export class Cut extends Error {
  readonly protocol: string;

  constructor(protocol: string) {
    super(protocol);
    this.protocol = protocol;
  }
}

/** Bytes of one layer: `length` says how long it is on the wire, `captured` how much of it is here. */
export class Slice {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly protocol: string;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, length: number, protocol: string) {
    this.bytes = bytes.length > length ? bytes.subarray(0, length) : bytes;
    this.length = length;
    this.protocol = protocol;
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  get captured(): number {
    return this.bytes.length;
  }

  /** Throws Cut when `bytes` at `at` are not here. */
  need(at: number, bytes: number): void {
    if (at + bytes > this.bytes.length) throw new Cut(this.protocol);
  }

  u8(at: number): number {
    this.need(at, 1);
    return this.#view.getUint8(at);
  }
  u16(at: number): number {
    this.need(at, 2);
    return this.#view.getUint16(at);
  }
  u32(at: number): number {
    this.need(at, 4);
    return this.#view.getUint32(at);
  }
  mac(at: number): string {
    this.need(at, 6);
    return formatMac(this.bytes, at);
  }
  ipv4(at: number): string {
    return ipv4Text(this.u32(at));
  }

  /** What begins at `at`, as a layer of its own; `length` is what its header says, here or not. */
  from(at: number, protocol: string, length = this.length - at): Slice {
    return new Slice(this.bytes.subarray(at), Math.max(0, length), protocol);
  }
}

/** `0x` and at least `digits` digits. */
export const hex = (value: number, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** What tcpdump is asked to show. */
export interface Look {
  /** 0–3: how often `-v` was given. */
  readonly verbose: number;
  /** `-q`: less of each protocol. */
  readonly isQuiet: boolean;
  /** Sequence numbers as they are, not from the beginning of a connection. */
  readonly isAbsolute: boolean;
  /** The link's header, too. */
  readonly showsLink: boolean;
  /** Names of addresses and ports; undefined shows the number. */
  host(address: string): string | undefined;
  port(port: number, protocol: 'tcp' | 'udp'): string | undefined;
}

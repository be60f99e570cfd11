/** What the page shows of a value: one row of the tree, and the bytes that it lights up. */
export interface Field {
  /** Wireshark's name where it has one: `ip.ttl`. */
  readonly name: string;
  /** For people: `Time to live`. */
  readonly label: string;
  /** The value as shown: `0x2 don’t fragment`. */
  readonly text: string;
  readonly value: string | number | bigint | boolean | Uint8Array;
  /** Bytes of the frame, [start, end). */
  readonly start: number;
  readonly end: number;
  /** A judgement: a checksum that is right or what it should be, a malformed rest. */
  readonly note?: { readonly level: 'ok' | 'bad' | 'info'; readonly text: string };
  readonly children?: readonly Field[];
}

/** One protocol of a frame. Its span is its header; what it carries follows as further layers. */
export interface Layer {
  /** `ip` */
  readonly name: string;
  /** `Internet Protocol 4` */
  readonly label: string;
  readonly summary: string;
  readonly start: number;
  readonly end: number;
  /** Behind the last byte of what it carries; padding is not carried. */
  readonly reach: number;
  readonly fields: readonly Field[];
}

/** What decides glyph and colour; an HTTP message is `tcp`, a DNS message `udp`. */
export type ProtocolKind = 'arp' | 'icmp' | 'icmp-error' | 'tcp' | 'udp' | 'openflow' | 'other';

/** A frame in one line. */
export interface Summary {
  readonly source: string;
  readonly destination: string;
  /** `ICMP` */
  readonly protocol: string;
  readonly kind: ProtocolKind;
  /** `Echo request seq=2 ttl=64 id=0x1f3c` */
  readonly info: string;
}

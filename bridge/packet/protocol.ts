import { DecodeError } from '../codec/errors.ts';
import { Reader } from '../codec/reader.ts';
import { expectedChecksum, pseudoHeaderSum } from './checksum.ts';
import type { Header, Shown } from './header.ts';
import { hex16 } from './text.ts';
import type { Field, ProtocolKind, Summary } from './tree.ts';

/** Which table names the next protocol, as in `ethertype` 0x0800. */
export type Table = 'link' | 'ethertype' | 'ip' | 'udp' | 'tcp' | 'data';

/** The IP header that a transport stands in. */
interface Network {
  /** Where its two addresses stand, and their bytes together. */
  readonly addressesAt: number;
  readonly addressBytes: 8 | 32;
  readonly protocol: number;
  /** The first fragment of several: what it carries goes on elsewhere. */
  readonly fragment: boolean;
}

/** Bytes still to be dissected. */
export interface Place {
  readonly table: Table;
  readonly code: number;
  /** Tried when the first code has no protocol: the other port. */
  readonly orCode?: number;
  readonly start: number;
  /** Behind the last byte that is there. */
  readonly end: number;
  /** Behind the last byte on the wire: beyond `end` when less was kept or quoted. */
  readonly wireEnd: number;
  readonly network?: Network;
  /** Inside an ICMP error: may end anywhere. */
  readonly quoted?: boolean;
}

/** One protocol: its part of the tree, and its part of the one-line summary (which must be cheap). */
export interface Protocol {
  readonly name: string;
  readonly label: string;
  /** Whether the bytes look like it at all; for protocols that only a port number suggests. */
  accepts?(bytes: Uint8Array, start: number, end: number): boolean;
  /** Adds the rows; may throw DecodeError, which becomes a row too. */
  dissect(layer: LayerBuilder): void;
  brief(line: Brief): void;
}

/** The layer being built. Rows come from `read`, `one` and `add`; what it carries is announced with `follow`. */
export class LayerBuilder {
  readonly bytes: Uint8Array;
  readonly place: Place;
  readonly reader: Reader;
  readonly fields: Field[] = [];
  readonly next: Place[] = [];
  /** Bytes behind what a length field claims; Ethernet's padding. */
  trailer: { readonly start: number; readonly end: number } | undefined;
  label: string;
  summary = '';

  constructor(bytes: Uint8Array, place: Place, label: string) {
    this.label = label;
    this.bytes = bytes;
    this.place = place;
    this.reader = new Reader(bytes, place.start, place.end);
  }

  read<S extends Readonly<Record<string, Shown<unknown>>>>(header: Header<S>): ReturnType<Header<S>['read']> {
    return header.read(this.reader, this.fields);
  }

  /** Reads a single part. */
  one<T>(shown: Shown<T>, into: Field[] = this.fields): T {
    const start = this.reader.offset;
    const value = shown.codec.read(this.reader);
    shown.show(value, start, this.reader.offset, into);
    return value;
  }

  add(field: Field): void {
    this.fields.push(field);
  }

  /** Changes a row that was added: its note, its children. */
  amend(name: string, more: Partial<Pick<Field, 'note' | 'children' | 'text'>>): void {
    const at = this.fields.findLastIndex((field) => field.name === name);
    const field = this.fields[at];
    if (field !== undefined) this.fields[at] = { ...field, ...more };
  }

  /** Reads what `rows` adds and puts it under one row of its own. */
  nest(name: string, label: string, rows: (into: Field[]) => Pick<Field, 'text' | 'value'>): void {
    const { offset: start } = this.reader;
    const children: Field[] = [];
    try {
      const { text, value } = rows(children);
      this.add({ name, label, text, value, start, end: this.reader.offset, children });
    } catch (error) {
      // What was read stays to be seen above the malformed rest.
      const end = this.reader.offset;
      if (children.length > 0) this.add({ name, label, text: 'malformed', value: '', start, end, children });
      throw error;
    }
  }

  /** Announces what follows from `start` on; `wireEnd` beyond the bytes that are there means that they were cut off. */
  follow(table: Table, code: number, start: number, wireEnd: number, more: Partial<Place> = {}): void {
    const end = Math.min(wireEnd, this.place.end);
    const quoted = this.place.quoted ?? false;
    if (start < end) this.next.push({ quoted, ...more, table, code, start, end, wireEnd });
  }

  /** Judges the checksum at `fieldAt` over `[start, wireEnd)` and notes it at its row. */
  checksum(name: string, start: number, wireEnd: number, fieldAt: number, initial = 0, zero = 0): void {
    if (wireEnd > this.place.end) {
      this.unverified(name, 'not verified: not all bytes are here');
      return;
    }
    const is = this.reader.view.getUint16(fieldAt);
    const expected = expectedChecksum(this.bytes, start, wireEnd, fieldAt, initial) || zero;
    if (is === expected) this.amend(name, { note: { level: 'ok', text: 'correct' } });
    else this.amend(name, { note: { level: 'bad', text: `should be ${hex16(expected)}` } });
  }

  /** The same for a transport, whose sum begins with the addresses of the IP header around it. */
  transportChecksum(name: string, start: number, wireEnd: number, fieldAt: number, zero = 0): void {
    const { network } = this.place;
    if (network === undefined) {
      this.unverified(name, 'not verified: no IP header');
      return;
    }
    if (network.fragment) {
      this.unverified(name, 'not verified: a fragment');
      return;
    }
    const { addressesAt, addressBytes, protocol } = network;
    const sum = pseudoHeaderSum(this.bytes, addressesAt, addressBytes, protocol, wireEnd - start);
    this.checksum(name, start, wireEnd, fieldAt, sum, zero);
  }

  unverified(name: string, text: string): void {
    this.amend(name, { note: { level: 'info', text } });
  }

  fail(message: string, offset = this.reader.offset): never {
    throw new DecodeError(message, offset);
  }
}

/** The line being written: layer after layer overwrites what the outer one said. */
export class Brief {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  start = 0;
  end: number;
  wireEnd: number;
  source = '';
  destination = '';
  protocol = '';
  kind: ProtocolKind = 'other';
  info = '';
  /** Of the IP header around. */
  ttl = 0;
  table: Table | undefined;
  code = 0;
  orCode = -1;

  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
    this.wireEnd = Math.max(length, bytes.length);
  }

  /** Names the protocol; false (and said so in the line) when the bytes are fewer than its header. */
  is(protocol: string, kind: ProtocolKind, headerBytes: number): boolean {
    this.protocol = protocol;
    this.kind = kind;
    if (this.end - this.start >= headerBytes) return true;
    const why = this.wireEnd > this.end ? 'Cut off' : 'Malformed';
    this.info = `${why}: ${this.end - this.start} of at least ${headerBytes} bytes`;
    return false;
  }

  /** The next protocol's bytes: never more than there are. */
  follow(table: Table, code: number, start: number, wireEnd: number, orCode = -1): void {
    this.table = table;
    this.code = code;
    this.orCode = orCode;
    this.start = start;
    this.wireEnd = wireEnd;
    this.end = Math.min(this.end, wireEnd);
  }

  finish(): Summary {
    const { source, destination, protocol, kind, info } = this;
    return { source, destination, protocol, kind, info };
  }
}

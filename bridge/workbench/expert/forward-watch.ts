import { checksumPlaces, isSurelyRight } from '../../packet/checksum-places.ts';
import { ip, u16 } from '../../packet/header-layout.ts';
import type { FindingKind } from './kinds.ts';
import { RecentTable } from './recent-table.ts';
import type { RouterPort, Say } from './router-facts.ts';
import { endsOf, type SeenFrame } from './seen-frame.ts';

const mostOutputs = 4096;

const transports: Readonly<Record<string, FindingKind>> = {
  'icmp.checksum': 'icmp-checksum-wrong',
  'tcp.checksum': 'tcp-checksum-wrong',
  'udp.checksum': 'udp-checksum-wrong',
};

/** Compares a packet that a router sent on with the one that it was given (WB103). */
export class ForwardWatch {
  readonly #say: Say;
  /** What came of a given packet, by its seq: the first output, and the port that it left by. */
  readonly #outputs = new RecentTable(mostOutputs);
  readonly #seqs = new Float64Array(mostOutputs);
  readonly #ports = new Uint16Array(mostOutputs);

  constructor(say: Say) {
    this.#say = say;
  }

  clear(): void {
    this.#outputs.clear();
  }

  /** Something came of a given packet already. */
  hasOutput(seq: number): boolean {
    return this.#find(seq) >= 0;
  }

  /** An output whose packet is known. False when it was sent before: then everything else was said before, too. */
  isFirst(given: number, seq: number, port: RouterPort): boolean {
    const at = this.#find(given);
    if (at < 0) {
      const added = this.#outputs.add(given, upperHalf(given), 0);
      this.#seqs[added] = seq;
      this.#ports[added] = port.port;
    }
    if (at < 0 || this.#ports[at] !== port.port) return true;
    const before = this.#seqs[at] ?? 0;
    this.#say('sent-twice', `${port.name}: what came of #${given} was sent as #${before} already.`, [before, given]);
    return false;
  }

  #find(given: number): number {
    return this.#outputs.find(given, upperHalf(given), 0);
  }

  compare(given: SeenFrame, sent: SeenFrame, port: RouterPort): void {
    const { name } = port;
    const { seq } = given;
    const before = given.ttl;
    const after = sent.ttl;
    if (before <= 1) this.#say('ttl-expired-forwarded', `${name}: forwarded, although its TTL was ${before}.`, [seq]);
    else if (after === before)
      this.#say('ttl-not-decremented', `${name}: TTL ${before} left as ${after}; it must be ${before - 1}.`, [seq]);
    else if (after !== before - 1)
      this.#say('ttl-wrong', `${name}: TTL ${before} became ${after}; it must be ${before - 1}.`, [seq]);
    if (!given.isHeaderSound)
      this.#say('bad-checksum-forwarded', `${name}: forwarded, although its header checksum was wrong.`, [seq]);
    else if (!sent.isHeaderSound) this.headerChecksum(sent, port, [seq]);
    this.#header(given, sent, name);
    this.#payload(given, sent, name);
    this.#transport(given, sent, name);
    if (port.port === given.record.port && sent.toMac === given.fromMac)
      this.#say('sent-back', `${name}: ${endsOf(sent)} goes back to ${sent.toMac}, from where it came.`, [seq]);
  }

  /** The header checksum of an output is wrong, and whoever sent it made it so. */
  headerChecksum(
    sent: SeenFrame,
    { name }: RouterPort,
    evidence: readonly number[],
    other: Parameters<Say>[3] = {},
  ): void {
    const place = checksumPlaces(sent.frame).find(({ field }) => field === 'ip.checksum');
    const is = hex(u16(sent.bytes, sent.at + ip.checksum));
    const wanted = place === undefined ? '' : `; it must be ${hex(place.expected)}`;
    this.#say('ip-checksum-wrong', `${name}: the header checksum is ${is}${wanted}.`, evidence, other);
  }

  #header(given: SeenFrame, sent: SeenFrame, name: string): void {
    for (const { at, mask, what, field } of headerFields) {
      const was = u16(given.bytes, given.at + at) & mask;
      const is = u16(sent.bytes, sent.at + at) & mask;
      if (was === is) continue;
      const sentence = `${name}: ${what} ${hex(was)} left as ${hex(is)}; only TTL and checksum may change.`;
      this.#say('header-changed', sentence, [given.seq], { field });
    }
  }

  #payload(given: SeenFrame, sent: SeenFrame, name: string): void {
    const had = given.total - given.header;
    const has = sent.total - sent.header;
    // A router that fragments sends less of it at a time.
    if (sent.isFragment !== given.isFragment || !given.isHeaderSound) return;
    if (had !== has) {
      this.#say('payload-changed', `${name}: ${had} bytes of data left as ${has}.`, [given.seq]);
      return;
    }
    const length = Math.min(given.payloadEnd - given.payload, sent.payloadEnd - sent.payload);
    for (let i = 0; i < length; i++) {
      const was = given.bytes[given.payload + i] ?? 0;
      const is = sent.bytes[sent.payload + i] ?? 0;
      if (was === is) continue;
      this.#say(
        'payload-changed',
        `${name}: byte ${i} behind the IP header was ${hex(was, 2)} and left as ${hex(is, 2)}.`,
        [given.seq],
      );
      return;
    }
  }

  #transport(given: SeenFrame, sent: SeenFrame, name: string): void {
    const wrong = wrongTransport(sent);
    if (wrong === undefined || wrongTransport(given) !== undefined) return;
    this.#say(wrong.kind, `${name}: the checksum is ${wrong.text}.`, [given.seq]);
  }
}

/** The transport's checksum that is not what it must be; undefined when it is right, or cannot be told. */
export function wrongTransport(frame: SeenFrame): { readonly kind: FindingKind; readonly text: string } | undefined {
  if (!frame.isWhole || frame.isFragment) return undefined;
  // What makes up the most of a log.
  if (isSurelyRight(frame.bytes, frame.at, frame.payload, frame.payloadEnd)) return undefined;
  const bytes = frame.frame;
  for (const { field, at, expected } of checksumPlaces(bytes)) {
    const kind = transports[field];
    if (kind !== undefined && u16(bytes, at) !== expected)
      return { kind, text: `${hex(u16(bytes, at))}; it must be ${hex(expected)}` };
  }
  return undefined;
}

const upperHalf = (seq: number): number => Math.floor(seq / 0x1_0000_0000);

/** Fields of the IPv4 header that a router leaves as they are. */
const headerFields = [
  { at: ip.versionLength, mask: 0xff, what: 'the type of service', field: 'ip.dsfield' },
  { at: ip.id, mask: 0xffff, what: 'the identification', field: 'ip.id' },
  { at: ip.fragment, mask: 0x4000, what: 'the flag “don’t fragment”', field: 'ip.flags' },
] as const;

const hex = (value: number, digits = 4): string => `0x${value.toString(16).padStart(digits, '0')}`;

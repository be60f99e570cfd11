import { checksumPlaces } from '../../packet/checksum-places.ts';
import { ip, u16 } from '../../packet/header-layout.ts';
import { BoundedMap } from './bounded-map.ts';
import type { FindingKind } from './kinds.ts';
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
  /** What came of a given packet: the first output, and the port that it left by. */
  readonly #outputs = new BoundedMap<number, { readonly seq: number; readonly port: number }>(mostOutputs);

  constructor(say: Say) {
    this.#say = say;
  }

  clear(): void {
    this.#outputs.clear();
  }

  /** Something came of a given packet already. */
  hasOutput(seq: number): boolean {
    return this.#outputs.get(seq) !== undefined;
  }

  /** An output whose packet is known. False when it was sent before: then everything else was said before, too. */
  isFirst(given: number, seq: number, port: RouterPort): boolean {
    const before = this.#outputs.get(given);
    if (before === undefined) this.#outputs.set(given, { seq, port: port.port });
    if (before === undefined || before.port !== port.port) return true;
    this.#say('sent-twice', `${port.name}: what came of #${given} was sent as #${before.seq} already.`, [
      before.seq,
      given,
    ]);
    return false;
  }

  compare(given: SeenFrame, sent: SeenFrame, port: RouterPort): void {
    const evidence = [given.seq];
    const { name } = port;
    const before = given.ttl;
    const after = sent.ttl;
    if (before <= 1)
      this.#say('ttl-expired-forwarded', `${name}: forwarded, although its TTL was ${before}.`, evidence);
    else if (after === before)
      this.#say('ttl-not-decremented', `${name}: TTL ${before} left as ${after}; it must be ${before - 1}.`, evidence);
    else if (after !== before - 1)
      this.#say('ttl-wrong', `${name}: TTL ${before} became ${after}; it must be ${before - 1}.`, evidence);
    if (!given.isHeaderSound)
      this.#say('bad-checksum-forwarded', `${name}: forwarded, although its header checksum was wrong.`, evidence);
    else if (!sent.isHeaderSound) this.headerChecksum(sent, port, evidence);
    this.#header(given, sent, name, evidence);
    this.#payload(given, sent, name, evidence);
    this.#transport(given, sent, name, evidence);
    if (port.port === given.record.port && sent.toMac === given.fromMac)
      this.#say('sent-back', `${name}: ${endsOf(sent)} goes back to ${sent.toMac}, from where it came.`, evidence);
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

  #header(given: SeenFrame, sent: SeenFrame, name: string, evidence: readonly number[]): void {
    const [a, b] = [given.bytes, sent.bytes];
    const changed = headerFields.filter(
      ({ at, mask }) => (u16(a, given.at + at) & mask) !== (u16(b, sent.at + at) & mask),
    );
    for (const { at, mask, what, field } of changed)
      this.#say(
        'header-changed',
        `${name}: ${what} ${hex(u16(a, given.at + at) & mask)} left as ${hex(u16(b, sent.at + at) & mask)}; only TTL and checksum may change.`,
        evidence,
        { field },
      );
  }

  #payload(given: SeenFrame, sent: SeenFrame, name: string, evidence: readonly number[]): void {
    const lengths = [given.total - given.header, sent.total - sent.header];
    // A router that fragments sends less of it at a time.
    if (sent.isFragment !== given.isFragment || !given.isHeaderSound) return;
    if (lengths[0] !== lengths[1]) {
      this.#say('payload-changed', `${name}: ${lengths[0]} bytes of data left as ${lengths[1]}.`, evidence);
      return;
    }
    const length = Math.min(given.payloadEnd - given.payload, sent.payloadEnd - sent.payload);
    for (let i = 0; i < length; i++) {
      const [was, is] = [given.bytes[given.payload + i] ?? 0, sent.bytes[sent.payload + i] ?? 0];
      if (was === is) continue;
      this.#say(
        'payload-changed',
        `${name}: byte ${i} behind the IP header was ${hex(was, 2)} and left as ${hex(is, 2)}.`,
        evidence,
      );
      return;
    }
  }

  #transport(given: SeenFrame, sent: SeenFrame, name: string, evidence: readonly number[]): void {
    const wrong = wrongTransport(sent);
    if (wrong === undefined || wrongTransport(given) !== undefined) return;
    this.#say(wrong.kind, `${name}: the checksum is ${wrong.text}.`, evidence);
  }
}

/** The transport's checksum that is not what it must be; undefined when it is right, or cannot be told. */
export function wrongTransport(frame: SeenFrame): { readonly kind: FindingKind; readonly text: string } | undefined {
  if (!frame.isWhole || frame.isFragment) return undefined;
  const bytes = frame.frame;
  for (const { field, at, expected } of checksumPlaces(bytes)) {
    const kind = transports[field];
    if (kind !== undefined && u16(bytes, at) !== expected)
      return { kind, text: `${hex(u16(bytes, at))}; it must be ${hex(expected)}` };
  }
  return undefined;
}

/** Fields of the IPv4 header that a router leaves as they are. */
const headerFields = [
  { at: ip.versionLength, mask: 0xff, what: 'the type of service', field: 'ip.dsfield' },
  { at: ip.id, mask: 0xffff, what: 'the identification', field: 'ip.id' },
  { at: ip.fragment, mask: 0x4000, what: 'the flag “don’t fragment”', field: 'ip.flags' },
] as const;

const hex = (value: number, digits = 4): string => `0x${value.toString(16).padStart(digits, '0')}`;

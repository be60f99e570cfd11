import type { LoggedRecord } from '../logged-record.ts';
import { FrameFacts, kinds } from './frame-facts.ts';

/** How an answer is known, and how sure that is, per cent. */
export const answerRules = {
  'arp reply': 99,
  'echo reply': 99,
  'icmp error': 98,
  'tcp answer': 97,
  'udp answer': 90,
} as const;
export type AnswerRule = keyof typeof answerRules;

const etherHeader = 14;
const [tcp, udp] = [6, 17];
const flags = { fin: 1, syn: 2, reset: 4, ack: 16 } as const;

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const u32 = (bytes: Uint8Array, at: number): number => ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0;

/** A frame as far as questions and answers between hosts depend on it; read into the same object again and again. */
export class Said {
  readonly facts = new FrameFacts();
  /** As what it may answer; undefined for what answers nothing. */
  rule: AnswerRule | undefined;
  protocol = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** Of TCP; `end` is the sequence number behind all that it carries, SYN and FIN counted. */
  flags = 0;
  sequence = 0;
  acknowledgement = 0;
  end = 0;

  /** Of TCP: it accepts a connection, or refuses one. */
  get isHandshake(): boolean {
    return (this.flags & (flags.syn | flags.ack)) === (flags.syn | flags.ack) || (this.flags & flags.reset) !== 0;
  }

  /** False for what is no question and no answer: neither ARP nor whole IPv4. */
  read({ bytes, start, end }: LoggedRecord): boolean {
    const { facts } = this;
    facts.read(bytes, start, end);
    this.rule = undefined;
    this.protocol = 0;
    if (facts.kind === kinds.arpReply) this.rule = 'arp reply';
    if (facts.kind === kinds.ipv4 && facts.isSound) this.#readIp(bytes, start + etherHeader, end);
    return facts.kind !== kinds.other && (facts.kind !== kinds.ipv4 || facts.isSound);
  }

  #readIp(bytes: Uint8Array, at: number, frameEnd: number): void {
    const { facts } = this;
    if (facts.isEchoReply) this.rule = 'echo reply';
    else if (facts.quoted !== 0) this.rule = 'icmp error';
    const transport = at + ((bytes[at] ?? 0) & 15) * 4;
    const end = at + u16(bytes, at + 2);
    const isWhole = (u16(bytes, at + 6) & 0x3fff) === 0;
    const protocol = bytes[at + 9] ?? 0;
    if (!isWhole || (protocol !== tcp && protocol !== udp) || frameEnd - transport < (protocol === tcp ? 20 : 8))
      return;
    this.protocol = protocol;
    this.sourcePort = u16(bytes, transport);
    this.destinationPort = u16(bytes, transport + 2);
    this.rule = protocol === tcp ? 'tcp answer' : 'udp answer';
    if (protocol !== tcp) return;
    this.flags = bytes[transport + 13] ?? 0;
    this.sequence = u32(bytes, transport + 4);
    this.acknowledgement = u32(bytes, transport + 8);
    const data = Math.max(0, end - transport - ((bytes[transport + 12] ?? 0) >>> 4) * 4);
    const counted = (this.flags & flags.syn ? 1 : 0) + (this.flags & flags.fin ? 1 : 0);
    this.end = (this.sequence + data + counted) >>> 0;
  }
}

/** Whether two frames of TCP or UDP are of one conversation, the one way and the other. */
export const isOtherWay = (a: Said, b: Said): boolean =>
  a.protocol === b.protocol &&
  a.sourcePort === b.destinationPort &&
  a.destinationPort === b.sourcePort &&
  a.facts.source === b.facts.destination &&
  a.facts.destination === b.facts.source;

/** Whether `asked` is what `answer` would be said to. */
export function isAskedBy(answer: Said, asked: Said): boolean {
  switch (answer.rule) {
    case 'arp reply':
      return asked.facts.kind === kinds.arpRequest && asked.facts.exchange === answer.facts.exchange;
    case 'echo reply':
      return asked.facts.exchange === answer.facts.exchange && !asked.facts.isEchoReply;
    case 'icmp error':
      return asked.facts.kind === kinds.ipv4 && asked.facts.flow === answer.facts.quoted;
    case 'udp answer':
      return isOtherWay(answer, asked);
    case 'tcp answer':
      return isOtherWay(answer, asked) && isAcknowledged(answer, asked);
    default:
      return false;
  }
}

/** A segment answers the one whose end it acknowledges; a reset without a number stands where it was expected. */
function isAcknowledged(answer: Said, asked: Said): boolean {
  if ((answer.flags & (flags.reset | flags.ack)) === flags.reset) return asked.acknowledgement === answer.sequence;
  return (answer.flags & flags.ack) !== 0 && asked.end !== asked.sequence && asked.end === answer.acknowledgement;
}

/** Whether an earlier frame of the host said the same already, so that what came before it is answered. */
export function isSameAnswer(answer: Said, earlier: Said): boolean {
  if (earlier.rule !== answer.rule) return false;
  switch (answer.rule) {
    case 'arp reply':
    case 'echo reply':
      return earlier.facts.exchange === answer.facts.exchange;
    case 'icmp error':
      return earlier.facts.quoted === answer.facts.quoted;
    default:
      break;
  }
  const isThisWay =
    earlier.sourcePort === answer.sourcePort &&
    earlier.destinationPort === answer.destinationPort &&
    earlier.facts.source === answer.facts.source &&
    earlier.facts.destination === answer.facts.destination;
  if (!isThisWay || answer.rule === 'udp answer') return isThisWay;
  return (earlier.flags & flags.ack) !== 0 && earlier.acknowledgement === answer.acknowledgement;
}

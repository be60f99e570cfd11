import { expectedChecksum, pseudoHeaderSum } from '../../../packet/checksum.ts';
import { printDns } from './dns.ts';
import { printHttp } from './http.ts';
import { printOpenflow } from './openflow.ts';
import { hex, type Look, Slice } from './slice.ts';

const flagLetters = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W'];
const synFlag = 2;
const ackFlag = 16;
const openflowPorts = [6633, 6653];
const httpPorts = [80, 8080, 3128];

/** Where a connection's numbers began: the port that is lower sends what is counted from `ack`. */
interface Numbers {
  readonly sequence: number;
  readonly ack: number;
}
/** Connections whose numbers are shown from their beginning; the oldest is forgotten at 4096. */
export type TcpNumbers = Map<string, Numbers>;

/** What TCP knows of the packet around it. */
export interface IpAround {
  readonly source: string;
  readonly destination: string;
  /** Addresses as bytes, for the checksum and for order. */
  readonly addresses: Uint8Array;
}

/** The part of a TCP segment behind `source > destination: `. */
export function printTcp(tcp: Slice, around: IpAround, look: Look, numbers: TcpNumbers): string {
  const flags = tcp.u8(13);
  const headerBytes = (tcp.u8(12) >> 4) * 4;
  const length = tcp.length - headerBytes;
  const [seq, ack] = [tcp.u32(4), tcp.u32(8)];
  const isReverse = isFromHigher(tcp, around);
  if (look.isQuiet) return `tcp ${length}`;
  const { base, began } = baseOf(tcp, around, look.isAbsolute ? 0 : flags, isReverse, numbers);
  const shownSeq = (seq - (base === undefined ? 0 : isReverse ? base.ack : base.sequence)) >>> 0;
  const shownAck = (ack - (base === undefined ? 0 : isReverse ? base.sequence : base.ack)) >>> 0;
  const letters = flagLetters.filter((_, bit) => (flags >> bit) & 1).join('');
  let text = `Flags [${letters || 'none'}]`;
  if (look.verbose > 0 && tcp.captured === tcp.length) text += `, cksum ${checksumText(tcp, around)}`;
  if (look.verbose > 1 || length > 0 || (flags & 7) !== 0) {
    text += `, seq ${shownSeq}${length > 0 ? `:${(shownSeq + length) >>> 0}` : ''}`;
  }
  if ((flags & ackFlag) !== 0) text += `, ack ${shownAck}`;
  text += `, win ${tcp.u16(14)}`;
  if ((flags & 32) !== 0) text += `, urg ${tcp.u16(18)}`;
  if (headerBytes > 20) text += optionsText(tcp, headerBytes, isReverse ? began.sequence : began.ack);
  text += `, length ${length}`;
  if (length <= 0) return text;
  return text + payloadText(tcp, tcp.from(headerBytes, 'tcp'), flags, look);
}

function isFromHigher(tcp: Slice, { addresses }: IpAround): boolean {
  const [source, destination] = [tcp.u16(0), tcp.u16(2)];
  if (source !== destination) return source > destination;
  const half = addresses.length / 2;
  for (let i = 0; i < half; i++) {
    const difference = (addresses[i] ?? 0) - (addresses[half + i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** What this packet's numbers are counted from; undefined when they are shown as they are. `began` is of the connection. */
function baseOf(
  tcp: Slice,
  around: IpAround,
  flags: number,
  isReverse: boolean,
  numbers: TcpNumbers,
): { readonly base: Numbers | undefined; readonly began: Numbers } {
  if ((flags & ackFlag) === 0) return { base: undefined, began: { sequence: 0, ack: 0 } };
  const ends = [`${around.source}.${tcp.u16(0)}`, `${around.destination}.${tcp.u16(2)}`];
  const key = (isReverse ? ends.reverse() : ends).join(' ');
  const known = numbers.get(key);
  if (known !== undefined && (flags & synFlag) === 0) return { base: known, began: known };
  const [seq, ack] = [tcp.u32(4), tcp.u32(8)];
  const began = isReverse ? { ack: seq, sequence: ack - 1 } : { sequence: seq, ack: ack - 1 };
  numbers.set(key, began);
  const oldest = numbers.keys().next().value;
  if (numbers.size > 4096 && oldest !== undefined) numbers.delete(oldest);
  return { base: undefined, began };
}

function checksumText(tcp: Slice, { addresses }: IpAround): string {
  const initial = pseudoHeaderSum(addresses, 0, addresses.length === 8 ? 8 : 32, 6, tcp.length);
  const [told, expected] = [tcp.u16(16), expectedChecksum(tcp.bytes, 0, tcp.length, 16, initial)];
  return `${hex(told, 4)} (${told === expected ? 'correct' : `incorrect -> ${hex(expected, 4)}`})`;
}

function optionsText(tcp: Slice, headerBytes: number, sackBase: number): string {
  const shown: string[] = [];
  for (let at = 20; at < headerBytes; ) {
    const kind = tcp.u8(at);
    if (kind <= 1) {
      shown.push(kind === 0 ? 'eol' : 'nop');
      at++;
      if (kind === 0) break;
      continue;
    }
    const bytes = tcp.u8(at + 1);
    if (bytes < 2 || at + bytes > headerBytes) {
      shown.push('[bad opt]');
      break;
    }
    shown.push(optionText(tcp, kind, at, bytes, sackBase));
    at += bytes;
  }
  return `, options [${shown.join(',')}]`;
}

function optionText(tcp: Slice, kind: number, at: number, bytes: number, sackBase: number): string {
  if (kind === 2 && bytes === 4) return `mss ${tcp.u16(at + 2)}`;
  if (kind === 3 && bytes === 3) return `wscale ${tcp.u8(at + 2)}`;
  if (kind === 4 && bytes === 2) return 'sackOK';
  if (kind === 8 && bytes === 10) return `TS val ${tcp.u32(at + 2)} ecr ${tcp.u32(at + 6)}`;
  if (kind === 5 && bytes % 8 === 2) {
    let blocks = '';
    for (let block = at + 2; block < at + bytes; block += 8) {
      blocks += `{${(tcp.u32(block) - sackBase) >>> 0}:${(tcp.u32(block + 4) - sackBase) >>> 0}}`;
    }
    return `sack ${(bytes - 2) / 8} ${blocks}`;
  }
  let data = '';
  for (let i = at + 2; i < at + bytes; i++) data += tcp.u8(i).toString(16).padStart(2, '0');
  return `unknown-${kind}${data === '' ? '' : ` 0x${data}`}`;
}

function payloadText(tcp: Slice, data: Slice, flags: number, look: Look): string {
  if ((flags & 4) !== 0) return ` [RST ${new TextDecoder('latin1').decode(data.bytes).replace(/[^\x20-\x7e]/g, '.')}]`;
  const either = (ports: readonly number[]): boolean => ports.includes(tcp.u16(0)) || ports.includes(tcp.u16(2));
  if (either([53]))
    return data.length < 2 ? '' : ` ${printDns(new Slice(data.bytes.subarray(2), data.length - 2, 'domain'))}`;
  if (either(httpPorts)) return `: ${printHttp(data, look)}`;
  if (either(openflowPorts)) return `: ${printOpenflow(data)}`;
  return '';
}

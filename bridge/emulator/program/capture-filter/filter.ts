import { parseIpv4, parseMac } from '../../../codec/addresses.ts';
import { portNames } from '../tcpdump/names.ts';
import { beginsArithmetic, numberOf, parseRelation } from './arithmetic.ts';
import { and, FilterPacket, not, OutOfPacket, or, type Predicate } from './packet.ts';
import * as primitive from './primitives.ts';
import { FilterError, tokensOf } from './token.ts';
import { TokenReader } from './token-reader.ts';

/** Whether a frame is wanted; `length` is that on the wire. */
export type CaptureFilter = (frame: Uint8Array, length: number) => boolean;

type Kind = 'host' | 'net' | 'port' | 'portrange' | 'proto';
interface Qualifiers {
  readonly protocol: string | undefined;
  readonly direction: primitive.Direction | undefined;
  readonly kind: Kind | undefined;
}

const protocolNames = ['ether', 'ip', 'ip6', 'arp', 'rarp', 'tcp', 'udp', 'icmp', 'icmp6', 'igmp'];
const kinds: readonly string[] = ['host', 'net', 'port', 'portrange', 'proto'];
const transports: Readonly<Record<string, number>> = { icmp: 1, igmp: 2, tcp: 6, udp: 17, sctp: 132, icmp6: 58 };
const etherTypes: Readonly<Record<string, number>> = { ip: 0x0800, arp: 0x0806, rarp: 0x8035, ip6: 0x86dd };
const maxDepth = 100;

/**
 * Compiles an expression of pcap-filter(7) for Ethernet (EP67): host, net, port, portrange, proto with their directions and
 * protocols, broadcast, multicast, vlan, less, greater, arithmetic on bytes, and, or, not and parentheses. `resolve` knows
 * names of hosts. Throws FilterError with the position.
 */
export function compileFilter(
  text: string,
  resolve: (name: string) => number | undefined = () => undefined,
): CaptureFilter {
  const reader = new TokenReader(tokensOf(text), text.length);
  if (reader.peek() === undefined) return () => true;
  const predicate = new Parser(reader, resolve).parse();
  return (frame, length) => {
    try {
      return predicate(new FilterPacket(frame, length));
    } catch (fault) {
      if (fault instanceof OutOfPacket) return false;
      throw fault;
    }
  };
}

class Parser {
  readonly #reader: TokenReader;
  readonly #resolve: (name: string) => number | undefined;
  /** Moved by `vlan` for what follows it. */
  #link = 12;
  #depth = 0;
  /** What a bare address or port behind `or` takes over. */
  #last: Qualifiers = { protocol: undefined, direction: undefined, kind: undefined };

  constructor(reader: TokenReader, resolve: (name: string) => number | undefined) {
    this.#reader = reader;
    this.#resolve = resolve;
  }

  parse(): Predicate {
    const predicate = this.#expression();
    const left = this.#reader.peek();
    if (left !== undefined) throw new FilterError(`unexpected '${left.text}'`, left.at);
    return predicate;
  }

  /** `and` and `or` bind alike, from left to right. */
  #expression(): Predicate {
    let left = this.#term();
    for (;;) {
      if (this.#reader.accept('and', '&&')) left = and(left, this.#term());
      else if (this.#reader.accept('or', '||')) left = or(left, this.#term());
      else return left;
    }
  }

  #term(): Predicate {
    const reader = this.#reader;
    if (++this.#depth > maxDepth) throw new FilterError('too many levels', reader.at);
    try {
      if (reader.accept('not', '!')) return not(this.#term());
      if (beginsArithmetic(reader) && !this.#isBareNumber()) return parseRelation(reader, this.#link);
      if (reader.peek()?.text === '(') return this.#group();
      return this.#primitive();
    } finally {
      this.#depth--;
    }
  }

  /** `port 80 or 443`: a number that nothing is compared with is an operand. */
  #isBareNumber(): boolean {
    const next = this.#reader.peek(1);
    const isEnd = next === undefined || [')', 'and', 'or', '&&', '||'].includes(next.text);
    return isEnd && this.#last.kind !== undefined;
  }

  /** Parentheses around filters, or around a number that is compared. */
  #group(): Predicate {
    const reader = this.#reader;
    let depth = 0;
    for (let ahead = 0; ; ahead++) {
      const text = reader.peek(ahead)?.text;
      if (text === undefined) break;
      if (text === '(') depth++;
      if (text === ')' && --depth === 0) {
        const behind = reader.peek(ahead + 1);
        const isNumber = behind?.isSymbol === true && !['&&', '||', ')', '!'].includes(behind.text);
        if (isNumber) return parseRelation(reader, this.#link);
        break;
      }
    }
    reader.expect('(');
    const predicate = this.#expression();
    reader.expect(')');
    return predicate;
  }

  #primitive(): Predicate {
    const reader = this.#reader;
    const word = reader.peek();
    if (word === undefined) throw new FilterError('an expression expected', reader.at);
    if (reader.accept('less')) return this.#lengthIs((length, limit) => length <= limit);
    if (reader.accept('greater')) return this.#lengthIs((length, limit) => length >= limit);
    if (reader.accept('broadcast')) return primitive.isBroadcast;
    if (reader.accept('multicast')) return primitive.isMulticast;
    if (reader.accept('vlan')) return this.#vlan();
    const protocol = reader.accept(...protocolNames)?.text;
    const kindOrDirection = this.#qualifiers();
    const hasQualifiers = protocol !== undefined || kindOrDirection.direction || kindOrDirection.kind;
    if (protocol !== undefined && !kindOrDirection.direction && !kindOrDirection.kind) {
      return this.#protocolAlone(protocol);
    }
    if (!hasQualifiers && this.#last.kind === undefined) {
      throw new FilterError(`'${word.text}' needs a word before it that says what it is, as host or port`, word.at);
    }
    const given: Qualifiers = hasQualifiers ? { protocol, ...kindOrDirection } : this.#last;
    const qualifiers: Qualifiers = { ...given, kind: given.kind ?? 'host' };
    this.#last = qualifiers;
    return this.#operand(qualifiers);
  }

  /** `src or dst port`, `dst host`, … */
  #qualifiers(): { direction: primitive.Direction | undefined; kind: Kind | undefined } {
    const reader = this.#reader;
    let direction: primitive.Direction | undefined;
    const first = reader.accept('src', 'dst')?.text;
    if (first !== undefined) {
      direction = first === 'src' ? 'src' : 'dst';
      const [join, second] = [reader.peek()?.text, reader.peek(1)?.text];
      if ((join === 'or' || join === 'and') && (second === 'src' || second === 'dst') && second !== first) {
        reader.take('or');
        reader.take('dst');
        direction = join === 'or' ? 'src or dst' : 'src and dst';
      }
    }
    const kind = reader.accept(...kinds)?.text;
    return { direction, kind: isKind(kind) ? kind : undefined };
  }

  #protocolAlone(protocol: string): Predicate {
    const reader = this.#reader;
    if (protocol === 'ether' || protocol === 'ip') {
      if (reader.accept('multicast'))
        return protocol === 'ether' ? primitive.isMulticast : primitive.isIpMulticast(this.#link);
      if (protocol === 'ether' && reader.accept('broadcast')) return primitive.isBroadcast;
    }
    const next = reader.peek();
    const isOperand = next !== undefined && !next.isSymbol && !['and', 'or', 'not'].includes(next.text);
    if (protocol === 'ether' && !isOperand)
      throw new FilterError("'host', 'src', 'dst' or 'proto' expected", reader.at);
    if (isOperand) {
      const qualifiers: Qualifiers = { protocol, direction: undefined, kind: 'host' };
      this.#last = qualifiers;
      return this.#operand(qualifiers);
    }
    return this.#protocol(protocol);
  }

  #protocol(protocol: string): Predicate {
    const type = etherTypes[protocol];
    if (type !== undefined) return primitive.etherType(type, this.#link);
    const number = transports[protocol] ?? 0;
    if (protocol === 'icmp' || protocol === 'igmp') return primitive.ipProtocol(number, this.#link);
    if (protocol === 'icmp6') return primitive.ipv6Protocol(number, this.#link);
    return primitive.anyIpProtocol(number, this.#link);
  }

  #operand({ protocol, direction = 'src or dst', kind }: Qualifiers): Predicate {
    const reader = this.#reader;
    const token = reader.take(kind === 'port' ? 'a port' : kind === 'net' ? 'a network' : 'an address');
    if (token.isSymbol) throw new FilterError(`unexpected '${token.text}'`, token.at);
    if (!token.isEscaped && protocolNames.includes(token.text)) {
      throw new FilterError(`'${token.text}' is a keyword here, write \\\\${token.text}`, token.at);
    }
    switch (kind) {
      case 'port':
      case 'portrange':
        return this.#ports(token.text, token.at, kind, protocol, direction);
      case 'proto':
        return this.#protocolNumber(token.text, token.at, protocol);
      case 'net':
        return this.#network(token.text, token.at, protocol, direction);
      default:
        return this.#host(token.text, token.at, protocol, direction);
    }
  }

  #host(text: string, at: number, protocol: string | undefined, direction: primitive.Direction): Predicate {
    if (protocol === 'ether') {
      const address = parseMac(text);
      if (address === undefined) throw new FilterError(`'${text}' is not a hardware address`, at);
      return primitive.etherEnds(address, direction);
    }
    if (/^[\d.]+\/\d+$/.test(text)) return this.#network(text, at, protocol, direction);
    const address = parseIpv4(text) ?? this.#resolve(text);
    if (address === undefined) throw new FilterError(`unknown host '${text}'`, at);
    return this.#addresses(address, 0xffff_ffff, at, protocol, direction);
  }

  #addresses(
    network: number,
    mask: number,
    at: number,
    protocol: string | undefined,
    direction: primitive.Direction,
  ): Predicate {
    if (protocol === undefined || protocol === 'ip' || protocol === 'arp' || protocol === 'rarp') {
      return primitive.ipv4Ends(network, mask, direction, protocol, this.#link);
    }
    throw new FilterError(`'${protocol}' modifier applied to host`, at);
  }

  /** `10.0.1`, `10.0.1.0/24`, `10.0.1.0 mask 255.255.255.0`. */
  #network(text: string, at: number, protocol: string | undefined, direction: primitive.Direction): Predicate {
    const [address = '', slash] = text.split('/');
    const parts = address.split('.');
    const network = parseIpv4([...parts, '0', '0', '0'].slice(0, 4).join('.'));
    if (network === undefined || parts.length > 4) throw new FilterError(`'${text}' is not a network`, at);
    let mask = prefixMask(slash === undefined ? parts.length * 8 : Number(slash));
    if (slash !== undefined && (!/^\d+$/.test(slash) || Number(slash) > 32)) {
      throw new FilterError('mask length must be <= 32', at);
    }
    if (slash === undefined && this.#reader.accept('mask')) {
      const told = this.#reader.take('a mask');
      const parsed = parseIpv4(told.text);
      if (parsed === undefined) throw new FilterError(`'${told.text}' is not a mask`, told.at);
      mask = parsed;
    }
    if ((network & ~mask) !== 0) throw new FilterError(`non-network bits set in '${text}'`, at);
    return this.#addresses(network, mask, at, protocol, direction);
  }

  #ports(
    text: string,
    at: number,
    kind: 'port' | 'portrange',
    protocol: string | undefined,
    direction: primitive.Direction,
  ): Predicate {
    const range = kind === 'portrange' ? /^(\d+)-(\d+)$/.exec(text) : undefined;
    if (range === null) throw new FilterError(`'${text}' is not a range of ports`, at);
    const [first = Number.NaN, last = first] =
      range === undefined ? [numberOf(text) ?? portNames[text]] : [Number(range[1]), Number(range[2])];
    if (Number.isNaN(first)) throw new FilterError(`unknown port '${text}'`, at);
    if (first > 65_535 || last > 65_535)
      throw new FilterError(`illegal port number ${Math.max(first, last)} > 65535`, at);
    const numbers: Readonly<Record<string, readonly number[]>> = { tcp: [6], udp: [17] };
    const protocols = protocol === undefined ? [6, 17, 132] : numbers[protocol];
    if (protocols === undefined) throw new FilterError(`illegal qualifier of 'port': '${protocol}'`, at);
    return primitive.portEnds(Math.min(first, last), Math.max(first, last), direction, protocols, this.#link);
  }

  #protocolNumber(text: string, at: number, protocol: string | undefined): Predicate {
    const isEther = protocol === 'ether';
    const number = numberOf(text) ?? (isEther ? etherTypes[text] : transports[text]);
    if (number === undefined) throw new FilterError(`unknown protocol '${text}'`, at);
    if (isEther) return primitive.etherType(number, this.#link);
    if (protocol === 'ip') return primitive.ipProtocol(number, this.#link);
    if (protocol === 'ip6') return primitive.ipv6Protocol(number, this.#link);
    if (protocol === undefined) return primitive.anyIpProtocol(number, this.#link);
    throw new FilterError(`'${protocol}' modifier applied to proto`, at);
  }

  #lengthIs(compare: (length: number, limit: number) => boolean): Predicate {
    const token = this.#reader.take('a length');
    const limit = numberOf(token.text);
    if (limit === undefined) throw new FilterError(`'${token.text}' is not a length`, token.at);
    return (packet) => compare(packet.length, limit);
  }

  #vlan(): Predicate {
    const token = this.#reader.peek();
    const id = token === undefined || token.isSymbol ? undefined : numberOf(token.text);
    if (id !== undefined) this.#reader.take('an id');
    const predicate = primitive.hasVlan(id, this.#link);
    this.#link += 4;
    return predicate;
  }
}

const isKind = (text: string | undefined): text is Kind => text !== undefined && kinds.includes(text);
const prefixMask = (prefix: number): number => (prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0);

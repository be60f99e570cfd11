import { parseIpv4 } from '../../codec/addresses.ts';
import type { Host } from '../host/api.ts';
import { Failure } from './command.ts';
import { type ParsedOptions, parseOptions } from './options.ts';

/** What `ping` is asked for; times in microseconds. */
export interface PingOptions {
  /** Infinity without -c. */
  readonly count: number;
  readonly intervalUs: number;
  /** Of ICMP data. */
  readonly bytes: number;
  readonly ttl: number | undefined;
  readonly tos: number;
  readonly pathMtu: 'do' | 'want' | 'dont';
  /** -W: how long the last replies are waited for when there was none so far. */
  readonly lingerUs: number;
  /** -w; Infinity without. */
  readonly deadlineUs: number;
  readonly preload: number;
  readonly pattern: readonly number[] | undefined;
  readonly from: { readonly device: string | undefined; readonly address: number } | undefined;
  readonly isNumeric: boolean;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  readonly showsTime: boolean;
  readonly showsOutstanding: boolean;
  readonly allowsBroadcast: boolean;
  readonly target: string;
}

export const pingUsage = `
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -c <count>         stop after <count> replies
  -D                 print timestamps
  -h                 print help and exit
  -I <interface>     either interface name or address
  -i <interval>      seconds between sending each packet
  -l <preload>       send <preload> number of packages while waiting replies
  -M <pmtud opt>     define mtu discovery, can be one of <do|dont|want>
  -n                 no dns name resolution
  -O                 report outstanding replies
  -p <pattern>       contents of padding byte
  -q                 quiet output
  -Q <tclass>        use quality of service <tclass> bits
  -s <size>          use <size> as number of data bytes to be sent
  -t <ttl>           define time to live
  -v                 verbose output
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response
  -4                 use IPv4
  -b                 allow pinging broadcast
`;
/** Options of the real one that make no sense here, or need what the emulated network has not. */
const absent = 'aABCdefFLmNRSTUV6';
const shortest = { userMs: 2 };

/** Throws OptionError, Failure. */
export function parsePing(argv: readonly string[], host: Host): PingOptions {
  const options = parseOptions({ short: 'c:Dh4I:i:l:M:nOp:qQ:s:t:vw:W:baABCde:fF:Lm:N:RS:T:UV6' }, argv);
  const missing = options.given.find(({ name }) => absent.includes(name))?.name;
  if (missing === 'f')
    throw new Failure('ping: option -f is not here: a flood would only show how fast this machine is\n', 2);
  if (missing !== undefined) throw new Failure(`ping: option -${missing} is not here\n${pingUsage}`, 2);
  if (options.has('h')) throw new Failure(pingUsage, 2);
  const pathMtu = pathMtuOf(options.value('M') ?? 'want');
  const tos = tosOf(options.value('Q'));
  const pattern = patternOf(options.value('p'));
  const lingerUs = seconds(options.value('W') ?? '10', 'bad linger time');
  const preload = integer(options, 'l', 1, 65_536) ?? 1;
  if (preload > 3) throw new Failure(`ping: cannot set preload to value greater than 3: ${preload}\n`, 2);
  const parsed = {
    count: integer(options, 'c', 1, 9_223_372_036_854_775_807n) ?? Number.POSITIVE_INFINITY,
    intervalUs: seconds(options.value('i') ?? '1', 'bad timing interval'),
    bytes: integer(options, 's', 0, 2_147_483_647) ?? 56,
    ttl: integer(options, 't', 0, 255),
    lingerUs,
    deadlineUs: (integer(options, 'w', 0, 2_147_483_647) || Number.POSITIVE_INFINITY) * 1e6,
    isQuiet: options.has('q'),
    isVerbose: options.has('v'),
    showsTime: options.has('D'),
    showsOutstanding: options.has('O'),
    allowsBroadcast: options.has('b'),
  };
  const target = options.operands.at(-1);
  if (target === undefined) throw new Failure('ping: usage error: Destination address required\n', 1);
  if (options.operands.length > 1) throw new Failure('ping: source routes are not here: one destination\n', 2);
  if (parsed.ttl === 0) throw new Failure('ping: cannot set unicast time-to-live: Invalid argument\n', 2);
  const isNumeric = options.has('n') || parseIpv4(target) !== undefined;
  return { ...parsed, pathMtu, tos, pattern, preload, from: fromOf(options.value('I'), host), isNumeric, target };
}

/** Nobody here is root: two milliseconds at least, and the real one says so behind its first line. */
export const tooFast = ({ intervalUs }: PingOptions): string | undefined =>
  intervalUs < shortest.userMs * 1000
    ? `ping: cannot flood; minimal interval allowed for user is ${shortest.userMs}ms\n`
    : undefined;

function integer(options: ParsedOptions, name: string, least: number, most: number | bigint): number | undefined {
  const text = options.value(name);
  if (text === undefined) return undefined;
  if (!/^\s*[-+]?\d+$/.test(text)) throw new Failure(`ping: invalid argument: '${text}'\n`, 1);
  const value = BigInt(text.trim());
  if (value < least || value > most)
    throw new Failure(`ping: invalid argument: '${text}': out of range: ${least} <= value <= ${most}\n`, 1);
  return Number(value);
}

function seconds(text: string, fault: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new Failure(`ping: option argument contains garbage: ${text}\n`, 2);
  if (value < 0 || value > 2_147_483) throw new Failure(`ping: ${fault}: ${text}\n`, 2);
  return Math.floor(value * 1000) * 1000;
}

function pathMtuOf(text: string): PingOptions['pathMtu'] {
  if (text === 'do' || text === 'want' || text === 'dont') return text;
  throw new Failure(`ping: invalid -M argument: ${text}\n`, 2);
}

function tosOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const value = /^(0[xX][\da-fA-F]+|\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 255) return value;
  if (Number.isNaN(value)) throw new Failure(`ping: bad TOS value: ${text}\n`, 2);
  throw new Failure(`ping: the decimal value of TOS bits must be in range 0-255: ${value}\n`, 2);
}

function patternOf(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const bytes = /^[\da-fA-F]+$/.test(text) ? text.match(/..?/g) : null;
  if (bytes === null) throw new Failure(`ping: patterns must be specified as hex digits: ${text}\n`, 2);
  return bytes.slice(0, 16).map((digits) => Number.parseInt(digits, 16));
}

function fromOf(text: string | undefined, host: Host): PingOptions['from'] {
  if (text === undefined) return undefined;
  const address = parseIpv4(text);
  if (address !== undefined) {
    if (host.interfaces.some((one) => one.addresses.some((own) => own.address === address)))
      return { device: undefined, address };
    throw new Failure('ping: bind: Cannot assign requested address\n', 2);
  }
  const device = host.interfaces.find((one) => one.name === text);
  if (device === undefined) throw new Failure(`ping: SO_BINDTODEVICE ${text}: No such device\n`, 2);
  return { device: text, address: device.addresses[0]?.address ?? 0 };
}

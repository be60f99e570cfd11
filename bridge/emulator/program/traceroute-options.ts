import { Failure } from './command.ts';
import { OptionError, type OptionSpec, parseOptions } from './options.ts';

/** What `traceroute` is asked for; times in microseconds. */
export interface TracerouteOptions {
  readonly method: 'udp' | 'icmp';
  readonly firstHop: number;
  readonly maxHops: number;
  readonly queries: number;
  readonly atOnce: number;
  readonly wait: { readonly mostUs: number; readonly here: number; readonly near: number };
  readonly sendWaitUs: number;
  /** First UDP port, or first ICMP sequence number. */
  readonly port: number;
  readonly dontFragment: boolean;
  readonly isNumeric: boolean;
  /** Of the whole IP packet. */
  readonly packetBytes: number;
  readonly target: string;
}

export const tracerouteUsage = `Usage:
  traceroute [ -4FIn ] [ -f first_ttl ] [ -m max_ttl ] [ -N squeries ] [ -p port ] [ -w MAX,HERE,NEAR ] [ -q nqueries ] [ -z sendwait ] host [ packetlen ]
Options:
  -4                          Use IPv4
  -F  --dont-fragment         Do not fragment packets
  -f first_ttl  --first=first_ttl
                              Start from the first_ttl hop (instead from 1)
  -I  --icmp                  Use ICMP ECHO for tracerouting
  -m max_ttl  --max-hops=max_ttl
                              Set the max number of hops (max TTL to be
                              reached). Default is 30
  -N squeries  --sim-queries=squeries
                              Set the number of probes to be tried
                              simultaneously (default is 16)
  -n                          Do not resolve IP addresses to their domain names
  -p port  --port=port        Set the destination port to use: initial udp
                              port (incremented by each probe, default is
                              33434), or initial seq for "icmp" (default 1)
  -w MAX,HERE,NEAR  --wait=MAX,HERE,NEAR
                              Wait for a probe no more than HERE (default 3)
                              times longer than a response from the same hop,
                              or no more than NEAR (default 10) times than some
                              next hop, or MAX (default 5.0) seconds (float
                              point values allowed too)
  -q nqueries  --queries=nqueries
                              Set the number of probes per each hop. Default is
                              3
  -z sendwait  --sendwait=sendwait
                              Minimal time interval between probes (default 0).
                              If the value is more than 10, then it specifies a
                              number in milliseconds, else it is a number of
                              seconds (float point values allowed too)
  --help                      Read this help and exit

Arguments:
+     host          The host to traceroute to
      packetlen     The full packet length (default is the length of an IP
                    header plus 40). Can be ignored or increased to a minimal
                    allowed value
`;

/** Of the real one; what is not in `here` is refused by name. */
const spec: OptionSpec = {
  short: '46dFf:g:ITi:m:N:np:t:l:w:q:rs:z:eAM:O:UDP:V',
  long: {
    debug: 'd',
    'dont-fragment': 'F',
    first: 'f',
    gateway: 'g',
    icmp: 'I',
    tcp: 'T',
    interface: 'i',
    'max-hops': 'm',
    'sim-queries': 'N',
    port: 'p',
    tos: 't',
    flowlabel: 'l',
    wait: 'w',
    queries: 'q',
    source: 's',
    sendwait: 'z',
    extensions: 'e',
    'as-path-lookups': 'A',
    module: 'M',
    options: 'O',
    sport: 'sport:',
    fwmark: 'fwmark:',
    udp: 'U',
    dccp: 'D',
    protocol: 'P',
    mtu: 'mtu',
    back: 'back',
    version: 'V',
    help: 'help',
  },
};
const here = ['4', 'F', 'I', 'f', 'm', 'N', 'n', 'p', 'w', 'q', 'z', 'help'];
const nameOfValue: Readonly<Record<string, string>> = {
  f: 'first_ttl',
  m: 'max_ttl',
  N: 'squeries',
  p: 'port',
  w: 'MAX,HERE,NEAR',
  q: 'nqueries',
  z: 'sendwait',
};
const smallest = 28;
const largest = 65_000;

/** Throws Failure; what a name is called decides only when everything else is right. */
export function parseTraceroute(argv: readonly string[]): TracerouteOptions {
  const options = parse(argv);
  if (options.has('help') || argv.length < 2) throw new Failure(tracerouteUsage, options.has('help') ? 0 : 2);
  const missing = options.given.find(({ name }) => !here.includes(name))?.name;
  if (missing !== undefined) {
    const dashes = missing.length > 1 ? '--' : '-';
    throw new Failure(
      `traceroute: option ${dashes}${missing} is not here; there is ${here.map(dashed).join(' ')}\n`,
      2,
    );
  }
  const integer = (name: string): number | undefined => {
    const text = options.value(name);
    if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
    throw cannotHandle(argv, name, text);
  };
  const firstHop = integer('f') ?? 1;
  const maxHops = integer('m') ?? 30;
  const queries = integer('q') ?? 3;
  const wait = waitOf(options.value('w'), argv);
  const sendWait = Number(options.value('z') ?? 0);
  if (!(sendWait >= 0)) throw new Failure(`bad sendtime \`${options.value('z')}' specified\n`, 2);
  const [target, bytes, extra] = options.operands;
  if (target === undefined) throw new Failure('Specify "host" missing argument.\n', 2);
  if (extra !== undefined)
    throw new Failure(`Extra arg \`${extra}' (position 3, argc ${argv.lastIndexOf(extra)})\n`, 2);
  if (bytes !== undefined && !/^\d+$/.test(bytes))
    throw new Failure(
      `Cannot handle "packetlen" cmdline arg \`${bytes}' on position 2 (argc ${argv.lastIndexOf(bytes)})\n`,
      2,
    );
  if (maxHops > 255) throw new Failure('max hops cannot be more than 255\n', 2);
  if (firstHop < 1 || firstHop > maxHops) throw new Failure('first hop out of range\n', 2);
  if (queries < 1 || queries > 10) throw new Failure('no more than 10 probes per hop\n', 2);
  const packetBytes = Number(bytes ?? 60);
  if (packetBytes > largest) throw new Failure(`too big packetlen ${packetBytes} specified\n`, 2);
  const method = options.has('I') ? 'icmp' : 'udp';
  return {
    method,
    firstHop,
    maxHops,
    queries,
    atOnce: Math.max(1, integer('N') ?? 16),
    wait,
    sendWaitUs: sendWait > 10 ? sendWait * 1000 : sendWait * 1e6,
    port: integer('p') || (method === 'icmp' ? 1 : 33_434),
    dontFragment: options.has('F'),
    isNumeric: options.has('n'),
    packetBytes: Math.max(packetBytes, smallest),
    target,
  };
}

const dashed = (name: string): string => (name.length > 1 ? `--${name}` : `-${name}`);

/** Its own way of saying what is wrong. */
function parse(argv: readonly string[]) {
  try {
    return parseOptions(spec, argv);
  } catch (fault) {
    if (!(fault instanceof OptionError)) throw fault;
    const letter = fault.option.replace(/^--?/, '');
    const short = letter.length === 1 ? letter : (spec.long?.[letter]?.replace(':', '') ?? letter);
    if (fault.reason !== 'value missing') throw new Failure(`Bad option \`${fault.option}' (argc ${fault.at})\n`, 2);
    const form = `${fault.option}${letter.length > 1 ? '=' : ' '}${nameOfValue[short] ?? 'value'}`;
    throw new Failure(`Option \`${fault.option}' (argc ${fault.at}) requires an argument: \`${form}'\n`, 2);
  }
}

const cannotHandle = (argv: readonly string[], name: string, text: string): Failure =>
  new Failure(
    `Cannot handle \`-${name}' option with arg \`${text}' (argc ${argv.findIndex((word) => word.endsWith(text))})\n`,
    2,
  );

function waitOf(text: string | undefined, argv: readonly string[]): TracerouteOptions['wait'] {
  const parts = (text ?? '').split(',');
  if (parts.length > 3) throw cannotHandle(argv, 'w', text ?? '');
  const [most, here, near] = parts.map((part) => (part === '' ? undefined : Number(part)));
  const given =
    text === undefined ? { most: 5, here: 3, near: 10 } : { most: most ?? 5, here: here ?? 0, near: near ?? 0 };
  if ([given.most, given.here, given.near].some(Number.isNaN)) throw cannotHandle(argv, 'w', text ?? '');
  if (given.most < 0 || given.here < 0 || given.near < 0)
    throw new Failure(`bad wait specifications \`${given.most},${given.here},${given.near}' used\n`, 2);
  return { mostUs: given.most * 1e6, here: given.here, near: given.near };
}

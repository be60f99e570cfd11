import { ipv4Text, parseIpv4, parseMac } from '../../codec/addresses.ts';
import { maskOf } from '../host/addresses.ts';
import type { Host, HostInterface } from '../host/api.ts';
import { broadcastOf, command, Failure, orFail, parsePrefix, prefixOfMask, resolveName } from './command.ts';
import { byName, interfaceTable, isLoopback } from './tables.ts';

const usage = `Usage:
  ifconfig [-a] [-s] <interface> [[inet] <address>[/<prefixlen>]]
  [add <address>[/<prefixlen>]]
  [del <address>[/<prefixlen>]]
  [broadcast <address>]
  [netmask <address>]
  [hw ether <address>]  [mtu <NN>]
  [up|down] ...
`;
const leastMtu = 68;

/** net-tools' ifconfig (EP22). */
export const ifconfig = command({ text: usage, exitCode: 1 }, async ({ argv, host, stdout }) => {
  const words = argv.slice(1);
  const flags = words.filter((word) => word.startsWith('-'));
  if (flags.includes('--help') || flags.includes('-h')) throw new Failure(usage, 0);
  const unknown = flags.find((flag) => flag !== '-a' && flag !== '-s');
  if (unknown !== undefined)
    throw new Failure(
      `ifconfig: option \`${unknown}' not recognised.\nifconfig: \`--help' gives usage information.\n`,
      1,
    );
  const [name, ...changes] = words.filter((word) => !word.startsWith('-'));
  const isShort = flags.includes('-s');
  if (name === undefined) {
    const shown = byName(host.interfaces).filter((one) => one.isUp || flags.includes('-a'));
    stdout.write(isShort ? interfaceTable(shown, 10) : shown.map(describe).join(''));
    return 0;
  }
  const one = host.interfaces.find((each) => each.name === name);
  if (one === undefined && changes.length > 0)
    throw new Failure(
      `SIOCSIFADDR: No such device\n${name}: ERROR while getting interface flags: No such device\n`,
      255,
    );
  if (one === undefined) throw new Failure(`${name}: error fetching interface information: Device not found\n`, 1);
  if (changes.length > 0) change(host, one, changes);
  else stdout.write(isShort ? interfaceTable([one], 10) : describe(one));
  return 0;
});

function describe(one: HostInterface): string {
  const [first] = one.addresses;
  const running = one.isUp && one.hasCarrier;
  const names = isLoopback(one)
    ? [one.isUp && 'UP', 'LOOPBACK', running && 'RUNNING']
    : [one.isUp && 'UP', 'BROADCAST', running && 'RUNNING', 'MULTICAST'];
  const bits = (one.isUp ? 1 : 0) | (running ? 64 : 0) | (isLoopback(one) ? 8 : 4098);
  let text = `${one.name}: flags=${bits}<${names.filter((word) => word !== false).join()}>  mtu ${one.mtu}\n`;
  if (first !== undefined) {
    const broadcast = isLoopback(one) ? undefined : (broadcastOf(first.address, first.prefix) ?? 0);
    text += `        inet ${ipv4Text(first.address)}  netmask ${ipv4Text(maskOf(first.prefix))}`;
    text += broadcast === undefined ? '\n' : `  broadcast ${ipv4Text(broadcast)}\n`;
  }
  const hardware = isLoopback(one)
    ? 'loop  txqueuelen 1000  (Local Loopback)'
    : `ether ${one.mac}  txqueuelen 1000  (Ethernet)`;
  const { rxPackets, rxBytes, rxDropped, txPackets, txBytes, txDropped } = one.counters;
  return `${text}        ${hardware}
        RX packets ${rxPackets}  bytes ${rxBytes} (${rounded(rxBytes)})
        RX errors 0  dropped ${rxDropped}  overruns 0  frame 0
        TX packets ${txPackets}  bytes ${txBytes} (${rounded(txBytes)})
        TX errors 0  dropped ${txDropped} overruns 0  carrier 0  collisions 0

`;
}

/** `2.4 KiB`: cut off, not rounded. */
function rounded(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  while (power < 4 && bytes > 1024 ** (power + 1)) power += 1;
  const tenths = Math.floor((bytes * 10) / 1024 ** power);
  return `${Math.floor(tenths / 10)}.${tenths % 10} ${units[power]}`;
}

/** What to set comes first, so that `10.0.0.1 netmask 255.0.0.0` is one change and not two. */
function change(host: Host, one: HostInterface, words: readonly string[]): void {
  const left = [...words];
  const value = (): string => {
    const word = left.shift();
    if (word === undefined) throw new Failure(usage, 1);
    return word;
  };
  const address = (text: string): { address: number; prefix: number | undefined } => {
    const parsed = parsePrefix(text) ?? { address: resolveName(host, text), prefix: undefined };
    if (parsed.address === undefined) throw new Failure(`${text}: Host name lookup failure\n`, 1);
    return { address: parsed.address, prefix: parsed.prefix };
  };
  const [first] = one.addresses;
  let wanted: number | undefined;
  let prefix: number | undefined;
  let isUp: boolean | undefined;
  const acts: (() => void)[] = [];
  while (left.length > 0) {
    const word = value();
    if (word === 'up' || word === 'down') isUp = word === 'up';
    else if (word === 'mtu') {
      const mtu = Number(value());
      if (!(mtu >= leastMtu && mtu <= 65_535)) throw new Failure('SIOCSIFMTU: Invalid argument\n', 1);
      acts.push(() => one.setMtu(mtu));
    } else if (word === 'netmask') {
      const text = value();
      const mask = parseIpv4(text);
      if (mask === undefined) throw new Failure(`${text}: Host name lookup failure\n`, 1);
      prefix = prefixOfMask(mask);
      if (prefix === undefined) throw new Failure('SIOCSIFNETMASK: Invalid argument\n', 1);
    } else if (word === 'hw') {
      const kind = value();
      if (kind !== 'ether') throw new Failure(`ifconfig: hw ${kind} is not here\n${usage}`, 3);
      const mac = value();
      if (parseMac(mac) === undefined) throw new Failure(`${mac}: invalid ether address.\n`, 1);
      acts.push(() => one.setMac(mac.toLowerCase()));
    } else if (word === 'add' || word === 'del') {
      const given = address(value());
      acts.push(() =>
        orFail(
          () =>
            word === 'add'
              ? one.addAddress(given.address, given.prefix ?? classOf(given.address))
              : one.removeAddress(given.address, given.prefix ?? prefixOn(one, given.address)),
          (error) => `${word === 'add' ? 'SIOCSIFADDR' : 'SIOCDIFADDR'}: ${error.message}\n`,
          1,
        ),
      );
    } else if (word === 'broadcast') {
      const given = address(value()).address;
      const after = () => broadcastOf(wanted ?? first?.address ?? 0, prefix ?? first?.prefix ?? 32);
      acts.push(() => {
        if (given !== after()) throw new Failure(`ifconfig: the broadcast address follows from the netmask here\n`, 1);
      });
    } else if (absentWords.includes(word.replace(/^-/, '')))
      throw new Failure(`ifconfig: ${word} is not here\n${usage}`, 1);
    else if (word !== 'inet') {
      const given = resolveOrHelp(address, word);
      wanted = given.address;
      prefix = given.prefix ?? classOf(given.address);
      isUp ??= true;
    }
  }
  if (wanted !== undefined || prefix !== undefined) replaceFirst(one, wanted ?? first?.address, prefix);
  for (const act of acts) act();
  if (isUp !== undefined) one.setUp(isUp);
}

const absentWords = [
  'arp',
  'promisc',
  'allmulti',
  'multicast',
  'trailers',
  'dynamic',
  'dstaddr',
  'pointopoint',
  'tunnel',
].concat(['txqueuelen', 'name', 'media', 'irq', 'io_addr', 'mem_start', 'outfill', 'keepalive']);

function resolveOrHelp<T>(resolve: (text: string) => T, text: string): T {
  try {
    return resolve(text);
  } catch (fault) {
    if (!(fault instanceof Failure)) throw fault;
    throw new Failure(`${fault.message}ifconfig: \`--help' gives usage information.\n`, 1);
  }
}

const prefixOn = (one: HostInterface, address: number): number =>
  one.addresses.find((own) => own.address === address)?.prefix ?? 32;

function replaceFirst(one: HostInterface, address: number | undefined, prefix: number | undefined): void {
  const [first] = one.addresses;
  if (address === undefined) throw new Failure('SIOCSIFNETMASK: Cannot assign requested address\n', 1);
  if (first?.address === address && first.prefix === prefix) return;
  if (first !== undefined) one.removeAddress(first.address, first.prefix);
  if (address !== 0)
    orFail(
      () => one.addAddress(address, prefix ?? classOf(address)),
      (error) => `SIOCSIFADDR: ${error.message}\n`,
      1,
    );
}

/** The prefix that a network has by its class. */
const classOf = (address: number): number => (address >>> 31 === 0 ? 8 : address >>> 30 === 2 ? 16 : 24);

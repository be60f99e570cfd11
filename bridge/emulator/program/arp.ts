import { ipv4Text, parseMac } from '../../codec/addresses.ts';
import type { Host, Neighbor } from '../host/api.ts';
import { command, Failure, orFail, resolveName } from './command.ts';
import { parseOptions } from './options.ts';
import { addressText } from './tables.ts';

const usage = `Usage:
  arp [-vn]  [-i <if>] [-a] [<hostname>]             <-Display ARP cache
  arp [-v]          [-i <if>] -d  <host>               <-Delete ARP entry
  arp [-v]          [-i <if>] -s  <host> <hwaddr>            <-Add entry

        -a                       display (all) hosts in alternative (BSD) style
        -e                       display (all) hosts in default (Linux) style
        -s, --set                set a new ARP entry
        -d, --delete             delete a specified entry
        -v, --verbose            be verbose
        -n, --numeric            don't resolve names
        -i, --device             specify network interface (e.g. eth0)
`;

/** net-tools' arp (EP20). */
export const arp = command({ text: usage, exitCode: 3 }, async ({ argv, host, stdout }) => {
  const options = parseOptions(
    {
      short: 'aesdvni:H:t:fDA:p:h',
      long: {
        set: 's',
        delete: 'd',
        verbose: 'v',
        numeric: 'n',
        device: 'i',
        'use-device': 'D',
        file: 'f',
        protocol: 'p',
        help: 'h',
      },
    },
    argv,
  );
  const absent = options.given.find(({ name }) => 'HtfDAp'.includes(name));
  if (absent !== undefined) throw new Failure(`arp: option -${absent.name} is not here\n${usage}`, 3);
  if (options.has('h')) throw new Failure(usage, 0);
  const device = options.value('i');
  const [name, mac] = options.operands;
  if (options.has('s') || options.has('d')) {
    if (name === undefined) throw new Failure('arp: need host name\n', 255);
    const address = resolveName(host, name);
    if (address === undefined) throw new Failure(`${name}: Host name lookup failure\n`, 255);
    if (options.has('d')) remove(host, address, name, device);
    else set(host, address, mac, device);
    return 0;
  }
  const isNumeric = options.has('n');
  const all = host.neighbors.list();
  const address = name === undefined ? undefined : resolveName(host, name);
  if (name !== undefined && address === undefined) throw new Failure(`${name}: Host name lookup failure\n`, 255);
  const found = all.filter(
    (one) => (address === undefined || one.address === address) && (device === undefined || one.interface === device),
  );
  const isBsd = options.has('a');
  if (found.length > 0)
    stdout.write(isBsd ? found.map((one) => bsdLine(host, one, isNumeric)).join('') : table(host, found, isNumeric));
  else if (name !== undefined && address !== undefined && !isBsd)
    stdout.write(`${name} (${ipv4Text(address)}) -- no entry\n`);
  else if (name !== undefined || device !== undefined) stdout.write(`arp: in ${all.length} entries no match found.\n`);
  if (options.has('v'))
    stdout.write(`Entries: ${all.length}\tSkipped: ${all.length - found.length}\tFound: ${found.length}\n`);
  return 0;
});

function table(host: Host, found: readonly Neighbor[], isNumeric: boolean): string {
  let text = 'Address                  HWtype  HWaddress           Flags Mask            Iface\n';
  for (const one of found) {
    const who = addressText(host, one.address, isNumeric).slice(0, 23).padEnd(25);
    const flags = one.state === 'permanent' ? 'CM' : 'C';
    const rest =
      one.mac === undefined
        ? `${' '.repeat(8)}${'(incomplete)'.padEnd(42)}`
        : `ether   ${one.mac.padEnd(20)}${flags.padEnd(22)}`;
    text += `${who}${rest}${one.interface}\n`;
  }
  return text;
}

function bsdLine(host: Host, { address, mac, state, interface: device }: Neighbor, isNumeric: boolean): string {
  const name = (isNumeric ? undefined : host.nameOf(address)) ?? '?';
  const at = mac === undefined ? '<incomplete>' : `${mac} [ether]${state === 'permanent' ? ' PERM' : ''}`;
  return `${name} (${ipv4Text(address)}) at ${at} on ${device}\n`;
}

function remove(host: Host, address: number, name: string, device: string | undefined): void {
  const entry = host.neighbors
    .list()
    .find((one) => one.address === address && (device === undefined || one.interface === device));
  if (entry === undefined) throw new Failure(`No ARP entry for ${name}\n`, 255);
  host.neighbors.remove(address, entry.interface);
}

function set(host: Host, address: number, mac: string | undefined, device: string | undefined): void {
  if (mac === undefined) throw new Failure('arp: need hardware address\n', 255);
  if (parseMac(mac) === undefined) throw new Failure('arp: invalid hardware address\n', 255);
  const route = host.routes.lookup(address);
  const onLink = route?.gateway === undefined ? route?.interface : undefined;
  const name = device ?? onLink;
  if (name === undefined) throw new Failure('SIOCSARP: Network is unreachable\n', 255);
  orFail(
    () => host.neighbors.set(address, name, mac.toLowerCase()),
    (error) => `SIOCSARP: ${error.message}\n`,
    255,
  );
}

import { ipv4Text } from '../../codec/addresses.ts';
import type { Host, HostInterface } from '../host/api.ts';
import { broadcastOf, Failure } from './command.ts';
import { linkText, statisticsLines } from './ip-link.ts';
import {
  actionOf,
  addressOf,
  asked,
  deviceOf,
  garbage,
  type IpObject,
  type IpOptions,
  notHere,
  prefixOf,
  type Words,
  within,
} from './ip-words.ts';
import { isLoopback } from './tables.ts';

type Address = HostInterface['addresses'][number];

const usage = `Usage: ip address {add|change|replace} PREFIX [ broadcast ADDR ] dev IFNAME
       ip address del PREFIX dev IFNAME
       ip address flush dev IFNAME [ to PREFIX ]
       ip address [ show [ dev IFNAME ] [ to PREFIX ] [ scope SCOPE-ID ] [up] ]
SCOPE-ID := [ host | link | global ]
`;
const actions = ['add', 'change', 'chg', 'replace', 'delete', 'show', 'lst', 'list', 'flush'] as const;
const absent = [
  'peer',
  'anycast',
  'valid_lft',
  'preferred_lft',
  'metric',
  'home',
  'nodad',
  'noprefixroute',
  'autojoin',
  'scope',
  'label',
];

/** `ip address` (EP30). */
export const ipAddress: IpObject = (host, words, options) => {
  const action = actionOf(words, actions, 'address', usage);
  switch (action) {
    case 'flush': {
      if (words.isEmpty) throw new Failure('Flush requires arguments.\n', 1);
      for (const { one, address } of selected(host, words).found) one.removeAddress(address.address, address.prefix);
      return '';
    }
    case 'show':
    case 'lst':
    case 'list':
      return show(host, words, options);
    default:
      return change(host, words, action === 'delete' ? 'delete' : action === 'add' ? 'add' : 'replace');
  }
};

function change(host: Host, words: Words, action: 'add' | 'delete' | 'replace'): string {
  let local: { address: number; prefix: number | undefined } | undefined;
  let broadcast: string | undefined;
  let name: string | undefined;
  while (!words.isEmpty) {
    const word = words.value();
    if (word === 'dev') name = words.value();
    else if (word === 'brd' || word === 'broadcast') broadcast = words.value();
    else if (word === 'scope' && words.takes('global')) continue;
    else if (absent.includes(word)) throw notHere(`"${word}"`);
    else if (local !== undefined && word !== 'local') throw garbage('local', word);
    else local = prefixOf(word === 'local' ? words.value() : word);
  }
  if (name === undefined) throw new Failure('Not enough information: "dev" argument is required.\n', 1);
  const one = deviceOf(host, name, 'change');
  if (local === undefined) throw new Failure('RTNETLINK answers: Operation not supported\n', 2);
  const { address } = local;
  const prefix = local.prefix ?? 32;
  const own = one.addresses.find((each) => each.address === address && each.prefix === prefix);
  if (action === 'delete') {
    const found =
      own ?? (local.prefix === undefined ? one.addresses.find((each) => each.address === address) : undefined);
    if (found === undefined) throw new Failure('Error: ipv4: Address not found.\n', 2);
    one.removeAddress(found.address, found.prefix);
    return '';
  }
  if (broadcast !== undefined && broadcast !== '+' && addressOf(broadcast) !== broadcastOf(address, prefix))
    throw notHere(`"broadcast ${broadcast}": it follows from the prefix`);
  if (own !== undefined && action === 'replace') return '';
  asked(() => one.addAddress(address, prefix), { EEXIST: 'Error: ipv4: Address already assigned.' });
  return '';
}

interface Selection {
  readonly devices: readonly HostInterface[];
  readonly found: readonly { readonly one: HostInterface; readonly address: Address }[];
  /** Interfaces without such an address are left out. */
  readonly isNarrow: boolean;
  /** Asked for by address: the link layer is of no interest. */
  readonly isByAddress: boolean;
}

function selected(host: Host, words: Words): Selection {
  let devices = host.interfaces;
  let accepts = (_one: HostInterface, _address: Address): boolean => true;
  let isNarrow = false;
  let isByAddress = false;
  while (!words.isEmpty) {
    const word = words.value();
    if (word === 'up') devices = devices.filter((one) => one.isUp);
    else if (word === 'to') {
      isByAddress = true;
      const isWithin = within(prefixOf(words.value()));
      const before = accepts;
      accepts = (one, own) => before(one, own) && own.prefix >= 0 && isWithin(own.address);
      isNarrow = true;
    } else if (word === 'scope') {
      const scope = words.value();
      const before = accepts;
      accepts = (one, own) => before(one, own) && scopeOf(one) === scope;
      isNarrow = true;
    } else devices = [deviceOf(host, word === 'dev' ? words.value() : word, 'show')];
  }
  const found = devices.flatMap((one) =>
    one.addresses.filter((address) => accepts(one, address)).map((address) => ({ one, address })),
  );
  return { devices, found, isNarrow, isByAddress };
}

const scopeOf = (one: HostInterface): string => (isLoopback(one) ? 'host' : 'global');

function show(host: Host, words: Words, options: IpOptions): string {
  const { devices, found, isNarrow, isByAddress } = selected(host, words);
  let text = '';
  for (const one of devices) {
    const own = found.filter((each) => each.one === one).map(({ address }) => address);
    if (own.length === 0 && (isNarrow || options.isIpv4Only || options.isOneline)) continue;
    if (options.isBrief) {
      const state = isLoopback(one) ? 'UNKNOWN' : one.isUp && one.hasCarrier ? 'UP' : 'DOWN';
      const list = own.map(({ address, prefix }) => `${ipv4Text(address)}/${prefix} `).join('');
      text += `${one.name.padEnd(16)} ${state.padEnd(14)} ${list}\n`;
      continue;
    }
    if (!options.isOneline)
      text += linkText(one, { ...options, isOneline: false, isIpv4Only: options.isIpv4Only || isByAddress }, 'address');
    for (const address of own) text += addressLines(one, address, options.isOneline);
    if (options.showsStatistics && !options.isOneline) text += `${statisticsLines(one).join('\n')}\n`;
  }
  return text;
}

/** An address is secondary when an earlier one is in the same network. */
function addressLines(one: HostInterface, own: Address, isOneline: boolean): string {
  const earlier = one.addresses.slice(0, one.addresses.indexOf(own));
  const isSecondary = earlier.some(({ address, prefix }) => prefix === own.prefix && within(own)(address));
  const broadcast = isLoopback(one) ? undefined : broadcastOf(own.address, own.prefix);
  const brd = broadcast === undefined ? '' : ` brd ${ipv4Text(broadcast)}`;
  const start = isOneline ? `${one.index}: ${one.name}    ` : '    ';
  const line = `inet ${ipv4Text(own.address)}/${own.prefix}${brd} scope ${scopeOf(one)}${isSecondary ? ' secondary' : ''} ${one.name}`;
  return `${start}${line}${isOneline ? '\\' : '\n'}       valid_lft forever preferred_lft forever\n`;
}

import { ipv4Text } from '../../codec/addresses.ts';
import { networkOf } from '../host/addresses.ts';
import type { Host, HostInterface, Route } from '../host/api.ts';
import { Failure, isBroadcast, isLocal, sourceOf } from './command.ts';
import {
  actionOf,
  addressOf,
  asked,
  deviceOf,
  garbage,
  type IpObject,
  notHere,
  prefixOf,
  type Words,
} from './ip-words.ts';

const usage = `Usage: ip route { list | flush } [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ] [ dev NAME ] [ via ADDRESS ]
       ip route get ADDRESS
       ip route { add | del | change | replace } PREFIX [ via ADDRESS ] [ dev NAME ] [ metric NUMBER ]
`;
const actions = ['list', 'show', 'lst', 'get', 'add', 'change', 'chg', 'replace', 'delete', 'flush'] as const;
const absent = [
  'src',
  'proto',
  'scope',
  'table',
  'mtu',
  'advmss',
  'onlink',
  'tos',
  'nexthop',
  'weight',
  'from',
  'oif',
  'iif',
];
const kinds = ['unicast', 'local', 'broadcast', 'multicast', 'throw', 'unreachable', 'prohibit', 'blackhole', 'nat'];

/** `ip route` (EP32). */
export const ipRoute: IpObject = (host, words) => {
  const action = actionOf(words, actions, 'route', usage);
  switch (action) {
    case 'get':
      return get(host, words);
    case 'list':
    case 'show':
    case 'lst':
      return list(host, words);
    case 'flush': {
      if (words.isEmpty) throw new Failure('"ip route flush" requires arguments.\n', 1);
      for (const route of selected(host, words).found) asked(() => host.routes.remove(keyOf(route)));
      return '';
    }
    default:
      if (words.isEmpty) throw new Failure(usage, 255);
      change(
        host,
        words,
        action === 'delete' ? 'delete' : action === 'add' ? 'add' : action === 'replace' ? action : 'change',
      );
      return '';
  }
};

const keyOf = ({ destination, prefix, gateway, interface: name }: Route) =>
  gateway === undefined ? { destination, prefix, interface: name } : { destination, prefix, gateway, interface: name };

function destinationOf(text: string): { address: number; prefix: number } {
  if (text === 'default') return { address: 0, prefix: 0 };
  const { address, prefix } = prefixOf(text);
  return { address, prefix: prefix ?? 32 };
}

interface Asked {
  destination: { address: number; prefix: number } | undefined;
  gateway: number | undefined;
  device: HostInterface | undefined;
  metric: number | undefined;
}

function parseRoute(host: Host, words: Words): Asked {
  const route: Asked = { destination: undefined, gateway: undefined, device: undefined, metric: undefined };
  while (!words.isEmpty) {
    const word = words.value();
    if (word === 'via') route.gateway = addressOf(words.value());
    else if (word === 'dev') route.device = deviceOf(host, words.value(), 'change');
    else if (word === 'metric' || word === 'preference' || word === 'priority') {
      const text = words.value();
      if (!/^\d+$/.test(text))
        throw new Failure(`Error: argument "${text}" is wrong: "metric" value is invalid\n\n`, 255);
      route.metric = Number(text);
    } else if (kinds.includes(word) && word !== 'unicast') throw notHere(`route type "${word}"`);
    else if (absent.includes(word)) throw notHere(`"${word}"`);
    else if (route.destination !== undefined) throw garbage('to', word);
    else if (word !== 'unicast') route.destination = destinationOf(word === 'to' ? words.value() : word);
  }
  return route;
}

function change(host: Host, words: Words, action: 'add' | 'delete' | 'change' | 'replace'): void {
  const { destination: to, gateway, device, metric = 0 } = parseRoute(host, words);
  const { address: destination, prefix } = to ?? { address: 0, prefix: 0 };
  if (networkOf(destination, prefix) !== destination)
    throw new Failure('Error: Invalid prefix for given prefix length.\n', 2);
  if (action === 'delete') {
    const where = { destination, prefix, ...(gateway === undefined ? {} : { gateway }) };
    asked(() => host.routes.remove(device === undefined ? where : { ...where, interface: device.name }));
    return;
  }
  const onLink = gateway === undefined ? undefined : host.routes.lookup(gateway);
  if (gateway !== undefined && (onLink === undefined || onLink.gateway !== undefined))
    throw new Failure('Error: Nexthop has invalid gateway.\n', 2);
  const name = device?.name ?? onLink?.interface;
  if (name === undefined) throw new Failure('RTNETLINK answers: No such device\n', 2);
  if (device?.isUp === false) throw new Failure('Error: Device for nexthop is not up.\n', 2);
  const route = { destination, prefix, gateway, interface: name, metric };
  const before = host.routes
    .list()
    .find((one) => one.destination === destination && one.prefix === prefix && one.metric === metric);
  if (action === 'change' && before === undefined)
    throw new Failure('RTNETLINK answers: No such file or directory\n', 2);
  if (action === 'add' && before !== undefined) throw new Failure('RTNETLINK answers: File exists\n', 2);
  if (before !== undefined) host.routes.remove(keyOf(before));
  asked(() => host.routes.add(route), { ENETUNREACH: 'Error: Nexthop has invalid gateway.' });
}

interface Selection {
  readonly found: readonly Route[];
  readonly device: HostInterface | undefined;
  readonly gateway: number | undefined;
}

function selected(host: Host, words: Words): Selection {
  let found = host.routes.list();
  let device: HostInterface | undefined;
  let gateway: number | undefined;
  while (!words.isEmpty) {
    const word = words.value();
    if (word === 'dev') {
      device = deviceOf(host, words.value(), 'change');
      const { name } = device;
      found = found.filter((route) => route.interface === name);
    } else if (word === 'via') {
      const via = addressOf(words.value());
      gateway = via;
      found = found.filter((route) => route.gateway === via);
    } else if (word === 'table') {
      const table = words.value();
      if (table !== 'main' && table !== 'all') throw notHere(`"table ${table}"`);
    } else if (word === 'match' || word === 'root') {
      const { address, prefix } = destinationOf(words.value());
      found = found.filter((route) => {
        const shared = word === 'match' ? route.prefix : prefix;
        const isNarrower = word === 'match' ? route.prefix <= prefix : route.prefix >= prefix;
        return isNarrower && networkOf(address, shared) === networkOf(route.destination, shared);
      });
    } else if (absent.includes(word)) throw notHere(`"${word}"`);
    else {
      const { address, prefix } = destinationOf(word === 'exact' || word === 'to' ? words.value() : word);
      found = found.filter((route) => route.destination === address && route.prefix === prefix);
    }
  }
  return { found, device, gateway };
}

/** What every line would repeat because it was asked for is left out. */
function list(host: Host, words: Words): string {
  const { found, device, gateway } = selected(host, words);
  let text = '';
  for (const route of found) {
    const { destination, prefix, interface: name, source, metric } = route;
    const to = prefix === 0 ? 'default' : `${ipv4Text(destination)}${prefix === 32 ? '' : `/${prefix}`}`;
    const via = route.gateway === undefined || gateway !== undefined ? '' : `via ${ipv4Text(route.gateway)} `;
    const dev = device === undefined ? `dev ${name} ` : '';
    const kind = source !== undefined ? `proto kernel scope link src ${ipv4Text(source)} ` : '';
    const scope = source === undefined && route.gateway === undefined ? 'scope link ' : '';
    const one = host.interfaces.find((each) => each.name === name);
    const state = one?.isUp && !one.hasCarrier ? 'linkdown ' : '';
    text += `${to} ${via}${dev}${kind}${scope}${metric === 0 ? '' : `metric ${metric} `}${state}\n`;
  }
  return text;
}

function get(host: Host, words: Words): string {
  const word = words.take();
  if (word === undefined) throw new Failure('need at least a destination address\n', 1);
  const { address } = prefixOf(word === 'to' ? words.value() : word);
  const more = words.take();
  if (more !== undefined) throw notHere(`"${more}"`);
  const to = ipv4Text(address);
  if (isLocal(host, address)) return `local ${to} dev lo src ${to} uid 0 \n    cache <local> \n`;
  const route = host.routes.lookup(address);
  if (route === undefined) throw new Failure('RTNETLINK answers: Network is unreachable\n', 2);
  const source = sourceOf(host, route);
  const src = source === undefined ? '' : `src ${ipv4Text(source)} `;
  const via = route.gateway === undefined ? '' : `via ${ipv4Text(route.gateway)} `;
  const toAll = isBroadcast(host, address);
  const kind = toAll ? 'broadcast ' : '';
  return `${kind}${to} ${via}dev ${route.interface} ${src}uid 0 \n    cache ${toAll ? '<local,brd> ' : ''}\n`;
}

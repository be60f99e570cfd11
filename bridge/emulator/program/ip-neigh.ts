import { ipv4Text, parseMac } from '../../codec/addresses.ts';
import type { Host, HostInterface, Neighbor } from '../host/api.ts';
import { Failure } from './command.ts';
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

const usage = `Usage: ip neigh { add | del | change | replace } ADDR [ lladdr LLADDR ] [ nud permanent ] [ dev DEV ]
       ip neigh { show | flush } [ to PREFIX ] [ dev DEV ] [ nud STATE ]
       ip neigh get ADDR dev DEV
STATE := { delay | failed | incomplete | permanent | probe | reachable | stale | all }
`;
const actions = ['add', 'change', 'chg', 'replace', 'delete', 'get', 'show', 'lst', 'list', 'flush'] as const;

/** `ip neighbour` (EP33). */
export const ipNeighbor: IpObject = (host, words, options) => {
  const action = actionOf(words, actions, 'neigh', usage);
  switch (action) {
    case 'show':
    case 'lst':
    case 'list':
      return show(host, words, options);
    case 'flush': {
      if (words.isEmpty) throw new Failure('Flush requires arguments.\n', 1);
      for (const one of selected(host, words).found)
        if (one.state !== 'permanent') host.neighbors.remove(one.address, one.interface);
      return '';
    }
    default:
      return change(host, words, action === 'chg' ? 'change' : action);
  }
};

function change(host: Host, words: Words, action: 'add' | 'change' | 'replace' | 'delete' | 'get'): string {
  let address: number | undefined;
  let mac: string | undefined;
  let device: string | undefined;
  while (!words.isEmpty) {
    const word = words.value();
    if (word === 'dev') device = words.value();
    else if (word === 'lladdr') mac = words.value();
    else if (word === 'nud') {
      const state = words.value();
      if (state !== 'permanent') throw notHere(`"nud ${state}": what is set is permanent,`);
    } else if (address !== undefined) throw garbage('to', word);
    else address = addressOf(word === 'to' ? words.value() : word);
  }
  if (address === undefined || device === undefined)
    throw new Failure('Device and destination are required arguments.\n', 255);
  const { name } = deviceOf(host, device, 'change');
  const entry = host.neighbors.list().find((one) => one.address === address && one.interface === name);
  const missing = new Failure('RTNETLINK answers: No such file or directory\n', 2);
  if (action === 'get') {
    if (entry === undefined) throw new Failure('Error: Neighbour entry not found.\n', 2);
    return lineOf(entry, undefined);
  }
  if (action === 'delete') {
    if (entry === undefined) throw missing;
    host.neighbors.remove(address, name);
    return '';
  }
  if (mac !== undefined && parseMac(mac) === undefined) throw new Failure('Error: Invalid link address.\n', 2);
  if (action === 'add' && entry !== undefined) throw new Failure('RTNETLINK answers: File exists\n', 2);
  if (action === 'change' && entry === undefined) throw missing;
  const lladdr = (mac ?? entry?.mac)?.toLowerCase();
  if (lladdr === undefined) throw new Failure('Error: No link layer address given.\n', 2);
  const to = address;
  asked(() => host.neighbors.set(to, name, lladdr));
  return '';
}

function selected(host: Host, words: Words): { found: readonly Neighbor[]; device: HostInterface | undefined } {
  let found = host.neighbors.list();
  let device: HostInterface | undefined;
  while (!words.isEmpty) {
    const word = words.value();
    if (word === 'dev') {
      device = deviceOf(host, words.value(), 'change');
      const { name } = device;
      found = found.filter((one) => one.interface === name);
    } else if (word === 'nud') {
      const state = words.value();
      if (state !== 'all') found = found.filter((one) => one.state === state);
    } else if (word !== 'all') {
      const isWithin = within(prefixOf(word === 'to' ? words.value() : word));
      found = found.filter(({ address }) => isWithin(address));
    }
  }
  return { found, device };
}

function show(host: Host, words: Words, options: IpOptions): string {
  const { found, device } = selected(host, words);
  if (!options.isBrief) return found.map((one) => lineOf(one, device)).join('');
  return found
    .map((one) => `${ipv4Text(one.address).padEnd(39)} ${one.interface.padEnd(16)} ${one.mac ?? ''}\n`)
    .join('');
}

function lineOf({ address, interface: name, mac, state }: Neighbor, device: HostInterface | undefined): string {
  const dev = device === undefined ? `dev ${name} ` : '';
  return `${ipv4Text(address)} ${dev}${mac === undefined ? '' : `lladdr ${mac} `}${state.toUpperCase()} \n`;
}

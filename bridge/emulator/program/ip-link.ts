import { parseMac } from '../../codec/addresses.ts';
import type { HostInterface } from '../host/api.ts';
import { Failure } from './command.ts';
import { actionOf, deviceOf, garbage, type IpObject, type IpOptions, notHere, type Words } from './ip-words.ts';
import { isLoopback } from './tables.ts';

const usage = `Usage: ip link set { DEVICE | dev DEVICE } [ { up | down } ] [ address LLADDR ] [ mtu MTU ]
       ip link show [ DEVICE ] [up]
`;
const actions = ['set', 'show', 'list', 'lst', 'add', 'delete'] as const;
const leastMtu = 68;
const absent = [
  'arp',
  'multicast',
  'allmulticast',
  'promisc',
  'txqueuelen',
  'name',
  'broadcast',
  'netns',
  'alias',
  'master',
];

/** `ip link` (EP31). */
export const ipLink: IpObject = (host, words, options) => {
  const action = actionOf(words, actions, 'link', usage);
  if (action === 'add' || action === 'delete')
    throw notHere(`"link ${action}": interfaces come with the links of the lab,`);
  if (action === 'set') {
    setLink(deviceNamed(words), words, (name) => deviceOf(host, name, 'change'));
    return '';
  }
  let shown = host.interfaces;
  while (!words.isEmpty) {
    const next = words.value();
    if (next === 'up') shown = shown.filter((one) => one.isUp);
    else shown = [deviceOf(host, next === 'dev' ? words.value() : next, 'show')];
  }
  return shown.map((one) => linkText(one, options, 'link')).join('');
};

function deviceNamed(words: Words): string | undefined {
  words.takes('dev');
  return words.take();
}

function setLink(name: string | undefined, words: Words, find: (name: string) => HostInterface): void {
  if (name === undefined) throw new Failure('Not enough information: "dev" argument is required.\n', 255);
  const acts: ((one: HostInterface) => void)[] = [];
  while (!words.isEmpty) {
    const word = words.value();
    if (word === 'up' || word === 'down') acts.push((one) => one.setUp(word === 'up'));
    else if (word === 'mtu') {
      const text = words.value();
      if (!/^\d+$/.test(text)) throw new Failure(`Error: argument "${text}" is wrong: Invalid "mtu" value\n\n`, 255);
      if (Number(text) < leastMtu) throw new Failure('Error: mtu less than device minimum.\n', 2);
      if (Number(text) > 65_535) throw new Failure('Error: mtu greater than device maximum.\n', 2);
      acts.push((one) => one.setMtu(Number(text)));
    } else if (word === 'address') {
      const text = words.value();
      const length = text.split(':').length;
      if (parseMac(text) === undefined && length !== 6)
        throw new Failure(`Invalid address length ${length} - must be 6 bytes\n`, 1);
      if (parseMac(text) === undefined) throw new Failure(`"${text}" is invalid lladdr.\n`, 1);
      acts.push((one) => one.setMac(text.toLowerCase()));
    } else if (absent.includes(word)) throw notHere(`"${word}"`);
    else throw garbage('dev', word);
  }
  const one = find(name);
  for (const act of acts) act(one);
}

/** One interface, as `ip link` and `ip addr` begin it. */
export function linkText(one: HostInterface, options: IpOptions, object: 'link' | 'address'): string {
  const flags = flagsOf(one);
  const state = isLoopback(one) ? 'UNKNOWN' : one.isUp && one.hasCarrier ? 'UP' : 'DOWN';
  const mac = isLoopback(one) ? '00:00:00:00:00:00' : one.mac;
  if (options.isBrief) return `${one.name.padEnd(16)} ${state.padEnd(14)} ${mac} <${flags}> \n`;
  const mode = object === 'link' ? ' mode DEFAULT' : '';
  const queue = isLoopback(one) ? 'noqueue' : 'pfifo_fast';
  const first = `${one.index}: ${one.name}: <${flags}> mtu ${one.mtu} qdisc ${queue} state ${state}${mode} group default qlen 1000`;
  if (object === 'address' && options.isIpv4Only) return `${first}\n`;
  const kind = isLoopback(one) ? 'loopback' : 'ether';
  const broadcast = isLoopback(one) ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const second = `    link/${kind} ${mac} brd ${broadcast}`;
  const lines = [first, second];
  if (options.showsStatistics && object === 'link') lines.push(...statisticsLines(one));
  return `${lines.join(options.isOneline ? '\\' : '\n')}\n`;
}

function flagsOf(one: HostInterface): string {
  const flags = isLoopback(one) ? ['LOOPBACK'] : ['BROADCAST', 'MULTICAST'];
  if (one.isUp && !one.hasCarrier) flags.unshift('NO-CARRIER');
  if (one.isUp) flags.push('UP');
  if (one.isUp && one.hasCarrier) flags.push('LOWER_UP');
  return flags.join();
}

/** Columns are as wide as their numbers need. */
export function statisticsLines({ counters }: HostInterface): string[] {
  const received = [counters.rxBytes, counters.rxPackets, 0, counters.rxDropped, 0, 0];
  const sent = [counters.txBytes, counters.txPackets, 0, counters.txDropped, 0, 0];
  const widths = [6, 7, 6, 7, 7, 7].map((width, at) =>
    Math.max(width, String(received[at]).length, String(sent[at]).length),
  );
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, at) => String(cell).padStart(widths[at] ?? 0)).join(' ');
  const end = ' '.repeat(11);
  return [
    `    RX: ${row(['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'])}${end}`,
    `        ${row(received)} `,
    `    TX: ${row(['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'])}${end}`,
    `        ${row(sent)} `,
  ];
}

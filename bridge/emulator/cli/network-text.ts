import type { EmulatedNetwork } from '../network-api.ts';
import { addressOf } from './test-context.ts';

/** What a node plugs in: name and, of a host, its address. */
interface NodeInterface {
  readonly name: string;
  readonly address: string | undefined;
  readonly port: number;
}
interface Node {
  readonly name: string;
  readonly kind: 'Host' | 'EmulatedSwitch';
  readonly interfaces: readonly NodeInterface[];
  readonly number: number;
}

/** Where the numbers start that stand in the place of process ids, which emulated nodes do not have. */
const firstNumber = 1;

/** Hosts, then switches, in the order of the configuration, as Mininet lists its nodes. */
function nodesOf(network: EmulatedNetwork): Node[] {
  let number = firstNumber;
  const hosts = [...network.hosts.values()].map((host): Node => {
    const outer = host.interfaces.filter(({ name }) => name !== 'lo');
    const interfaces = outer.map(({ name }, at) => ({
      name,
      address: at === 0 ? addressOf(host) : undefined,
      port: at,
    }));
    return { name: host.name, kind: 'Host', interfaces, number: number++ };
  });
  // Mininet's switches have a loopback interface as port 0; it is in all its lists.
  const loopback: NodeInterface = { name: 'lo', address: '127.0.0.1', port: 0 };
  const switches = [...network.switches.values()].map((one): Node => {
    const ports = one.ports.map((port) => ({ name: port.name, address: undefined, port: port.number }));
    return { name: one.name, kind: 'EmulatedSwitch', interfaces: [loopback, ...ports], number: number++ };
  });
  return [...hosts, ...switches];
}

/** `nodes`. */
export const nodesText = (network: EmulatedNetwork): string =>
  `available nodes are: \n${[...network.hosts.keys(), ...network.switches.keys()].sort().join(' ')}\n`;

/** `net`. */
export function netText(network: EmulatedNetwork): string {
  const peers = new Map<string, string>();
  for (const { a, b } of network.links) {
    peers.set(a.interface, b.interface);
    peers.set(b.interface, a.interface);
  }
  return nodesOf(network)
    .map(
      ({ name, interfaces }) =>
        `${name}${interfaces.map((one) => ` ${one.name}:${peers.get(one.name) ?? ' '}`).join('')}\n`,
    )
    .join('');
}

/** `links`; Mininet says OK of any link that exists, this says DOWN of one that was taken down. */
export const linksText = (network: EmulatedNetwork): string =>
  network.links
    .map(({ a, b, isUp }) => `${a.interface}<->${b.interface} ${isUp ? '(OK OK)' : '(DOWN DOWN)'} \n`)
    .join('');

/** `dump`. */
export const dumpText = (network: EmulatedNetwork): string =>
  nodesOf(network)
    .map(({ name, kind, interfaces, number }) => {
      const list = interfaces.map((one) => `${one.name}:${one.address ?? 'None'}`).join(',');
      return `<${kind} ${name}: ${list} pid=${number}> \n`;
    })
    .join('');

/** `intfs`. */
export const interfacesText = (network: EmulatedNetwork): string =>
  nodesOf(network)
    .map(({ name, interfaces }) => `${name}: ${interfaces.map((one) => one.name).join(',')}\n`)
    .join('');

/** `ports`. */
export const portsText = (network: EmulatedNetwork): string =>
  nodesOf(network)
    .filter(({ kind }) => kind === 'EmulatedSwitch')
    .map(({ name, interfaces }) => `${name} ${interfaces.map((one) => `${one.name}:${one.port} `).join('')}\n`)
    .join('');

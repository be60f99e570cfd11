import { ipv4Text } from '../codec/addresses.ts';
import type { HostConfig, LinkConfig, NetworkConfig, SwitchConfig } from './config.ts';

/** A topology that cannot be built, in a sentence that says what was expected. */
export class TopologyError extends Error {}

const most = { hosts: 4096, switches: 1024, portsOfOne: 2000 };
/** 10.0.0.0/8, as `mn` gives it. */
const firstAddress = 0x0a000001;

/**
 * The topologies of `mn --topo` (Mininet 2.3, mininet/topo.py and topolib.py), with its names, its port numbers and its
 * addresses: `minimal`, `single,N`, `reversed,N`, `linear,N[,M]`, `tree,DEPTH,FANOUT`. MAC addresses are those of `--mac`.
 * Throws TopologyError.
 */
export function parseTopology(text: string, seed = 1): NetworkConfig {
  const [kind = '', ...words] = text.split(',');
  const builder = new TopologyBuilder();
  switch (kind) {
    case 'minimal':
      numbers(text, words, 0, 0);
      single(builder, 2);
      break;
    case 'single':
    case 'reversed': {
      const [hosts = 2] = numbers(text, words, 0, 1);
      single(builder, hosts, kind === 'reversed');
      break;
    }
    case 'linear': {
      const [switches = 2, hostsOfOne = 1] = numbers(text, words, 0, 2);
      linear(builder, switches, hostsOfOne);
      break;
    }
    case 'tree': {
      const [depth = 1, fanout = 2] = numbers(text, words, 0, 2);
      if (fanout ** depth > most.hosts) throw new TopologyError(`"${text}" has more than ${most.hosts} hosts`);
      tree(builder, depth, fanout);
      break;
    }
    default:
      throw new TopologyError(
        `no topology "${text}": expected minimal, single,N, reversed,N, linear,N[,M] or tree,DEPTH,FANOUT`,
      );
  }
  return builder.build(seed);
}

function numbers(text: string, words: readonly string[], least: number, atMost: number): number[] {
  if (words.length < least || words.length > atMost || words.some((word) => !/^[1-9]\d{0,3}$/.test(word)))
    throw new TopologyError(`"${text}": expected at most ${atMost} whole numbers from 1 to 9999 behind the name`);
  return words.map(Number);
}

function single(builder: TopologyBuilder, hosts: number, isReversed = false): void {
  builder.switch('s1');
  for (let i = 1; i <= hosts; i++) {
    builder.host(`h${i}`);
    builder.link(`h${i}`, 's1', isReversed ? hosts - i + 1 : undefined);
  }
}

function linear(builder: TopologyBuilder, switches: number, hostsOfOne: number): void {
  for (let i = 1; i <= switches; i++) {
    builder.switch(`s${i}`);
    for (let j = 1; j <= hostsOfOne; j++) {
      const host = hostsOfOne === 1 ? `h${i}` : `h${j}s${i}`;
      builder.host(host);
      builder.link(host, `s${i}`);
    }
    if (i > 1) builder.link(`s${i}`, `s${i - 1}`);
  }
}

function tree(builder: TopologyBuilder, depth: number, fanout: number): string {
  if (depth === 0) return builder.host(`h${builder.hostCount + 1}`);
  const name = builder.switch(`s${builder.switchCount + 1}`);
  for (let i = 0; i < fanout; i++) builder.link(name, tree(builder, depth - 1, fanout));
  return name;
}

/** Collects nodes and links, and numbers ports in the order of the links: a host's from 0, a switch's from 1. */
class TopologyBuilder {
  readonly #hosts: string[] = [];
  readonly #switches: string[] = [];
  readonly #links: LinkConfig[] = [];
  readonly #nextPort = new Map<string, number>();

  get hostCount(): number {
    return this.#hosts.length;
  }
  get switchCount(): number {
    return this.#switches.length;
  }

  host(name: string): string {
    if (this.#hosts.length === most.hosts) throw new TopologyError(`more than ${most.hosts} hosts`);
    this.#hosts.push(name);
    this.#nextPort.set(name, 0);
    return name;
  }

  switch(name: string): string {
    if (this.#switches.length === most.switches) throw new TopologyError(`more than ${most.switches} switches`);
    this.#switches.push(name);
    this.#nextPort.set(name, 1);
    return name;
  }

  link(a: string, b: string, portOfB?: number): void {
    this.#links.push({ a: { node: a, port: this.#port(a) }, b: { node: b, port: portOfB ?? this.#port(b) } });
  }

  #port(node: string): number {
    const port = this.#nextPort.get(node) ?? 0;
    if (port > most.portsOfOne) throw new TopologyError(`${node} has more than ${most.portsOfOne} ports`);
    this.#nextPort.set(node, port + 1);
    return port;
  }

  build(seed: number): NetworkConfig {
    const byName = new Intl.Collator('en', { numeric: true }).compare;
    return {
      seed,
      hosts: this.#hosts.toSorted(byName).map(hostConfig),
      switches: this.#switches.map(switchConfig),
      links: this.#links,
    };
  }
}

function hostConfig(name: string, i: number): HostConfig {
  const mac = (i + 1)
    .toString(16)
    .padStart(12, '0')
    .replaceAll(/(..)(?!$)/g, '$1:');
  return { name, interfaces: [{ mac, address: ipv4Text(firstAddress + i), prefix: 8 }], routes: [], services: [] };
}

const switchConfig = (name: string): SwitchConfig => ({
  name,
  dpid: Number(name.slice(1)).toString(16).padStart(16, '0'),
  failMode: 'secure',
});

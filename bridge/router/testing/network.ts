import { parseIpv4, parseMac } from '../../codec/addresses.ts';
import { Router, type RouterInterface, type RouterJournal } from '../router.ts';
import { parseRtable, RoutingTable } from '../rtable.ts';
import type { Wrong } from '../wrong.ts';
import { broadcast, describeFrame, type Station } from './frames.ts';

/** The hosts of the Simple Router lab. */
export const client: Station = { mac: '0a:00:00:00:03:64', address: '10.0.1.100' };
export const server1: Station = { mac: '0a:00:00:00:01:02', address: '192.168.2.2' };
export const server2: Station = { mac: '0a:00:00:00:02:0a', address: '172.64.3.10' };
/** The router's own ends of their links. */
export const eth1: Station = { mac: '0e:00:00:00:00:01', address: '192.168.2.1' };
export const eth2: Station = { mac: '0e:00:00:00:00:02', address: '172.64.3.1' };
export const eth3: Station = { mac: '0e:00:00:00:00:03', address: '10.0.1.1' };

const ends = { eth1, eth2, eth3 };
export type InterfaceName = keyof typeof ends;
const names: readonly InterfaceName[] = ['eth1', 'eth2', 'eth3'];
const stations: Record<string, Station> = { client, server1, server2, ...ends };

export const labRtable = `
10.0.1.100  10.0.1.100  255.255.255.255 eth3
192.168.2.2 192.168.2.2 255.255.255.255 eth1
172.64.3.10 172.64.3.10 255.255.255.255 eth2
`;

const nameOf = (mac: string): string =>
  mac === broadcast ? 'all' : (Object.entries(stations).find(([, station]) => station.mac === mac)?.[0] ?? mac);

export interface NetworkOptions {
  readonly rtable?: string;
  readonly mask?: string;
  readonly wrong?: readonly Wrong[];
  readonly journal?: RouterJournal;
}

/** The router among the lab's hosts: what it is told, and what it says to that, line by line. */
export class TestNetwork {
  readonly router: Router;
  /** Every frame sent so far. */
  readonly frames: { readonly on: InterfaceName; readonly bytes: Uint8Array }[] = [];
  nowMs = 0;
  #told = 0;

  constructor({ rtable = labRtable, mask = '255.255.255.255', wrong = [], journal }: NetworkOptions = {}) {
    this.router = new Router({
      interfaces: names.map((name) => asInterface(name, ends[name], mask)),
      routes: new RoutingTable(parseRtable(rtable, 'rtable'), names),
      send: (index, bytes, start, end) => {
        this.frames.push({ on: names[index] ?? 'eth1', bytes: bytes.slice(start, end) });
      },
      wrong: new Set(wrong),
      ...(journal && { journal }),
    });
  }

  /** Lets the router hear a frame; answers with what it says to it. */
  hear(on: InterfaceName, frame: Uint8Array): string[] {
    const given = frame.slice();
    this.router.receive(names.indexOf(on), frame, 0, frame.length, this.nowMs);
    if (frame.some((byte, index) => byte !== given[index])) throw new Error('the router wrote to its input');
    return this.news();
  }

  /** Lets time pass in steps of 100 ms; answers with what the router says meanwhile, each with its second. */
  pass(ms: number): string[] {
    const said: string[] = [];
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; ) {
      this.nowMs += 100;
      this.router.tick(this.nowMs);
      for (const line of this.news()) said.push(`${this.nowMs / 1000} s: ${line}`);
    }
    return said;
  }

  /** What was sent since last asked. */
  news(): string[] {
    const fresh = this.frames.slice(this.#told);
    this.#told = this.frames.length;
    return fresh.map(({ on, bytes }) => `${on} ${describeFrame(bytes, nameOf)}`);
  }

  /** The last frame sent. */
  get last(): Uint8Array {
    return this.frames.at(-1)?.bytes ?? new Uint8Array();
  }

  get interfaces(): readonly InterfaceName[] {
    return names;
  }
}

function asInterface(name: string, { mac, address }: Station, mask: string): RouterInterface {
  const macBytes = parseMac(mac);
  if (!macBytes) throw new Error(`${mac} is not a MAC`);
  return { name, mac: macBytes, address: (parseIpv4(address) ?? 0) | 0, mask: (parseIpv4(mask) ?? 0) | 0 };
}

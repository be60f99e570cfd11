import { parseIpv4 } from '../../../codec/addresses.ts';
import { type Random, seededRandom } from '../../../determinism/random.ts';
import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { createHost, type EmulatedHost } from '../../../emulator/host/host.ts';
import { Link } from '../../../emulator/link.ts';
import { startServices } from '../../../emulator/services/services.ts';
import { createTcp } from '../../../emulator/tcp/tcp.ts';
import type { Impairments, Wire, WireEnd } from '../../../emulator/wire.ts';
import { PacketLog } from '../../packet-log.ts';
import { addressTranslation } from './address-translation.ts';
import { type Judged, ObservedRouter } from './observed-router.ts';

/** Two routers, five networks with a host each, one of them behind NAT; addresses that nobody has and that have no route. */
const stations = [
  { name: 'a', router: 0, index: 0, address: '10.1.0.10', gateway: '10.1.0.1' },
  { name: 'b', router: 0, index: 1, address: '10.1.1.10', gateway: '10.1.1.1' },
  { name: 'c', router: 0, index: 2, address: '10.1.2.10', gateway: '10.1.2.1' },
  { name: 'd', router: 1, index: 1, address: '10.2.0.10', gateway: '10.2.0.1' },
  { name: 'e', router: 1, index: 2, address: '10.2.1.10', gateway: '10.2.1.1' },
] as const;
const interfaces = [
  ['10.1.0.1', '10.1.1.1', '10.1.2.1', '10.9.0.1'],
  ['10.9.0.2', '10.2.0.1', '10.2.1.1'],
] as const;
const rtables = [
  '10.1.0.0 0.0.0.0 255.255.255.0 eth1\n10.1.1.0 0.0.0.0 255.255.255.0 eth2\n10.1.2.0 0.0.0.0 255.255.255.0 eth3\n' +
    '10.9.0.0 0.0.0.0 255.255.255.0 eth4\n10.2.0.0 10.9.0.2 255.255.0.0 eth4\n',
  '10.9.0.0 0.0.0.0 255.255.255.0 eth1\n10.2.0.0 0.0.0.0 255.255.255.0 eth2\n10.2.1.0 0.0.0.0 255.255.255.0 eth3\n' +
    '10.1.0.0 10.9.0.1 255.255.0.0 eth1\n',
] as const;
const nobody = ['10.1.0.77', '10.1.1.78', '10.2.0.79', '172.16.0.1'];

export interface ObservedLabOptions {
  readonly seed: string;
  readonly impairments: Impairments;
  /** The second router gives host e its own address. */
  readonly nat: boolean;
  /** Mean time between two things that a host does, µs. */
  readonly everyUs: number;
}

/** What happened, and between whom. */
export interface ObservedLab {
  readonly judged: Judged[];
  /** Frames that the routers were given. */
  readonly given: number;
  readonly log: PacketLog;
  readonly routers: readonly {
    readonly name: string;
    readonly rtable: string;
    readonly interfaces: readonly Readonly<Record<'name' | 'address' | 'mask' | 'mac', string> & { port: number }>[];
  }[];
}

const macOf = (router: number, index: number): string => `0e:00:00:00:0${router}:0${index}`;
const number = (address: string): number => parseIpv4(address) ?? 0;

/** Lets hosts do what hosts do, over links that lose, double and reorder, for `seconds`; every output of the routers is judged. */
export function runObservedLab(options: ObservedLabOptions, seconds: number): ObservedLab {
  const scheduler = new VirtualScheduler();
  const log = new PacketLog({
    records: 100_000,
    frameBytes: 8_000_000,
    snapLength: 2048,
    nowUs: () => scheduler.nowUs(),
    epochMs: 0,
  });
  const routers = interfaces.map((addresses, r) => {
    const nat = options.nat && r === 1 ? addressTranslation(number('10.2.1.10'), number('10.9.0.2')) : undefined;
    return new ObservedRouter({
      name: `r${r + 1}`,
      interfaces: addresses.map((address, i) => ({ address, mac: macOf(r, i) })),
      rtable: rtables[r] ?? '',
      scheduler,
      random: seededRandom(`${options.seed} router ${r}`),
      log,
      ...(nat && { rewriteIn: nat.inward, rewriteOut: (frame, index) => (index === 0 ? nat.outward(frame) : frame) }),
    });
  });
  const plugIn = (
    connectA: (make: (end: WireEnd) => Wire) => void,
    b: WireEnd,
    plugB: (wire: Wire) => void,
    name: string,
  ) => {
    let started: Link | undefined;
    connectA((end) => {
      const randoms = [
        seededRandom(`${options.seed} ${name} there`),
        seededRandom(`${options.seed} ${name} back`),
      ] as const;
      started = new Link({ node: name, end }, { node: 'router', end: b }, { scheduler, randoms });
      started.setImpairments(options.impairments);
      plugB(started.wires[1]);
      return started.wires[0];
    });
    started?.start();
  };
  const [r1, r2] = routers;
  if (r1 === undefined || r2 === undefined) throw new Error('two routers');
  plugIn(
    (make) => r1.plug(3, make(r1.port(3))),
    r2.port(0),
    (wire) => r2.plug(0, wire),
    'between',
  );
  for (const station of stations) {
    const router = routers[station.router] ?? r1;
    const host = hostOf(station, scheduler, options.seed);
    plugIn(
      (make) => host.plug(0, make),
      router.port(station.index),
      (wire) => router.plug(station.index, wire),
      station.name,
    );
    startServices(host, [
      { kind: 'discard', port: 9 },
      { kind: 'echo', port: 7 },
    ]);
    behave(host, station.gateway, scheduler, seededRandom(`${options.seed} ${station.name}`), options.everyUs);
  }
  scheduler.advance(seconds * 1e6);
  return {
    judged: routers.flatMap(({ judged }) => judged),
    given: log.counts.at('to_router'),
    log,
    routers: interfaces.map((addresses, r) => ({
      name: `r${r + 1}`,
      rtable: rtables[r] ?? '',
      interfaces: addresses.map((address, i) => {
        return { name: `eth${i + 1}`, port: i, address, mask: '255.255.255.0', mac: macOf(r, i) };
      }),
    })),
  };
}

function hostOf(
  { name, address, gateway }: (typeof stations)[number],
  scheduler: VirtualScheduler,
  seed: string,
): EmulatedHost {
  const config = {
    name,
    interfaces: [{ mac: `02:00:00:00:00:0${name}`, address, prefix: 24 }],
    routes: [{ destination: '0.0.0.0', prefix: 0, gateway, interface: 0 }],
    services: [],
  };
  return createHost(config, { scheduler, random: seededRandom(`${seed} host ${name}`), names: new Map(), createTcp });
}

/** One host: pings, datagrams short and long, some alike, some with a TTL that ends on the way, to hosts, routers and nobody. */
function behave(
  host: EmulatedHost,
  gateway: string,
  scheduler: VirtualScheduler,
  random: Random,
  everyUs: number,
): void {
  const ping = host.icmp.open();
  const socket = host.udp.bind();
  const others = stations.map(({ address }) => address).filter((address) => host.resolve(address) !== 0);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] ?? (list[0] as T);
  const always = new Uint8Array(8);
  let sequence = 0;
  const step = () => {
    scheduler.after(-Math.log(1 - random.next()) * everyUs, step);
    const chance = random.next();
    const to = number(
      chance < 0.06 ? pick(nobody) : chance < 0.2 ? pick([gateway, '10.9.0.2', '10.9.0.1']) : pick(others),
    );
    const ttl = pick([64, 64, 64, 64, 64, 1, 2, 3]);
    const kind = random.next();
    sequence += 1;
    try {
      if (kind < 0.35) ping.send(to, sequence, new Uint8Array(Math.floor(random.next() * 200)), { ttl });
      else if (kind < 0.55) socket.send({ address: to, port: pick([7, 9, 33434]) }, always, { ttl });
      else if (kind < 0.8) {
        const data = Uint8Array.from({ length: Math.floor(random.next() * 1200) }, () => random.nextU32() & 255);
        socket.send({ address: to, port: pick([7, 9, 33434]) }, data, { ttl });
      } else if (kind < 0.85) ping.send(to, sequence, new Uint8Array(3000));
      else if (kind < 0.88) host.neighbors.flush();
      else if (kind < 0.9)
        host.arp.request(`${host.name}-eth0`, { target: number(gateway), source: number(gateway) - 1 + 9 });
      else void fetchOver(host, to).catch(() => undefined);
    } catch {
      // A host that has no route to somebody says so to its program; here nobody minds.
    }
  };
  scheduler.after(random.next() * everyUs, step);
}

async function fetchOver(host: EmulatedHost, address: number): Promise<void> {
  const socket = await host.tcp.connect({ address, port: 7 });
  await socket.write(new Uint8Array(4000));
  socket.end();
  while ((await socket.read()) !== undefined);
  socket.close();
}

import { parseIpv4 } from '../../../codec/addresses.ts';
import { type Random, seededRandom } from '../../../determinism/random.ts';
import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { createHost, type EmulatedHost } from '../../../emulator/host/host.ts';
import { Link } from '../../../emulator/link.ts';
import { startServices } from '../../../emulator/services/services.ts';
import { createTcp } from '../../../emulator/tcp/tcp.ts';
import type { Impairments, Wire, WireEnd } from '../../../emulator/wire.ts';
import { PacketLog } from '../../packet-log.ts';

/** A frame that a host sent: what it answered in truth, 0 for nothing; undefined when that cannot be told. */
export interface Sent {
  readonly seq: number;
  /** The same frame where the hub had it, as a switch would. */
  packetIn: number;
  readonly truth: number | undefined;
}

const number = (address: string): number => parseIpv4(address) ?? 0;
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** What asks and what answers it have in common, to the last byte of data: of echoes and of datagrams to and from port 7. */
function contentOf(frame: Uint8Array): { readonly key: string; readonly isAnswer: boolean } | undefined {
  if (u16(frame, 12) !== 0x0800 || (u16(frame, 20) & 0x3fff) !== 0) return undefined;
  const [from, to] = [hex(frame.subarray(26, 30)), hex(frame.subarray(30, 34))];
  const data = hex(frame.subarray(42, 14 + u16(frame, 16)));
  const type = frame[34] ?? -1;
  if (frame[23] === 1 && (type === 0 || type === 8)) {
    const isAnswer = type === 0;
    const ends = isAnswer ? `${to} ${from}` : `${from} ${to}`;
    return { key: `echo ${ends} ${hex(frame.subarray(38, 42))} ${data}`, isAnswer };
  }
  const [source, destination] = [u16(frame, 34), u16(frame, 36)];
  if (frame[23] !== 17 || (source !== 7 && destination !== 7)) return undefined;
  const isAnswer = source === 7;
  const ends = isAnswer ? `${to}:${destination} ${from}` : `${from}:${source} ${to}`;
  return { key: `udp ${ends} ${data}`, isAnswer };
}

/** Knows what a host is doing when it sends: handling a frame, or letting go of what waited. */
class Watch {
  readonly sent: Sent[] = [];
  readonly #log: PacketLog;
  readonly #node: number;
  #handled: { readonly seq: number; readonly frame: Uint8Array } | undefined;
  /** Requests of one content that have not been answered, the oldest first. */
  readonly #open = new Map<string, number[]>();

  constructor(log: PacketLog, name: string) {
    this.#log = log;
    this.#node = log.node(name);
  }

  /** Gives the number of the frame in the log. */
  received(frame: Uint8Array, isOwn: boolean, handle: () => void): number {
    const seq = this.#log.append('host.rx', this.#node, 0, frame, 0, frame.length);
    const content = isOwn ? contentOf(frame) : undefined;
    if (content && !content.isAnswer) this.#open.set(content.key, [...(this.#open.get(content.key) ?? []), seq]);
    this.#handled = { seq, frame };
    handle();
    this.#handled = undefined;
    return seq;
  }

  sends(frame: Uint8Array): Sent {
    const seq = this.#log.append('host.tx', this.#node, 0, frame, 0, frame.length);
    const one = { seq, packetIn: 0, truth: this.#truth(frame) };
    this.sent.push(one);
    return one;
  }

  #truth(frame: Uint8Array): number | undefined {
    const handled = this.#handled;
    const isArp = u16(frame, 12) === 0x0806;
    if (isArp) return handled && u16(frame, 20) === 2 ? handled.seq : 0;
    const content = contentOf(frame);
    if (content) {
      if (!content.isAnswer) return 0;
      const open = this.#open.get(content.key) ?? [];
      const at = Math.max(0, open.indexOf(handled?.seq ?? 0));
      return open.splice(at, 1)[0];
    }
    const protocol = frame[23];
    // What waited for a neighbour, what a timer or a program sends: no frame is being handled because of which it goes.
    const isHandled = handled !== undefined && u16(handled.frame, 12) === 0x0800;
    if (protocol === 17) return 0;
    return isHandled && (protocol !== 6 || handled.frame[23] === 6) ? handled.seq : undefined;
  }
}

export interface AnsweringLab {
  readonly log: PacketLog;
  readonly sent: readonly Sent[];
  /** Of a frame that a host heard, the hub’s frame that it was. */
  readonly packetOuts: ReadonlyMap<number, number>;
}

/** Five hosts at a hub that floods, over links that lose, double and reorder: pings, datagrams, connections, refusals. */
export async function runAnsweringLab(seed: string, impairments: Impairments, seconds: number): Promise<AnsweringLab> {
  const scheduler = new VirtualScheduler();
  const log = new PacketLog({
    records: 2_000_000,
    frameBytes: 400_000_000,
    snapLength: 2048,
    nowUs: () => scheduler.nowUs(),
    epochMs: 0,
  });
  const hub = log.node('hub');
  const ports: Wire[] = [];
  const watches: Watch[] = [];
  const own = new WeakMap<Uint8Array, Sent>();
  const packetOuts = new Map<number, number>();
  /** By port, what the hub sent last out of it of a frame. */
  const outs: WeakMap<Uint8Array, number>[] = [];
  const hosts = ['a', 'b', 'c', 'd', 'e'].map((name, at): EmulatedHost => {
    const address = `10.5.0.${at + 1}`;
    const config = {
      name,
      interfaces: [{ mac: `02:00:00:00:00:0${at + 1}`, address, prefix: 24 }],
      routes: [],
      services: [],
    };
    const random = seededRandom(`${seed} host ${name}`);
    const host = createHost(config, { scheduler, random, names: new Map(), createTcp });
    const watch = new Watch(log, name);
    watches.push(watch);
    const hubEnd: WireEnd = {
      name: `hub-eth${at + 1}`,
      carrier: () => undefined,
      receive: (frame) => {
        const packetIn = log.append('packet_in', hub, at, frame, 0, frame.length);
        const sent = own.get(frame);
        if (sent) sent.packetIn = packetIn;
        ports.forEach((wire, port) => {
          if (port === at) return;
          outs[port]?.set(frame, log.append('packet_out', hub, port, frame, 0, frame.length));
          wire.send(frame);
        });
      },
    };
    outs.push(new WeakMap());
    let link: Link | undefined;
    host.plug(0, (end) => {
      const mac = config.interfaces[0]?.mac.replaceAll(':', '') ?? '';
      const watched: WireEnd = {
        name: end.name,
        carrier: (isUp) => end.carrier(isUp),
        receive: (frame) => {
          const packetOut = outs[at]?.get(frame) ?? 0;
          const seq = watch.received(frame, hex(frame.subarray(0, 6)) === mac, () => end.receive(frame));
          packetOuts.set(seq, packetOut);
        },
      };
      const randoms = [seededRandom(`${seed} ${name} there`), seededRandom(`${seed} ${name} back`)] as const;
      link = new Link({ node: name, end: watched }, { node: 'hub', end: hubEnd }, { scheduler, randoms });
      link.setImpairments(impairments);
      const [wire, back] = link.wires;
      ports.push(back);
      return {
        get isUp() {
          return wire.isUp;
        },
        setUp: (isUp) => wire.setUp(isUp),
        send: (frame) => {
          own.set(frame, watch.sends(frame));
          wire.send(frame);
        },
      };
    });
    link?.start();
    startServices(host, [
      { kind: 'discard', port: 9 },
      { kind: 'echo', port: 7 },
    ]);
    return host;
  });
  for (const host of hosts) behave(host, scheduler, seededRandom(`${seed} ${host.name}`));
  for (let ms = 0; ms < seconds * 1000; ms++) {
    scheduler.advance(1000);
    // Programs go on between two events.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return { log, sent: watches.flatMap(({ sent }) => sent), packetOuts };
}

function behave(host: EmulatedHost, scheduler: VirtualScheduler, random: Random): void {
  const ping = host.icmp.open();
  const socket = host.udp.bind();
  let said = 0;
  const step = () => {
    scheduler.after(-Math.log(1 - random.next()) * 30_000, step);
    const to = number(`10.5.0.${1 + Math.floor(random.next() * 5)}`);
    if (to === host.resolve(host.name)) return;
    const kind = random.next();
    said += 1;
    const data = new Uint8Array(16);
    new DataView(data.buffer).setUint32(8, said);
    data[0] = host.name.charCodeAt(0);
    try {
      if (kind < 0.4) ping.send(to, said & 0xffff, data);
      else if (kind < 0.7) socket.send({ address: to, port: kind < 0.6 ? 7 : 9 }, data);
      else if (kind < 0.78) socket.send({ address: to, port: 33_434 }, data);
      else if (kind < 0.82) host.neighbors.flush();
      else void talk(host, to, kind < 0.86 ? 8 : 7).catch(() => undefined);
    } catch {
      // A host that cannot send says so to its program; here nobody minds.
    }
  };
  scheduler.after(random.next() * 30_000, step);
}

async function talk(host: EmulatedHost, address: number, port: number): Promise<void> {
  const socket = await host.tcp.connect({ address, port });
  await socket.write(new Uint8Array(3000));
  socket.end();
  while ((await socket.read()) !== undefined);
  socket.close();
}

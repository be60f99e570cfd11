import { parseIpv4, parseMac } from '../../../codec/addresses.ts';
import type { Random } from '../../../determinism/random.ts';
import type { Scheduler } from '../../../determinism/scheduler.ts';
import type { Wire, WireEnd } from '../../../emulator/wire.ts';
import { Provenance } from '../../../router/provenance.ts';
import { Router } from '../../../router/router.ts';
import { parseRtable, RoutingTable } from '../../../router/rtable.ts';
import type { PacketLog } from '../../packet-log.ts';
import { RouterCauses } from '../router-causes.ts';

interface ObservedInterface {
  readonly mac: string;
  readonly address: string;
}
export interface ObservedRouterOptions {
  readonly name: string;
  readonly interfaces: readonly ObservedInterface[];
  readonly rtable: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly log: PacketLog;
  /** Changes a frame that the router is about to get, or has made: NAT. */
  readonly rewriteIn?: (frame: Uint8Array) => Uint8Array;
  readonly rewriteOut?: (frame: Uint8Array, interfaceIndex: number) => Uint8Array;
}

/** What an output came from and what was inferred. */
export interface Judged {
  readonly router: string;
  readonly seq: number;
  readonly truth: readonly number[];
  readonly inferred: readonly number[];
  readonly rule: string;
}

/** How often the pipe between bridge and router is emptied, µs: a random time up to this, so that frames come in batches. */
const batchUs = 800;
const tickUs = 100_000;

/**
 * The reference router in this process, behind a pipe that delivers in order and in batches as a VNS connection does, with a
 * log on the bridge's side of it. It knows what every output came from.
 */
export class ObservedRouter {
  readonly judged: Judged[] = [];
  readonly #options: ObservedRouterOptions;
  readonly #node: number;
  readonly #causes: RouterCauses;
  readonly #router: Router;
  readonly #truth = new Provenance();
  readonly #wires = new Map<number, Wire>();
  readonly #inward: { readonly seq: number; readonly port: number; readonly frame: Uint8Array }[] = [];
  readonly #outward: { readonly truth: readonly number[]; readonly port: number; readonly frame: Uint8Array }[] = [];
  #isInwardPlanned = false;
  #isOutwardPlanned = false;

  constructor(options: ObservedRouterOptions) {
    const { interfaces, rtable, log, scheduler } = options;
    this.#options = options;
    this.#node = log.node(options.name);
    const names = interfaces.map((_, i) => `eth${i + 1}`);
    const routes = new RoutingTable(parseRtable(rtable, 'rtable'), names);
    this.#causes = new RouterCauses({
      addresses: interfaces.map(({ address }) => (parseIpv4(address) ?? 0) | 0),
      nextHop: (destination) => {
        const route = routes.find(destination)?.route;
        return route && (route.gateway === 0 ? destination : route.gateway);
      },
    });
    this.#router = new Router({
      interfaces: interfaces.map(({ mac, address }, i) => ({
        name: names[i] ?? '',
        mac: parseMac(mac) ?? new Uint8Array(6),
        address: (parseIpv4(address) ?? 0) | 0,
        mask: 0xffffff00 | 0,
      })),
      routes,
      send: (index, bytes, start, end) => this.#sent(index, bytes.slice(start, end)),
      journal: this.#truth,
    });
    const tick = () => {
      this.#truth.begin(undefined);
      this.#router.tick(scheduler.nowUs() / 1000);
      scheduler.after(tickUs, tick);
    };
    tick();
  }

  /** The switch port that interface `index` stands for. */
  port(index: number): WireEnd {
    const receive = (frame: Uint8Array) => {
      const { log } = this.#options;
      const packetIn = log.append('packet_in', this.#node, index, frame, 0, frame.length);
      const seq = log.follow(packetIn, 'to_router', this.#node, index);
      this.#causes.heard(seq, log.timeOf(seq), index, frame, 0, frame.length);
      this.#inward.push({ seq, port: index, frame });
      if (this.#isInwardPlanned) return;
      this.#isInwardPlanned = true;
      this.#options.scheduler.after(this.#options.random.next() * batchUs, () => this.#deliver());
    };
    return { name: `${this.#options.name}-eth${index + 1}`, receive, carrier: () => undefined };
  }

  plug(index: number, wire: Wire): void {
    this.#wires.set(index, wire);
  }

  #deliver(): void {
    this.#isInwardPlanned = false;
    const nowMs = this.#options.scheduler.nowUs() / 1000;
    for (const { seq, port, frame } of this.#inward.splice(0)) {
      const taken = this.#options.rewriteIn?.(frame) ?? frame;
      this.#truth.begin({ key: seq, frame: taken });
      this.#router.receive(port, taken, 0, taken.length, nowMs);
    }
  }

  #sent(port: number, made: Uint8Array): void {
    const frame = this.#options.rewriteOut?.(made, port) ?? made;
    this.#outward.push({ truth: this.#truth.parents, port, frame });
    if (this.#isOutwardPlanned) return;
    this.#isOutwardPlanned = true;
    this.#options.scheduler.after(this.#options.random.next() * batchUs, () => this.#emit());
  }

  #emit(): void {
    this.#isOutwardPlanned = false;
    const { log, name } = this.#options;
    const causes = this.#causes;
    for (const { truth, port, frame } of this.#outward.splice(0)) {
      const seq = log.append('from_router', this.#node, port, frame, 0, frame.length);
      const isKnown = causes.explain(log.timeOf(seq), port, frame, 0, frame.length);
      const inferred = isKnown ? [...causes.parents.subarray(0, causes.parentCount)] : [];
      if (isKnown) log.infer(seq, causes.rule, causes.confidence, causes.parents, causes.parentCount);
      this.judged.push({ router: name, seq, truth, inferred, rule: causes.rule });
      log.follow(seq, 'packet_out', this.#node, port);
      this.#wires.get(port)?.send(frame);
    }
  }
}

/** Of outputs whose truth is known. */
export interface Score {
  readonly outputs: number;
  readonly links: number;
  readonly wrong: number;
  readonly missed: number;
  readonly precision: number;
  readonly recall: number;
}

export function scoreOf(judged: readonly Judged[]): Score {
  let links = 0;
  let right = 0;
  let true_ = 0;
  for (const { truth, inferred } of judged) {
    links += inferred.length;
    true_ += truth.length;
    right += inferred.filter((seq) => truth.includes(seq)).length;
  }
  return {
    outputs: judged.length,
    links,
    wrong: links - right,
    missed: true_ - right,
    precision: links === 0 ? 1 : right / links,
    recall: true_ === 0 ? 1 : right / true_,
  };
}

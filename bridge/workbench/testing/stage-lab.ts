import { Bus } from '../../bus/bus.ts';
import type { BridgeEvents } from '../../bus/events.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { buildFrame } from '../../packet/build.ts';
import { decodeTraceBatch, type TraceRecord } from '../../packet/trace-batch.ts';
import { noBuffer } from '../../protocols/openflow/v10/bodies.ts';
import type { Crossing, Passage } from '../../trace/intercept.ts';
import { PacketLog } from '../../trace/packet-log.ts';
import type { FaultInfo, FaultSpec } from '../fault/fault.ts';
import type { InterventionMethods } from '../interventions.ts';
import { Interventions } from '../interventions.ts';

/** A frame that came out of the bridge: to the router, or out of a port of the switch. */
export interface CameOut {
  readonly at: 'to_router' | 'packet_out';
  readonly port: number;
  readonly atUs: number;
  readonly bytes: Uint8Array;
  readonly bufferId: number;
}

const places = new Map([
  [1, 'eth1'],
  [2, 'eth2'],
  [3, 'eth3'],
]);

/** The way through the bridge, with a switch sw0 and a router r0 that does nothing by itself; time is virtual. */
export class StageLab {
  readonly scheduler: VirtualScheduler;
  readonly log: PacketLog;
  readonly bus: Bus<BridgeEvents>;
  readonly faults: string[] = [];
  readonly out: CameOut[] = [];
  readonly closed: string[] = [];
  readonly interventions: Interventions;
  changes = 0;
  /** A router that is not there drops. */
  hasRouter = true;
  readonly #passages: Record<Passage['point'], Passage>;

  constructor(scheduler = new VirtualScheduler()) {
    this.scheduler = scheduler;
    const nowUs = () => this.scheduler.nowUs();
    this.log = new PacketLog({ records: 50_000, frameBytes: 4_000_000, snapLength: 2048, nowUs, epochMs: 0 });
    this.bus = new Bus<BridgeEvents>({ onFault: () => undefined });
    this.bus.on('bridge:fault', ({ what }) => this.faults.push(what));
    const closed = (name: string, reason: string) => this.closed.push(`${name}: ${reason}`);
    this.interventions = new Interventions({
      ...{ log: this.log, bus: this.bus, scheduler: this.scheduler, nowUs, resumed: () => undefined },
      closeSwitch: closed,
      closeRouter: closed,
      changed: () => {
        this.changes += 1;
      },
    });
    const passage = (point: Passage['point'], name: string, pass: (crossing: Crossing) => void): Passage => ({
      ...{ point, name, pass, node: this.log.node(name), ports: () => places },
    });
    this.#passages = {
      packet_in: passage('packet_in', 'sw0', (crossing) => this.#at('to_router', crossing)),
      to_router: passage('to_router', 'r0', (crossing) => {
        if (this.hasRouter) this.#comesOut('to_router', crossing);
        else this.log.drop(crossing.parent, this.log.node('r0'), crossing.port, 'no router');
      }),
      from_router: passage('from_router', 'r0', (crossing) => this.#at('packet_out', crossing)),
      packet_out: passage('packet_out', 'sw0', (crossing) => this.#comesOut('packet_out', crossing)),
    };
    this.interventions.interceptor.register(...Object.values(this.#passages));
  }

  /** A frame arrives from the switch, or from the router. */
  send(from: 'packet_in' | 'from_router', port: number, bytes: Uint8Array, more: Partial<Crossing> = {}): void {
    const passage = this.#passages[from];
    // In the middle of a larger buffer, which is used again at once, as the receive buffer is.
    const buffer = new Uint8Array(bytes.length + 20);
    buffer.set(bytes, 10);
    const [start, end] = [10, 10 + bytes.length];
    const parent = this.log.append(from, passage.node, port, buffer, start, end);
    const inPort = from === 'packet_in' ? port : 0xffff;
    this.#at(from, { parent, port, inPort, bufferId: noBuffer, isWhole: true, bytes: buffer, start, end, ...more });
    buffer.fill(0xee);
  }

  /** What the application sends out of the switch by itself. */
  sendOut(port: number, inPort: number, bytes: Uint8Array): void {
    const parent = this.log.append('packet_in', this.#passages.packet_in.node, inPort, bytes, 0, bytes.length);
    const crossing = { parent, port, inPort, bufferId: noBuffer, isWhole: true, bytes, start: 0, end: bytes.length };
    this.#at('packet_out', crossing);
  }

  /** Asks synchronously: these methods answer at once. */
  ask<M extends keyof InterventionMethods>(
    method: M,
    argument: Parameters<InterventionMethods[M]>[0],
  ): ReturnType<InterventionMethods[M]> {
    const act = this.interventions.methods[method] as (
      argument: Parameters<InterventionMethods[M]>[0],
    ) => ReturnType<InterventionMethods[M]>;
    return act(argument);
  }

  /** Sets a fault and lets it begin. */
  fault(spec: Partial<FaultSpec> & Pick<FaultSpec, 'what'>): FaultInfo {
    const info = this.ask('fault:set', {
      where: { kind: 'controller', direction: 'in' },
      which: { filter: '' },
      seed: 1,
      when: { afterMs: 0, forMs: 0 },
      ...spec,
    });
    this.scheduler.advance(0);
    return info;
  }

  advanceMs(ms: number): void {
    this.scheduler.advance(ms * 1000);
  }

  records(): readonly TraceRecord[] {
    return decodeTraceBatch(this.log.batches.read(0, 1_000_000, 1e9).batch).records;
  }

  /** `2 hold held 1`: number, point, verdict (or the cause of a drop), parents. */
  story(): string[] {
    return this.records().map(({ seq, point, verdict, cause, parents }) =>
      [seq, point, cause === 'none' ? verdict : cause, ...parents].join(' '),
    );
  }

  /** First payload byte of what came out: which frames, in order. */
  came(): number[] {
    return this.out.map(({ bytes }) => markOf(bytes));
  }

  #at(point: Passage['point'], crossing: Crossing): void {
    const passage = this.#passages[point];
    const { interceptor } = this.interventions;
    const { parent, port, inPort, bufferId, isWhole, bytes, start, end } = crossing;
    if (interceptor.isArmed && interceptor.takes(passage, parent, port, inPort, bufferId, isWhole, bytes, start, end))
      return;
    passage.pass(crossing);
  }

  #comesOut(at: CameOut['at'], { parent, port, bytes, start, end, bufferId }: Crossing): void {
    this.log.follow(parent, at, this.#passages[at].node, port);
    this.out.push({ at, port, atUs: this.scheduler.nowUs(), bytes: bytes.slice(start, end), bufferId });
  }
}

const macOf = (n: number): string => `02:00:00:00:00:0${n}`;

/** A UDP packet with `mark` as its payload's first byte; `flow` makes it one of another flow. */
export const udp = (mark: number, flow = 1, length = 100): Uint8Array =>
  buildFrame({
    eth: { src: macOf(1), dst: macOf(2) },
    layer: {
      kind: 'ipv4',
      ...{ src: '10.0.1.100', dst: '192.168.2.2', ttl: 64, id: mark, dontFragment: false },
      transport: { kind: 'udp', srcPort: 1000 + flow, dstPort: 7 },
      payload: new Uint8Array(length - 42).fill(mark),
    },
  });
export const markOf = (bytes: Uint8Array): number => bytes[42] ?? 0;

export const arpReply = (senderIp = '10.0.1.1'): Uint8Array =>
  buildFrame({
    eth: { src: macOf(3), dst: macOf(1) },
    layer: {
      kind: 'arp',
      operation: 'reply',
      ...{ senderIp, senderMac: macOf(3), targetIp: '10.0.1.100', targetMac: macOf(1) },
    },
  });

import { createHash, randomBytes } from 'node:crypto';
import type { BridgeConfig, BridgeEvent, BridgeState, ListenAddress } from './api.ts';
import type { App, AppContext, PacketIn } from './apps/app.ts';
import { createApp } from './apps/apps.ts';
import { Bus, describeFault } from './bus/bus.ts';
import { describeEvent, eventKinds } from './bus/describe.ts';
import { EventThrottle } from './bus/event-throttle.ts';
import type { BridgeEvents } from './bus/events.ts';
import { Listeners } from './bus/listeners.ts';
import { Dispatch } from './controller/dispatch.ts';
import { Switches } from './controller/switches.ts';
import type { BridgeHandle } from './handle.ts';
import { type Clock, every, machineUs, startClock } from './net/clock.ts';
import type { Connection, ConnectionLimits, Service } from './net/connection.ts';
import { formatAddress, type Listener, listen } from './net/listener.ts';
import { RealScheduler } from './net/real-scheduler.ts';
import type { OpenFlowTimes } from './sessions/openflow-session.ts';
import { ControlLog } from './trace/control-log.ts';
import { PacketLog } from './trace/packet-log.ts';
import { PointIntake } from './trace/points/point-intake.ts';
import type { PointSource } from './trace/points/point-source.ts';
import { TraceFeed } from './trace/trace-feed.ts';
import { Interventions } from './workbench/interventions.ts';
import type { Implementation } from './workbench/method.ts';
import type { AnswerOf, ArgumentOf, MethodName, WorkbenchMethods } from './workbench/methods.ts';
import { createWorkbench } from './workbench/workbench.ts';

/** What a test replaces; left out, the real thing. */
export interface BridgeDeps {
  readonly clock?: Clock;
  readonly limits?: ConnectionLimits;
  readonly times?: OpenFlowTimes;
  /** Connections at once to one listener. */
  readonly maxConnections?: number;
  /** Instead of the application that the configuration names. */
  readonly app?: (context: AppContext) => App;
}

/** Twenty a second: how often state and batches leave at most. */
const slotMs = 50;
/** How often what was seen outside is logged when no packet of our own asks for it. */
const pointsMs = 10;
/** So long a record waits for its time where frames are told of late. */
const lateUs = 30_000;
/** The state is pushed at least this often. */
const idlePushUs = 1_000_000;
/** How often sessions look for time-outs. */
const tickMs = 250;
const eventsPerSecond = 5;
const maxConnections = 64;
const batchLimit = 100_000;
const batchBytes = 16 * 1024 * 1024;

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/**
 * Starts a bridge in this thread: its listeners are open when it resolves. Rejects with ListenError for an address that
 * cannot be used, with an Error for a configuration that makes no sense.
 */
export async function createBridge(config: BridgeConfig, deps: BridgeDeps = {}): Promise<BridgeHandle> {
  const bridge = new Bridge(config, deps);
  await bridge.listen(config);
  return bridge;
}

class Bridge implements BridgeHandle {
  readonly #clock: Clock;
  readonly #deps: BridgeDeps;
  readonly #log: PacketLog;
  readonly #feed: TraceFeed;
  readonly #dispatch: Dispatch;
  readonly #bus: Bus<BridgeEvents>;
  readonly #switches: Switches;
  readonly #app: App;
  readonly #scheduler = new RealScheduler();
  readonly #interventions: Interventions;
  readonly #workbench: Implementation<WorkbenchMethods>;
  readonly #throttle = new EventThrottle(eventsPerSecond);
  readonly #onState = new Listeners<BridgeState>((cause) => this.#fault(messageOf(cause)));
  readonly #onEvent = new Listeners<BridgeEvent>((cause) => this.#fault(messageOf(cause)));
  readonly #onTrace = new Listeners<Uint8Array>((cause) => this.#fault(messageOf(cause)));
  readonly #openflow: Listener[] = [];
  readonly #vns: Listener[] = [];
  readonly #seconds: Listener[] = [];
  readonly #timers: (() => void)[] = [];
  #points: { readonly intake: PointIntake; readonly stop: () => void } | undefined;
  #pushedUs = 0;
  #isDirty = false;
  #isTellingFault = false;
  #closing: Promise<void> | undefined;

  constructor(config: BridgeConfig, deps: BridgeDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? startClock(config.machineEpochMs);
    const { nowUs, epochMs } = this.#clock;
    this.#log = new PacketLog({ ...config.trace, nowUs, epochMs });
    this.#feed = new TraceFeed(this.#log);
    this.#log.comments.onChange(() => {
      this.#isDirty = true;
    });
    this.#dispatch = new Dispatch(this.#log, nowUs);
    this.#bus = new Bus<BridgeEvents>({ onFault: (fault) => this.#fault(describeFault(fault)) });
    const handedOn = (seq: number) => this.#dispatch.handedOn(seq);
    this.#interventions = new Interventions({
      log: this.#log,
      bus: this.#bus,
      scheduler: this.#scheduler,
      nowUs,
      resumed: () => this.#dispatch.arrived(),
      closeSwitch: (name, reason) => this.#switches.close(name, reason),
      closeRouter: (name, reason) => this.#app.routers?.close(name, reason),
      changed: () => {
        this.#isDirty = true;
      },
    });
    const { interceptor } = this.#interventions;
    const control = new ControlLog(nowUs);
    this.#switches = new Switches(config.switches, {
      control,
      bus: this.#bus,
      log: this.#log,
      interceptor,
      handedOn,
      onPacket: (packet) => this.#packetIn(packet),
      times: deps.times,
    });
    this.#workbench = createWorkbench({
      log: this.#log,
      bus: this.#bus,
      switches: () => this.#switches.all,
      routerConfigs: config.app.kind === 'vns-router' ? config.app.routers : [],
      routers: () => this.#app.routers?.state() ?? [],
      seconds: () => this.#app.routers?.seconds,
      control,
      interventions: this.#interventions.methods,
      nowUs,
    });
    const context: AppContext = {
      bus: this.#bus,
      log: this.#log,
      interceptor,
      switchOf: (dpid) => this.#switches.get(dpid),
      handedOn,
      nowUs,
      randomBytes: (length) => randomBytes(length),
      sha1: (bytes) => createHash('sha1').update(bytes).digest(),
    };
    this.#app = deps.app === undefined ? createApp(config.app, context) : deps.app(context);
    this.#app.routers?.seconds.onChange(() => {
      this.#isDirty = true;
    });
    // After the application: what it changes on hearing an event is in the state that goes with the event.
    for (const kind of eventKinds) this.#bus.on(kind, (event) => this.#tell(kind, event));
  }

  /** Opens every listener, or none. */
  async listen(config: BridgeConfig): Promise<void> {
    try {
      for (const address of config.openflow) {
        this.#openflow.push(await this.#listen(address, (connection) => this.#switches.connected(connection)));
      }
      const { routers } = this.#app;
      for (const address of config.vns) {
        if (routers === undefined) throw new Error(`${config.app.kind} has no routers and needs no VNS address`);
        this.#vns.push(await this.#listen(address, (connection) => routers.connected(connection)));
      }
      for (const address of config.seconds ?? []) {
        if (routers === undefined) throw new Error(`${config.app.kind} has no routers, and none beside them`);
        this.#seconds.push(await this.#listen(address, (connection) => routers.seconds.connected(connection)));
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#timers.push(
      every(tickMs, () => {
        for (const listener of [...this.#openflow, ...this.#vns, ...this.#seconds]) listener.tick();
      }),
      every(slotMs, () => this.#slot()),
    );
  }

  get state(): BridgeState {
    const nowUs = this.#clock.nowUs();
    return {
      listening: {
        openflow: this.#openflow.map(({ address }) => address),
        vns: this.#vns.map(({ address }) => address),
        ...(this.#seconds.length > 0 && { seconds: this.#seconds.map(({ address }) => address) }),
      },
      switches: this.#switches.all.map((each) => each.state),
      routers: this.#app.routers?.state() ?? [],
      counters: {
        logged: this.#log.logged,
        forgotten: this.#log.forgotten,
        packetsIn: this.#log.counts.at('packet_in'),
        packetsOut: this.#log.counts.at('packet_out'),
        drops: this.#log.counts.drops,
        dispatchP50Us: this.#dispatch.latency.percentile(0.5, nowUs),
        dispatchP99Us: this.#dispatch.latency.percentile(0.99, nowUs),
      },
      ...(this.#points !== undefined && { points: this.#points.intake.counters }),
      workbench: this.#interventions.state,
      comments: this.#log.comments.count,
      epochMs: this.#clock.epochMs,
      nowUs,
    };
  }

  onState(listener: (state: BridgeState) => void): () => void {
    return this.#onState.add(listener);
  }
  onEvent(listener: (event: BridgeEvent) => void): () => void {
    return this.#onEvent.add(listener);
  }
  onTrace(listener: (batch: Uint8Array) => void): () => void {
    if (this.#onTrace.size === 0) this.#feed.restart();
    return this.#onTrace.add(listener);
  }
  /** A bridge in this thread is lost only together with whoever holds it. */
  onLost(): () => void {
    return () => undefined;
  }

  async readTrace(fromSeq: number, limit: number): Promise<Uint8Array> {
    return this.#log.batches.read(fromSeq, Math.min(limit, batchLimit), batchBytes).batch;
  }

  async watchPoints(source: PointSource | undefined): Promise<void> {
    this.#points?.stop();
    this.#points?.intake.close();
    this.#points = undefined;
    this.#isDirty = true;
    if (source === undefined) return;
    const { nowUs } = this.#clock;
    const intake = new PointIntake(source, this.#log, nowUs, machineUs() - nowUs());
    this.#points = { intake, stop: every(pointsMs, () => intake.drain()) };
  }

  async call<M extends MethodName>(method: M, argument: ArgumentOf<M>): Promise<AnswerOf<M>> {
    const act = this.#workbench[method] as (argument: ArgumentOf<M>) => AnswerOf<M> | Promise<AnswerOf<M>>;
    return await act(argument);
  }

  async closeRouter(name: string, reason: string): Promise<void> {
    this.#app.routers?.close(name, reason);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const stop of this.#timers) stop();
    await this.watchPoints(undefined);
    this.#interventions.close();
    this.#scheduler.close();
    this.#app.routers?.closeAll('The lab is closing');
    this.#switches.closeAll('The bridge is closing');
    await Promise.all([...this.#openflow, ...this.#vns, ...this.#seconds].map((listener) => listener.close()));
  }

  #packetIn(packet: PacketIn): void {
    try {
      this.#app.packetIn(packet);
    } catch (cause) {
      this.#bus.emit('bridge:fault', { what: `The application failed on record ${packet.seq}: ${messageOf(cause)}` });
    }
  }

  #listen(address: ListenAddress, onConnection: (connection: Connection) => Service): Promise<Listener> {
    const { nowUs } = this.#clock;
    return listen(address, {
      nowMs: () => nowUs() / 1000,
      limits: this.#deps.limits,
      maxConnections: this.#deps.maxConnections ?? maxConnections,
      onArrival: () => this.#dispatch.arrived(),
      onFault: (peer, cause) => this.#fault(`The connection from ${peer} was ended: ${messageOf(cause)}`),
      onConnection,
      onRefused: (peer, reason) => this.#bus.emit('peer:refused', { node: '', peer, reason }),
      onFailed: (reason) => this.#bus.emit('listener:failed', { address: formatAddress(address), reason }),
    });
  }

  #tell<K extends keyof BridgeEvents>(kind: K, event: BridgeEvents[K]): void {
    const tUs = this.#clock.nowUs();
    this.#isDirty = true;
    const described = describeEvent(kind, event);
    const held = this.#throttle.pass(`${kind} ${described.node}`, tUs);
    if (held === undefined) return;
    const more = held === 0 ? '' : ` (and ${held} more like it)`;
    this.#onEvent.tell({ kind, afterSeq: this.#log.logged, tUs, ...described, reason: described.reason + more });
  }

  #slot(): void {
    const tUs = this.#clock.nowUs();
    const untilUs = this.#points?.intake.isLate ? tUs - lateUs : undefined;
    if (this.#onTrace.size > 0) for (const batch of this.#feed.step(untilUs)) this.#onTrace.tell(batch);
    this.#log.claimAhead();
    if (this.#isDirty || tUs - this.#pushedUs >= idlePushUs) this.#push(tUs);
  }

  #push(tUs: number): void {
    this.#pushedUs = tUs;
    this.#isDirty = false;
    this.#onState.tell(this.state);
  }

  #fault(what: string): void {
    // A fault in telling of a fault ends here.
    if (this.#isTellingFault) return;
    this.#isTellingFault = true;
    this.#bus.emit('bridge:fault', { what });
    this.#isTellingFault = false;
  }
}

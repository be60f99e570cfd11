import type { Bus } from '../bus/bus.ts';
import type { BridgeEvents } from '../bus/events.ts';
import type { Scheduler } from '../determinism/scheduler.ts';
import { Interceptor } from '../trace/intercept.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import type { FaultMethods } from './fault/fault.ts';
import { Faults } from './fault/faults.ts';
import { matchOf } from './filter-match.ts';
import type { HoldMethods } from './hold/hold.ts';
import type { Held } from './hold/hold-stage.ts';
import { Holds } from './hold/holds.ts';
import type { InjectMethods } from './inject/inject.ts';
import { Injects } from './inject/injects.ts';
import type { InterventionState } from './intervention-state.ts';
import type { Implementation } from './method.ts';

export interface InterventionMethods extends HoldMethods, FaultMethods, InjectMethods {}

export interface InterventionsDeps {
  readonly log: PacketLog;
  readonly bus: Bus<BridgeEvents>;
  readonly scheduler: Scheduler;
  /** The trace's clock, µs. */
  readonly nowUs: () => number;
  /** A frame goes on that did not just arrive. */
  readonly resumed: () => void;
  /** Ends the OpenFlow connection of a switch, or the VNS connection of a router. */
  readonly closeSwitch: (name: string, reason: string) => void;
  readonly closeRouter: (name: string, reason: string) => void;
  /** The state is another one. */
  readonly changed: () => void;
}

/** How long whoever runs a router's program has to kill it, before its connection is ended. */
const killUs = 500_000;

/** Everything with which people interfere: faults first, then breakpoints, and what they inject (WB40–WB79). */
export class Interventions {
  readonly interceptor: Interceptor;
  readonly methods: Implementation<InterventionMethods>;
  readonly #deps: InterventionsDeps;
  readonly #faults: Faults;
  readonly #holds: Holds;
  readonly #injects: Injects;

  constructor(deps: InterventionsDeps) {
    this.#deps = deps;
    const { bus, log, resumed, changed, closeSwitch } = deps;
    const interceptor = new Interceptor(resumed, (what) => bus.emit('bridge:fault', { what }));
    const shared = { ...deps, interceptor, makeMatch: (filter: string) => matchOf(filter, log) };
    this.interceptor = interceptor;
    this.#faults = new Faults({
      ...shared,
      disconnect: closeSwitch,
      killRouter: (router, fault) => this.#kill(router, fault),
      tell: (kind, { id, where, what }) =>
        bus.emit(kind, { node: 'name' in where ? where.name : '', fault: id, what: what.kind }),
    });
    this.#holds = new Holds({ ...shared, expired: (held) => this.#expired(held) });
    this.#injects = new Injects({ ...shared, changed });
    interceptor.use([this.#faults.box, this.#holds.stage]);
    this.methods = { ...this.#holds.methods, ...this.#faults.methods, ...this.#injects.methods };
    // Not while its session is just getting ready.
    bus.on('switch:connected', ({ node }) => deps.scheduler.soon(() => this.#faults.switchConnected(node)));
  }

  get state(): InterventionState {
    const { stage } = this.#holds;
    const { isReplaying: replaying } = this.#injects;
    return {
      held: stage.count,
      breakpoints: stage.enabled,
      faults: this.#faults.count,
      replaying,
      distorted: stage.count > 0 || this.#faults.isDistorting || replaying,
      stopsRouter: stage.stopsRouter,
    };
  }

  /** Nothing that waits goes on any more. */
  close(): void {
    this.#injects.close();
    this.#faults.close();
    this.#holds.stage.close();
  }

  #expired({ crossing, passage, id }: Held): void {
    this.#deps.bus.emit('frame:expired', { node: passage.name, seq: crossing.parent, id });
  }

  #kill(node: string, fault: string): void {
    const { bus, scheduler, closeRouter } = this.#deps;
    bus.emit('router:kill', { node, fault });
    // Where nobody here runs its program, the connection is all that can be ended.
    scheduler.after(killUs, () => closeRouter(node, `The fault ${fault} ends it`));
  }
}

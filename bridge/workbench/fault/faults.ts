import type { Cancel } from '../../determinism/scheduler.ts';
import type { MakeFrameMatch } from '../frame-match.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { refuseUnknownPlace } from '../place.ts';
import type { FaultMethods, FaultSpec } from './fault.ts';
import { FaultBox, type FaultBoxDeps } from './fault-box.ts';
import { isAtSwitch, RunningFault } from './running-fault.ts';

export interface FaultsDeps extends FaultBoxDeps {
  readonly makeMatch: MakeFrameMatch;
  /** Ends the OpenFlow connection of a switch. */
  readonly disconnect: (switchName: string, reason: string) => void;
  /** Asks whoever runs the router's program to kill it, and ends the connection of one that nobody here runs. */
  readonly killRouter: (router: string, fault: string) => void;
  readonly tell: (kind: 'fault:began' | 'fault:ended', fault: FaultSpec & { readonly id: string }) => void;
  readonly changed: () => void;
}

const mostFaults = 64;

/** The faults that are set, and their beginnings and ends (WB60–WB69). */
export class Faults {
  readonly box: FaultBox;
  readonly methods: Implementation<FaultMethods>;
  readonly #deps: FaultsDeps;
  readonly #timers = new Map<string, Cancel[]>();
  #added = 0;

  constructor(deps: FaultsDeps) {
    this.#deps = deps;
    this.box = new FaultBox(deps);
    this.methods = {
      'fault:list': () => this.#list(),
      'fault:set': (spec) => this.#set(spec).info(this.#nowUs),
      'fault:remove': ({ id }) => {
        if (!this.box.all.some((fault) => fault.id === id))
          throw new WorkbenchError('not-found', `There is no fault "${id}"`);
        this.#remove(id);
        return this.#list();
      },
      'fault:stop-all': () => {
        for (const { id } of this.box.all) this.#remove(id);
        return this.#list();
      },
    };
  }

  /** Faults that are or will be at work. */
  get count(): number {
    return this.box.all.filter((fault) => fault.state(this.#nowUs) !== 'over').length;
  }

  get isDistorting(): boolean {
    return this.box.all.some((fault) => fault.state(this.#nowUs) === 'active');
  }

  /** A switch that has connected while it is to be cut off is cut off again. */
  switchConnected(name: string): void {
    for (const fault of this.box.all) {
      const { what, where } = fault.spec;
      if (what.kind !== 'disconnect' || fault.state(this.#nowUs) !== 'active') continue;
      if (where.kind === 'controller' || (where.kind === 'switch' && where.name === name))
        this.#disconnect(fault, name);
    }
  }

  close(): void {
    for (const cancels of this.#timers.values()) for (const cancel of cancels) cancel();
    this.#timers.clear();
    this.box.close();
  }

  #set(spec: FaultSpec): RunningFault {
    refuseSenseless(spec);
    refuseUnknownPlace(this.#deps.interceptor.passages, placeOf(spec));
    const match = this.#deps.makeMatch(spec.which.filter);
    if (spec.id !== undefined) this.#remove(spec.id);
    if (this.box.all.length >= mostFaults)
      throw new WorkbenchError('conflict', `${mostFaults} faults are set already: remove one first`);
    this.#added += 1;
    const fault = new RunningFault(spec.id ?? this.#newId(), this.#added, spec, match, this.#nowUs);
    this.box.add(fault);
    this.#schedule(fault);
    this.#deps.changed();
    return fault;
  }

  #newId(): string {
    const ids = new Set(this.box.all.map(({ id }) => id));
    for (let n = this.#added; ; n++) if (!ids.has(`f${n}`)) return `f${n}`;
  }

  #schedule(fault: RunningFault): void {
    const { scheduler, changed } = this.#deps;
    const at = (us: number, run: () => void): Cancel[] => (Number.isFinite(us) ? [scheduler.at(us, run)] : []);
    const ended = (): void => {
      this.box.flush(fault.id);
      this.#tell('fault:ended', fault);
      changed();
    };
    this.#timers.set(fault.id, [
      ...at(fault.startUs, () => {
        this.box.rearm();
        this.#tell('fault:began', fault);
        this.#strike(fault);
        changed();
      }),
      ...at(fault.endUs, ended),
    ]);
  }

  #tell(kind: 'fault:began' | 'fault:ended', { id, spec }: RunningFault): void {
    this.#deps.tell(kind, { ...spec, id });
  }

  #remove(id: string): void {
    const fault = this.box.all.find((each) => each.id === id);
    if (fault?.state(this.#nowUs) === 'active') this.#tell('fault:ended', fault);
    for (const cancel of this.#timers.get(id) ?? []) cancel();
    this.#timers.delete(id);
    this.box.remove(id);
    this.#deps.changed();
  }

  /** What hits a connection or a program, once. */
  #strike(fault: RunningFault): void {
    const { what, where } = fault.spec;
    if (what.kind === 'kill' && where.kind === 'router') {
      fault.affected += 1;
      this.#deps.killRouter(where.name, fault.id);
    }
    if (what.kind !== 'disconnect') return;
    const switches = this.#deps.interceptor.passages.filter(({ point }) => point === 'packet_in');
    for (const { name } of switches)
      if (where.kind === 'controller' || (where.kind === 'switch' && where.name === name))
        this.#disconnect(fault, name);
  }

  #disconnect(fault: RunningFault, name: string): void {
    fault.affected += 1;
    this.#deps.disconnect(name, `The fault ${fault.id} disconnects it`);
  }

  #list() {
    return this.box.all.map((fault) => fault.info(this.#nowUs));
  }

  get #nowUs(): number {
    return this.#deps.scheduler.nowUs();
  }
}

function placeOf({ where }: FaultSpec): {
  readonly name: string | undefined;
  readonly port: number | undefined;
  readonly isSwitch: boolean;
} {
  const isSwitch = isAtSwitch(where);
  switch (where.kind) {
    case 'link':
      return { name: where.switch, port: where.port, isSwitch };
    case 'interface':
      return { name: where.router, port: where.port, isSwitch };
    case 'controller':
      return { name: undefined, port: undefined, isSwitch };
    default:
      return { name: where.name, port: undefined, isSwitch };
  }
}

function refuseSenseless({ what, where, which }: FaultSpec): void {
  const refuse = (message: string): never => {
    throw new WorkbenchError('bad-request', message);
  };
  if ([which.nth, which.every, which.share].filter((each) => each !== undefined).length > 1)
    refuse('A fault hits the nth frame, every nth or a share of them: choose one');
  if (what.kind === 'disconnect' && where.kind !== 'switch' && where.kind !== 'controller')
    refuse('Only a switch or the whole controller can be disconnected');
  if (what.kind === 'kill' && where.kind !== 'router') refuse('Only a router can be killed');
}

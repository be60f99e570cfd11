import { formatMac, parseMac } from '../../codec/addresses.ts';
import type { Random } from '../../determinism/random.ts';
import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';
import type { Session } from '../../sessions/session.ts';
import type { SwitchConfig } from '../config.ts';
import type { EmulatedSwitch } from '../network-api.ts';
import type { Wire, WireEnd } from '../wire.ts';
import { Datapath } from './datapath.ts';
import { localPort, SwitchPort } from './port.ts';
import { type ControllerOutlet, OpenFlow10Agent } from './v10/agent.ts';

export interface SwitchDeps {
  readonly scheduler: Scheduler;
  readonly random: Random;
}

export interface SwitchLimits {
  /** Entries of the flow table. */
  readonly maxFlows: number;
  /** Silence after which a controller is asked, and after which it is given up. */
  readonly probeMs: number;
  /** How long a standalone switch waits for a controller before it goes by itself: as Open vSwitch, three probes. */
  readonly aloneMs: number;
}
const switchLimits: SwitchLimits = { maxFlows: 65_536, probeMs: 5_000, aloneMs: 15_000 };
const maxNameLength = 15;

/** An OpenFlow 1.0.0 switch without sockets and clocks: frames in and out by its ports, controllers by their outlets (ES). */
export class OpenFlowSwitch implements EmulatedSwitch {
  readonly name: string;
  readonly dpid: string;
  readonly #failMode: SwitchConfig['failMode'];
  readonly #scheduler: Scheduler;
  readonly #limits: SwitchLimits;
  readonly #datapath: Datapath;
  readonly #agents = new Set<OpenFlow10Agent>();
  #alone: Cancel | undefined;
  #isClosed = false;

  /** Throws for a dpid that is not 16 hex digits. */
  constructor(config: SwitchConfig, { scheduler, random }: SwitchDeps, limits: Partial<SwitchLimits> = {}) {
    if (!/^[0-9a-f]{16}$/i.test(config.dpid)) throw new Error(`${config.dpid} is not a datapath id of 16 hex digits`);
    this.name = config.name;
    this.dpid = config.dpid;
    this.#failMode = config.failMode;
    this.#scheduler = scheduler;
    this.#limits = { ...switchLimits, ...limits };
    const agents = this.#agents;
    this.#datapath = new Datapath(scheduler, this.#limits.maxFlows, {
      packetIn: (frame, inPort, maxLength) => {
        for (const agent of agents) agent.packetIn(frame, inPort, maxLength);
      },
      flowRemoved: (entry, reason) => {
        for (const agent of agents) agent.flowRemoved(entry, reason);
      },
      portChanged: (port, reason, source) => {
        for (const agent of agents) if (agent !== source) agent.portChanged(port, reason);
      },
    });
    this.#addLocalPort(random);
    this.#controllersChanged();
  }

  get isConnected(): boolean {
    for (const agent of this.#agents) if (agent.isReady) return true;
    return false;
  }

  get flowCount(): number {
    return this.#datapath.table.size;
  }

  get ports(): EmulatedSwitch['ports'] {
    return this.#datapath.ports.filter(({ number }) => number !== localPort);
  }

  /**
   * Adds a port and plugs it in; connected controllers are told. Throws for a number that is taken or not of 1–65279, and
   * for a MAC that is none.
   */
  addPort(number: number, name: string, mac: string, connect: (end: WireEnd) => Wire): void {
    if (!Number.isInteger(number) || number < 1 || number >= maxPort) throw new Error(`${number} is not a port number`);
    if (this.#datapath.port(number) !== undefined) throw new Error(`${this.name} has a port ${number} already`);
    const address = parseMac(mac);
    if (address === undefined) throw new Error(`${mac} is not a hardware address`);
    const identity = { number, name: name.slice(0, maxNameLength), mac: formatMac(address) };
    const port = new SwitchPort(identity, this.#datapath);
    port.plug(connect(port));
    this.#datapath.add(port);
  }

  /** A controller's connection opened: bytes of it go to the session, answers come through the outlet. */
  connected(outlet: ControllerOutlet): Session {
    const { name, dpid } = this;
    const agent: OpenFlow10Agent = new OpenFlow10Agent(this.#datapath, outlet, {
      dpid: BigInt(`0x${dpid}`),
      name,
      probeMs: this.#limits.probeMs,
      scheduler: this.#scheduler,
      onChange: () => {
        if (agent.isClosed) this.#agents.delete(agent);
        this.#controllersChanged();
      },
    });
    if (this.#isClosed) agent.close();
    else this.#agents.add(agent);
    return agent;
  }

  /** Ends connections and timers. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const agent of [...this.#agents]) agent.close();
    this.#alone?.();
    this.#datapath.flush();
  }

  /** Left alone for long enough, a standalone switch forgets its entries and learns addresses instead (ES66). */
  #controllersChanged(): void {
    if (this.#isClosed || this.#failMode === 'secure') return;
    let isAlone = true;
    for (const agent of this.#agents) if (agent.isOpen) isAlone = false;
    if (!isAlone) {
      this.#alone?.();
      this.#alone = undefined;
      this.#datapath.isStandalone = false;
    } else if (this.#alone === undefined) {
      this.#alone = this.#scheduler.after(this.#limits.aloneMs * 1000, () => {
        this.#datapath.flush();
        this.#datapath.isStandalone = true;
      });
    }
  }

  /** Down, with nobody behind it, as that of Open vSwitch is until somebody gives it an address. */
  #addLocalPort(random: Random): void {
    const address = new Uint8Array(6);
    for (let i = 0; i < address.length; i++) address[i] = random.nextU32();
    // Locally administered, not a group.
    address[0] = ((address[0] ?? 0) & 0xfc) | 0x02;
    const identity = { number: localPort, name: this.name.slice(0, maxNameLength), mac: formatMac(address) };
    const port = new SwitchPort(identity, this.#datapath);
    port.set('portDown', true);
    this.#datapath.add(port);
  }
}

const maxPort = 0xff00;

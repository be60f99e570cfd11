import type { BridgeRouter, RouterConfig, RouterInterfaceConfig } from '../../api.ts';
import { EncodeError } from '../../codec/errors.ts';
import type { DropCause } from '../../packet/trace-batch.ts';
import { noBuffer } from '../../protocols/openflow/v10/bodies.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import { appendVnsPacket, interfaceNameField, maxVnsFrame, vnsPacket } from '../../protocols/vns/fast.ts';
import { encodeVns } from '../../protocols/vns/message.ts';
import { hardwareEntries, type VnsSession } from '../../sessions/vns-session.ts';
import { RouterCauses } from '../../trace/causality/router-causes.ts';
import type { Passage } from '../../trace/intercept.ts';
import type { AppContext, PacketIn, RouterConnection, SwitchLink } from '../app.ts';
import { knowledgeOf } from './router-knowledge.ts';

/** The client that plays a router at the moment. */
export interface RouterPeer {
  readonly session: VnsSession;
  readonly connection: RouterConnection;
}
export interface RouterInterface {
  readonly config: RouterInterfaceConfig;
  /** Its name as PACKET carries it. */
  readonly field: Uint8Array;
  /** MAC that HWINFO announced, '' before. */
  announcedMac: string;
}

/** Somebody beside a router: shown what it is given and what it sends, at once; it must not take long. */
export interface Onlooker {
  given(seq: number, target: RouterInterface, bytes: Uint8Array, start: number, end: number): void;
  sent(port: number, bytes: Uint8Array, start: number, end: number): void;
}

const ethernetHeader = 14;

/** One router of the lab: its interfaces, the switch whose ports they stand for, and the client that plays it. */
export class RouterSlot {
  readonly config: RouterConfig;
  readonly node: number;
  readonly interfaces: readonly RouterInterface[];
  link: SwitchLink | undefined;
  peer: RouterPeer | undefined;
  /** A second build of the router, while one is connected. */
  onlooker: Onlooker | undefined;
  readonly #context: AppContext;
  readonly #inward: Passage;
  readonly #outward: Passage;
  readonly #complaints = new Map<DropCause, number>();
  readonly #causes: RouterCauses;
  #toRouter = 0;
  #fromRouter = 0;
  #last = { seq: 0, tUs: 0 };
  #lastSeq = 0;

  constructor(config: RouterConfig, context: AppContext) {
    refuseUnsayable(config);
    this.config = config;
    this.#context = context;
    this.node = context.log.node(config.name);
    this.#causes = new RouterCauses(knowledgeOf(config));
    this.interfaces = config.interfaces.map((each) => ({
      config: each,
      field: interfaceNameField(each.name),
      announcedMac: '',
    }));
    const ports = new Map(config.interfaces.map(({ port, name }) => [port, name]));
    const place = { name: config.name, node: this.node, ports: () => ports };
    this.#inward = {
      point: 'to_router',
      ...place,
      pass: ({ port, parent, isWhole, bytes, start, end }) => this.#give(port, parent, isWhole, bytes, start, end),
    };
    this.#outward = {
      point: 'from_router',
      ...place,
      pass: ({ port, parent, bytes, start, end }) => this.#sendOn(port, parent, bytes, start, end),
    };
    context.interceptor.register(this.#inward, this.#outward);
  }

  get name(): string {
    return this.config.name;
  }

  /** `isGreeting`: somebody connected who can only become this router. */
  state(greeting: string | undefined): BridgeRouter {
    const state =
      this.peer === undefined ? (greeting === undefined ? 'absent' : 'connected') : this.#stateOf(this.peer);
    return {
      name: this.name,
      vhost: this.config.vhost,
      state,
      peer: this.peer?.connection.peer ?? greeting ?? '',
      interfaces: this.interfaces.map(({ config, announcedMac }) => ({
        ...config,
        mac: this.link?.ports.get(config.port)?.mac ?? announcedMac,
      })),
      toRouter: this.#toRouter,
      fromRouter: this.#fromRouter,
      lastToRouter: this.#lastToRouter(),
    };
  }

  attach(peer: RouterPeer): void {
    this.peer = peer;
    this.#toRouter = 0;
    this.#fromRouter = 0;
    this.#lastSeq = 0;
    this.#last = { seq: 0, tUs: 0 };
    this.#complaints.clear();
    this.#causes.clear();
    for (const each of this.interfaces) each.announcedMac = '';
  }

  /** What HWINFO still waits for; undefined when all is known. */
  get waitsFor(): string | undefined {
    const { link } = this;
    if (link === undefined)
      return `a switch${this.config.dpid === undefined ? '' : ` with datapath id ${this.config.dpid}`}`;
    if (!link.isConnected) return `switch ${link.name} to connect`;
    const missing = this.interfaces.find(({ config }) => !link.ports.has(config.port));
    return missing && `port ${missing.config.port} of switch ${link.name}, which ${missing.config.name} stands for`;
  }

  /** Sends HWINFO with the MACs of the switch's ports; call when `waitsFor` is undefined. */
  announce(): void {
    for (const each of this.interfaces) each.announcedMac = this.link?.ports.get(each.config.port)?.mac ?? '';
    this.peer?.session.announce(
      this.interfaces.map(({ config: { name, address, mask }, announcedMac: mac }) => ({ name, mac, address, mask })),
    );
  }

  /** A frame from the switch, for an interface of this router. */
  toRouter(target: RouterInterface, packet: PacketIn): void {
    const { interceptor } = this.#context;
    const { port } = target.config;
    const { seq, port: inPort, bufferId, isWhole, bytes, start, end } = packet;
    if (interceptor.isArmed && interceptor.takes(this.#inward, seq, port, inPort, bufferId, isWhole, bytes, start, end))
      return;
    this.#give(port, seq, isWhole, bytes, start, end);
  }

  /** A PACKET of this router at `bytes[start, end)`: sent out of the port that its interface stands for. */
  fromRouter(bytes: Uint8Array, start: number, end: number, isReady: boolean): void {
    const { log, interceptor } = this.#context;
    const first = start + vnsPacket.frameOffset;
    const source = this.#interfaceOf(bytes, start);
    const port = source?.config.port ?? 0;
    const seq = log.append('from_router', this.node, port, bytes, first, end);
    const causes = this.#causes;
    if (causes.explain(log.timeOf(seq), port, bytes, first, end))
      log.infer(seq, causes.rule, causes.confidence, causes.parents, causes.parentCount);
    this.#fromRouter += 1;
    this.onlooker?.sent(port, bytes, first, end);
    if (!isReady) this.#complain(seq, port, 'router not ready', 'a frame before it was given its interfaces');
    else if (source === undefined)
      this.#complain(seq, port, 'unknown interface', 'a frame for an interface it does not have');
    else if (end - first < ethernetHeader) this.#complain(seq, port, 'malformed', `a frame of ${end - first} bytes`);
    else if (end - first > maxVnsFrame) this.#complain(seq, port, 'too large', `a frame of ${end - first} bytes`);
    else if (
      !interceptor.isArmed ||
      !interceptor.takes(this.#outward, seq, port, portNumbers.None, noBuffer, true, bytes, first, end)
    )
      this.#sendOn(port, seq, bytes, first, end);
  }

  #give(port: number, parent: number, isWhole: boolean, bytes: Uint8Array, start: number, end: number): void {
    const { log, handedOn } = this.#context;
    const { peer } = this;
    const target = this.#interfaceAt(port);
    const cause = this.#obstacle(peer, isWhole, end - start);
    if (peer === undefined || target === undefined || cause !== undefined) {
      log.drop(parent, this.node, port, cause ?? 'unknown interface');
      return;
    }
    const seq = log.follow(parent, 'to_router', this.node, port);
    this.#causes.heard(seq, log.timeOf(seq), port, bytes, start, end);
    appendVnsPacket(peer.connection.writer, target.field, bytes, start, end);
    peer.connection.flush();
    this.#toRouter += 1;
    this.#lastSeq = seq;
    handedOn(seq);
    this.onlooker?.given(seq, target, bytes, start, end);
  }

  #sendOn(port: number, parent: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.link === undefined) this.#context.log.drop(parent, this.node, port, 'switch gone');
    else this.link.packetOut(parent, portNumbers.None, port, bytes, start, end);
  }

  #interfaceAt(port: number): RouterInterface | undefined {
    for (const each of this.interfaces) if (each.config.port === port) return each;
    return undefined;
  }

  #obstacle(peer: RouterPeer | undefined, isWhole: boolean, length: number): DropCause | undefined {
    if (peer === undefined) return 'no router';
    if (!peer.session.isReady) return 'router not ready';
    if (!isWhole) return 'truncated by the switch';
    if (length < ethernetHeader) return 'malformed';
    if (length > maxVnsFrame) return 'too large';
    return peer.connection.hasRoom(vnsPacket.frameOffset + length) ? undefined : 'router queue full';
  }

  /** Drops a frame and says so the 1st, 2nd, 4th, 8th … time: a flood is counted, not told. */
  #complain(seq: number, port: number, cause: DropCause, what: string): void {
    this.#context.log.drop(seq, this.node, port, cause);
    const count = (this.#complaints.get(cause) ?? 0) + 1;
    this.#complaints.set(cause, count);
    if ((count & (count - 1)) !== 0) return;
    const times = count === 1 ? '' : ` (${count} times so far)`;
    const reason = `It sent ${what}${times}; dropped: ${cause}`;
    this.#context.bus.emit('peer:malformed', { node: this.name, peer: this.peer?.connection.peer ?? '', reason });
  }

  #interfaceOf(bytes: Uint8Array, start: number): RouterInterface | undefined {
    for (const each of this.interfaces) if (vnsPacket.isFor(bytes, start, each.field)) return each;
    return undefined;
  }

  #stateOf(peer: RouterPeer): 'ready' | 'parked' {
    return peer.session.isReady ? 'ready' : 'parked';
  }

  #lastToRouter(): BridgeRouter['lastToRouter'] {
    // Looked up when somebody asks, and kept from then on: the record may be forgotten later.
    if (this.#last.seq !== this.#lastSeq) {
      this.#last = { seq: this.#lastSeq, tUs: this.#context.log.timeOf(this.#lastSeq) };
    }
    return this.#last;
  }
}

/** What no client could be told is refused when the bridge starts, not when a router connects. */
function refuseUnsayable({ name, interfaces, vhost, rtable }: RouterConfig): void {
  try {
    const entries = interfaces.flatMap((each) => hardwareEntries({ ...each, mac: '00:00:00:00:00:00' }));
    encodeVns({ kind: 'hardwareInfo', entries });
    encodeVns({ kind: 'routingTable', virtualHost: vhost, table: rtable });
  } catch (cause) {
    if (!(cause instanceof EncodeError)) throw cause;
    throw new Error(`Router ${name} cannot be told its configuration: ${cause.message}`, { cause });
  }
}

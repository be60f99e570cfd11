import type { AppConfig, BridgeRouter, RouterConfig } from '../../api.ts';
import type { BridgeEvents } from '../../bus/events.ts';
import { type VnsOutput, VnsSession, type VnsSessionOptions } from '../../sessions/vns-session.ts';
import type { App, AppContext, PacketIn, RouterConnection, RouterSide, SwitchLink } from '../app.ts';
import { type RouterInterface, type RouterPeer, RouterSlot } from './router-slot.ts';
import { SecondBuilds } from './second-builds.ts';

type VnsRouterConfig = Extract<AppConfig, { kind: 'vns-router' }>;
interface Target {
  readonly slot: RouterSlot;
  readonly interface: RouterInterface;
}

const saltLength = 20;
/** Clients read this much of their auth_key file. */
const keyLength = 64;

/**
 * Hands every frame of a switch's port to the router whose interface the port stands for, and every frame of the router
 * back to that port (BR30–). Throws for a configuration in which two interfaces stand for one port.
 */
export class VnsRouter implements App, RouterSide {
  readonly seconds: SecondBuilds;
  readonly #context: AppContext;
  readonly #slots: readonly RouterSlot[];
  readonly #key: Uint8Array | undefined;
  readonly #targets = new Map<SwitchLink, ReadonlyMap<number, Target>>();
  /** Connected, but no router yet. */
  readonly #greeting = new Set<RouterPeer>();

  constructor(config: VnsRouterConfig, context: AppContext) {
    this.#context = context;
    this.#slots = config.routers.map((router) => new RouterSlot(router, context));
    this.#key = config.authKey?.subarray(0, keyLength);
    refuseSharedPorts(config.routers);
    this.seconds = new SecondBuilds({
      context,
      slotFor: (virtualHost) => this.#slotFor(virtualHost),
      sessionOptions: () => this.#sessionOptions(),
    });
    this.#bindAll();
    context.bus.on('switch:connected', ({ dpid }) => this.#switchConnected(dpid));
    context.bus.on('port:changed', (event) => this.#portChanged(event));
  }

  get routers(): RouterSide {
    return this;
  }

  packetIn(packet: PacketIn): void {
    const { link, port, seq } = packet;
    const targets = this.#targets.get(link);
    const target = targets?.get(port);
    if (target === undefined) {
      this.#context.log.drop(seq, link.node, port, targets === undefined ? 'no router' : 'unknown port');
    } else target.slot.toRouter(target.interface, packet);
  }

  connected(connection: RouterConnection): ReturnType<RouterSide['connected']> {
    const { bus } = this.#context;
    let slot: RouterSlot | undefined;
    let early = 0;
    const session: VnsSession = new VnsSession(
      connection,
      {
        output: (output) => {
          if (output.kind === 'open') slot = this.#opened(output, peer);
          else this.#heard(output, peer);
        },
        packet: (bytes, start, end, isReady) => {
          if (slot !== undefined) slot.fromRouter(bytes, start, end, isReady);
          else if (early++ === 0) {
            bus.emit('peer:malformed', {
              node: '',
              peer: connection.peer,
              reason: 'It sent a PACKET before OPEN; dropped',
            });
          }
        },
      },
      this.#sessionOptions(),
    );
    const peer: RouterPeer = { session, connection };
    this.#greeting.add(peer);
    return {
      session,
      onQueue: (isFull) =>
        bus.emit(isFull ? 'queue:full' : 'queue:drained', { node: slot?.name ?? '', peer: connection.peer }),
    };
  }

  state(): BridgeRouter[] {
    const [greeting] = this.#slots.length === 1 ? this.#greeting : [];
    return this.#slots.map((slot) => {
      const second = this.seconds.of(slot.name)?.state;
      return { ...slot.state(greeting?.connection.peer), ...(second !== undefined && { second }) };
    });
  }

  close(name: string, reason: string): void {
    this.#slots.find((slot) => slot.name === name)?.peer?.session.close(reason);
  }

  closeAll(reason: string): void {
    for (const { session } of [...this.#greeting]) session.close(reason);
    for (const slot of this.#slots) slot.peer?.session.close(reason);
    this.seconds.closeAll(reason);
  }

  #sessionOptions(): VnsSessionOptions {
    const { randomBytes, sha1 } = this.#context;
    return { salt: randomBytes(saltLength), authentication: this.#key && { key: this.#key, sha1 } };
  }

  #opened(open: Extract<VnsOutput, { kind: 'open' }>, peer: RouterPeer): RouterSlot | undefined {
    const slot = this.#slotFor(open.virtualHost);
    if (slot === undefined) {
      const names = this.#slots.map(({ config }) => config.vhost).join(', ');
      peer.session.refuse(`There is no virtual host "${open.virtualHost}" in this lab, only ${names}`);
      return undefined;
    }
    if (slot.peer !== undefined) {
      const { name } = slot;
      peer.session.refuse(
        `Router ${name} is connected already, from ${slot.peer.connection.peer}; stop that one first`,
      );
      return undefined;
    }
    this.#greeting.delete(peer);
    slot.attach(peer);
    peer.session.accept(slot.config.rtable);
    const { virtualHost } = open;
    this.#context.bus.emit('router:connected', { node: slot.name, peer: peer.connection.peer, virtualHost });
    this.#announce(slot);
    return slot;
  }

  /** A lab with one router takes any name: the classic client's default is not the lab's. */
  #slotFor(virtualHost: string): RouterSlot | undefined {
    if (this.#slots.length === 1) return this.#slots[0];
    return this.#slots.find(({ config }) => config.vhost === virtualHost);
  }

  #heard(output: Exclude<VnsOutput, { kind: 'open' }>, peer: RouterPeer): void {
    const { bus } = this.#context;
    const slot = this.#slots.find((each) => each.peer === peer);
    const node = slot?.name ?? '';
    const from = { node, peer: peer.connection.peer };
    if (output.kind === 'ignored') {
      bus.emit('peer:malformed', { ...from, reason: `Ignored: ${output.what}` });
      return;
    }

    this.#greeting.delete(peer);
    peer.connection.end();
    const { cause, reason } = output;
    if (cause === 'malformed') bus.emit('peer:malformed', { ...from, reason });
    if (slot !== undefined) {
      slot.peer = undefined;
      bus.emit('router:disconnected', { ...from, reason });
    } else if (cause === 'refused') bus.emit('router:refused', { ...from, reason });
    else if (cause === 'timeout') bus.emit('peer:refused', { ...from, reason });
  }

  #switchConnected(dpid: string): void {
    const link = this.#context.switchOf(dpid);
    const free = link && this.#slots.find(({ config, link: has }) => config.dpid === undefined && !has?.isConnected);
    if (free !== undefined) free.link = link;
    this.#bindAll();
    for (const slot of this.#slots) {
      if (slot.link === undefined || slot.link !== link) continue;
      this.#announce(slot);
      for (const each of slot.interfaces) this.#findStale(slot, each);
    }
  }

  #portChanged({ dpid, port }: BridgeEvents['port:changed']): void {
    const link = this.#context.switchOf(dpid);
    const target = link && this.#targets.get(link)?.get(port);
    if (target === undefined) return;
    this.#announce(target.slot);
    this.#findStale(target.slot, target.interface);
  }

  /** HWINFO now if everything is known, else it is said what it waits for. */
  #announce(slot: RouterSlot): void {
    this.seconds.announce(slot);
    if (slot.peer === undefined || slot.peer.session.isReady) return;
    const { bus } = this.#context;
    const { waitsFor, name: node } = slot;
    if (waitsFor !== undefined) {
      bus.emit('router:parked', { node, waitsFor });
      return;
    }
    slot.announce();
    const interfaces = slot.interfaces.map(({ config }) => `${config.name} ${config.address}`);
    bus.emit('router:ready', { node, interfaces });
  }

  #findStale(slot: RouterSlot, { config, announcedMac }: RouterInterface): void {
    if (slot.peer === undefined || announcedMac === '' || slot.link === undefined) return;
    const now = slot.link.ports.get(config.port);
    if (now?.mac === announcedMac) return;
    const port = `port ${config.port} of ${slot.link.name}`;
    const why = now === undefined ? `${port} is gone` : `${port} has the MAC ${now.mac} now, it was ${announcedMac}`;
    this.#context.bus.emit('router:stale', { node: slot.name, interfaceName: config.name, why });
  }

  /** Looks up each slot's switch, and which port means which interface. */
  #bindAll(): void {
    const targets = new Map<SwitchLink, Map<number, Target>>();
    for (const slot of this.#slots) {
      const { dpid } = slot.config;
      if (dpid !== undefined) slot.link = this.#context.switchOf(dpid);
      if (slot.link === undefined) continue;
      const ports = targets.get(slot.link) ?? new Map<number, Target>();
      targets.set(slot.link, ports);
      for (const each of slot.interfaces) ports.set(each.config.port, { slot, interface: each });
    }
    this.#targets.clear();
    for (const [link, ports] of targets) this.#targets.set(link, ports);
  }
}

function refuseSharedPorts(routers: readonly RouterConfig[]): void {
  const owners = new Map<string, string>();
  for (const { name, dpid, interfaces } of routers) {
    for (const each of interfaces) {
      // Routers without a datapath id each take a switch of their own.
      const place = `${dpid ?? `the switch of ${name}`}, port ${each.port}`;
      const owner = owners.get(place);
      if (owner !== undefined) throw new Error(`${place} stands for ${owner} and for ${name} ${each.name}`);
      owners.set(place, `${name} ${each.name}`);
    }
  }
}

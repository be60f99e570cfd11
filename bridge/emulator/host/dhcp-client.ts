import type { Cancel } from '../../determinism/scheduler.ts';
import {
  type DhcpMessage,
  dhcpCode,
  dhcpPorts,
  dhcpType,
  readDhcp,
  typeOf,
  u32Bytes,
  u32Option,
  writeDhcp,
} from '../services/dhcp-message.ts';
import { limitedBroadcast } from './addresses.ts';
import type { Host, HostInterface, UdpSocket } from './api.ts';
import { HostError } from './host-error.ts';

/** RFC 2131 §4.1: 4, 8, 16, 32, 64 s, each a second more or less. */
const firstWaitUs = 4_000_000;
const longestWaitUs = 64_000_000;
const jitterUs = 1_000_000;
/** How often an offer is asked for before the search begins anew. */
const maxRequests = 4;
/** RFC 2131 §4.4.5: half of what is left, but no less. */
const leastRenewWaitUs = 60_000_000;
const forever = 0xffff_ffff;

interface DhcpLease {
  readonly address: number;
  readonly prefix: number;
  readonly router: number | undefined;
  readonly server: number;
  /** On the scheduler's clock; undefined: never. */
  readonly renewUs: number | undefined;
  readonly rebindUs: number | undefined;
  readonly expiresUs: number | undefined;
}

/** What a `dhclient` prints a line about; `waitUs`: when it tries again. */
export type DhcpEvent =
  | { readonly kind: 'discover'; readonly waitUs: number }
  | { readonly kind: 'offer' | 'ack'; readonly address: number; readonly from: number }
  | { readonly kind: 'request'; readonly address: number; readonly to: number }
  | { readonly kind: 'nak'; readonly from: number }
  | { readonly kind: 'bound'; readonly lease: DhcpLease }
  | { readonly kind: 'expired' | 'released'; readonly address: number };

export interface DhcpClient {
  readonly lease: DhcpLease | undefined;
  /** The lease, as soon as there is one; undefined when the client was closed before. */
  bound(): Promise<DhcpLease | undefined>;
  /** Gives the address back and ends. */
  release(): void;
  /** Ends; the interface keeps its address. Idempotent. */
  close(): void;
}

/**
 * Looks for an address for an interface and keeps it (RFC 2131 §4.4; EH50–EH54). Throws HostError ENODEV, and EADDRINUSE
 * when the interface has a client already.
 */
export function startDhcpClient(
  host: Host,
  interfaceName: string,
  onEvent: (event: DhcpEvent) => void = () => {},
): DhcpClient {
  const at = host.interfaces.find(({ name }) => name === interfaceName);
  if (at === undefined) throw new HostError('ENODEV');
  const client = new Client(host, at, onEvent);
  client.start();
  return client;
}

class Client implements DhcpClient {
  readonly #host: Host;
  readonly #at: HostInterface;
  readonly #tell: (event: DhcpEvent) => void;
  readonly #socket: UdpSocket;
  readonly #waiting: ((lease: DhcpLease | undefined) => void)[] = [];
  #state: 'selecting' | 'requesting' | 'bound' | 'closed' = 'selecting';
  #transaction = 0;
  #startedUs = 0;
  #tries = 0;
  #requestedUs = 0;
  #offer: { readonly address: number; readonly server: number } | undefined;
  #lease: DhcpLease | undefined;
  #timer: Cancel = () => {};

  constructor(host: Host, at: HostInterface, tell: (event: DhcpEvent) => void) {
    this.#host = host;
    this.#at = at;
    this.#tell = tell;
    this.#socket = host.udp.bind({ port: dhcpPorts.client, interface: at.name });
  }

  start(): void {
    void this.#read();
    this.#search();
  }

  get lease(): DhcpLease | undefined {
    return this.#lease;
  }

  bound(): Promise<DhcpLease | undefined> {
    if (this.#lease !== undefined || this.#state === 'closed') return Promise.resolve(this.#lease);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    const lease = this.#lease;
    if (lease !== undefined && this.#state !== 'closed') {
      this.#transaction = this.#host.random.nextU32();
      const server = u32Bytes(lease.server);
      this.#send(dhcpType.release, lease.server, lease.address, new Map([[dhcpCode.serverId, server]]));
      this.#drop(lease);
      this.#tell({ kind: 'released', address: lease.address });
    }
    this.close();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#timer();
    this.#socket.close();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  async #read(): Promise<void> {
    for (let got = await this.#socket.receive(); got !== undefined; got = await this.#socket.receive()) {
      const message = readDhcp(got.data);
      if (message === undefined || !message.isReply) continue;
      if (message.transaction === this.#transaction && message.mac === this.#at.mac) this.#take(message);
    }
  }

  #take(message: DhcpMessage): void {
    const server = u32Option(message, dhcpCode.serverId);
    if (server === undefined) return;
    switch (typeOf(message)) {
      case dhcpType.offer:
        if (this.#state !== 'selecting') return;
        this.#tell({ kind: 'offer', address: message.yours, from: server });
        this.#offer = { address: message.yours, server };
        this.#state = 'requesting';
        this.#tries = 0;
        this.#request(this.#offer);
        return;
      case dhcpType.ack:
        if (this.#state === 'requesting' || this.#state === 'bound') this.#granted(message, server);
        return;
      case dhcpType.nak:
        if (this.#state !== 'requesting' && this.#state !== 'bound') return;
        this.#tell({ kind: 'nak', from: server });
        if (this.#lease !== undefined) this.#drop(this.#lease);
        this.#search();
        return;
      default:
    }
  }

  /** Begins anew: who has an address? */
  #search(): void {
    this.#state = 'selecting';
    this.#transaction = this.#host.random.nextU32();
    this.#startedUs = this.#host.scheduler.nowUs();
    this.#offer = undefined;
    this.#tries = 0;
    this.#discover();
  }

  #discover(): void {
    const waitUs = this.#nextWait();
    this.#tell({ kind: 'discover', waitUs });
    this.#send(dhcpType.discover, limitedBroadcast, 0, new Map());
    this.#plan(waitUs, () => this.#discover());
  }

  #request(offer: { readonly address: number; readonly server: number }): void {
    if (this.#tries >= maxRequests) {
      this.#search();
      return;
    }
    const waitUs = this.#nextWait();
    this.#requestedUs = this.#host.scheduler.nowUs();
    this.#tell({ kind: 'request', address: offer.address, to: limitedBroadcast });
    const options = new Map([
      [dhcpCode.requestedAddress, u32Bytes(offer.address)],
      [dhcpCode.serverId, u32Bytes(offer.server)],
    ]);
    this.#send(dhcpType.request, limitedBroadcast, 0, options);
    this.#plan(waitUs, () => this.#request(offer));
  }

  #granted(message: DhcpMessage, server: number): void {
    const mask = u32Option(message, dhcpCode.subnetMask) ?? 0xffff_ff00;
    const seconds = u32Option(message, dhcpCode.leaseTime) ?? forever;
    const renew = u32Option(message, dhcpCode.renewalTime) ?? seconds / 2;
    const rebind = u32Option(message, dhcpCode.rebindingTime) ?? (seconds * 7) / 8;
    // The lease counts from when it was asked for: the server's clock began no later (RFC 2131 §4.4.1).
    const from = this.#requestedUs;
    const ends = (after: number) => (seconds === forever ? undefined : from + after * 1_000_000);
    const lease: DhcpLease = {
      address: message.yours,
      prefix: Math.clz32(~mask),
      router: routerOf(message),
      server,
      renewUs: ends(renew),
      rebindUs: ends(rebind),
      expiresUs: ends(seconds),
    };
    const old = this.#lease;
    const isSame = old?.address === lease.address && old.prefix === lease.prefix && old.router === lease.router;
    if (old !== undefined && !isSame) this.#drop(old);
    this.#lease = lease;
    if (!isSame) this.#configure(lease);
    this.#state = 'bound';
    this.#tell({ kind: 'ack', address: lease.address, from: server });
    this.#tell({ kind: 'bound', lease });
    for (const resolve of this.#waiting.splice(0)) resolve(lease);
    this.#planRenewal(lease);
  }

  #planRenewal(lease: DhcpLease): void {
    this.#timer();
    if (lease.renewUs === undefined) return;
    this.#plan(lease.renewUs - this.#host.scheduler.nowUs(), () => {
      this.#transaction = this.#host.random.nextU32();
      this.#startedUs = this.#host.scheduler.nowUs();
      this.#renew(lease);
    });
  }

  /** Asks the server for more time, later anybody; what is not answered is asked again after half of what is left. */
  #renew(lease: DhcpLease): void {
    const nowUs = this.#host.scheduler.nowUs();
    const { address, server, rebindUs = 0, expiresUs = 0 } = lease;
    if (nowUs >= expiresUs) {
      this.#drop(lease);
      this.#tell({ kind: 'expired', address });
      this.#search();
      return;
    }
    const isRebinding = nowUs >= rebindUs;
    const to = isRebinding ? limitedBroadcast : server;
    this.#requestedUs = nowUs;
    this.#tell({ kind: 'request', address, to });
    this.#send(dhcpType.request, to, address, new Map());
    const leftUs = (isRebinding ? expiresUs : rebindUs) - nowUs;
    this.#plan(Math.min(leftUs, Math.max(leastRenewWaitUs, leftUs / 2)), () => this.#renew(lease));
  }

  #configure({ address, prefix, router }: DhcpLease): void {
    const { routes } = this.#host;
    const name = this.#at.name;
    unlessRefused(() => this.#at.addAddress(address, prefix));
    if (router === undefined) return;
    unlessRefused(() => routes.add({ destination: 0, prefix: 0, gateway: router, interface: name, metric: 0 }));
  }

  #drop({ address, prefix, router }: DhcpLease): void {
    this.#lease = undefined;
    const route = { destination: 0, prefix: 0, interface: this.#at.name };
    if (router !== undefined) unlessRefused(() => this.#host.routes.remove({ ...route, gateway: router }));
    unlessRefused(() => this.#at.removeAddress(address, prefix));
  }

  #send(type: number, to: number, client: number, own: ReadonlyMap<number, Uint8Array>): void {
    const seconds = Math.floor((this.#host.scheduler.nowUs() - this.#startedUs) / 1_000_000);
    const message = writeDhcp({
      isReply: false,
      transaction: this.#transaction,
      seconds: Math.min(seconds, 0xffff),
      // Without an address it does not take what is sent to one.
      isBroadcast: client === 0,
      client,
      yours: 0,
      server: 0,
      relay: 0,
      mac: this.#at.mac,
      options: new Map([[dhcpCode.messageType, Uint8Array.of(type)], ...own]),
    });
    // What cannot be sent now (no carrier, interface down) is tried again as if it had been lost.
    unlessRefused(() => this.#socket.send({ address: to, port: dhcpPorts.server }, message));
  }

  #nextWait(): number {
    const waitUs = Math.min(longestWaitUs, firstWaitUs * 2 ** this.#tries++);
    return waitUs + Math.floor((this.#host.random.next() * 2 - 1) * jitterUs);
  }

  #plan(us: number, run: () => void): void {
    this.#timer();
    this.#timer = this.#host.scheduler.after(us, run);
  }
}

/** The first of the routers that the server names. */
function routerOf(message: DhcpMessage): number | undefined {
  const value = message.options.get(dhcpCode.router);
  if (value === undefined || value.length < 4) return undefined;
  return new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
}

/** For what may be there, or be gone, already. */
function unlessRefused(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
}

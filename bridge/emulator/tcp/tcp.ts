import type { Random } from '../../determinism/random.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import type { Endpoint, IcmpError, SocketInfo, Tcp, TcpListener, TcpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { IpOutput } from '../host/ip-output.ts';
import { Connection } from './connection.ts';
import { ConnectionTable } from './connection-table.ts';
import { initialSequences } from './initial-sequence.ts';
import { Listener } from './listener.ts';
import { type OpeningOptions, open } from './opening.ts';
import { pathMtu } from './path-mtu.ts';
import { resetFor } from './reset.ts';
import { decodeSegment, flag, type Segment, tcpProtocol } from './segment.ts';
import { meaningOf, quotedBy } from './unreachable.ts';

/** Linux's ip_local_port_range. */
const firstPort = 32_768;
const lastPort = 60_999;
const defaultBacklog = 128;

interface TcpCounters {
  readonly received: number;
  /** Dropped: a header that makes no sense, or a wrong checksum. */
  readonly malformed: number;
  readonly badChecksum: number;
  /** SYNs that found a listener's queues full. */
  readonly refusedByBacklog: number;
  readonly resetsSent: number;
}

/** TCP of a host; what IP brings comes in by `receive` and `error`. */
export interface TcpModule extends Tcp {
  /** An IP packet's payload for an address of this host. */
  receive(packet: { readonly source: number; readonly destination: number; readonly payload: Uint8Array }): void;
  error(error: IcmpError): void;
  sockets(): readonly SocketInfo[];
  readonly counters: TcpCounters;
  /** Every connection ends without a word and every timer is gone: the host goes down. Idempotent. */
  close(): void;
}

export interface TcpDeps {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly ip: IpOutput;
}

export const createTcp = (deps: TcpDeps): TcpModule => new TcpStack(deps);

class TcpStack implements TcpModule {
  readonly #deps: TcpDeps;
  readonly #connections = new ConnectionTable();
  readonly #listeners = new Map<number, Listener[]>();
  readonly #initialSequence: ReturnType<typeof initialSequences>;
  readonly counters = { received: 0, malformed: 0, badChecksum: 0, refusedByBacklog: 0, resetsSent: 0 };

  constructor(deps: TcpDeps) {
    this.#deps = deps;
    this.#initialSequence = initialSequences(deps.random);
  }

  async connect(remote: Endpoint, options: OpeningOptions & { readonly localPort?: number } = {}): Promise<TcpSocket> {
    options.signal?.throwIfAborted();
    const address = this.#deps.ip.sourceFor(remote.address);
    const local = { address, port: this.#portFor(address, remote, options.localPort) };
    return open(this.#connection(local, remote, options.noDelay ?? false), options);
  }

  listen({ address = 0, port, backlog = defaultBacklog }: Parameters<Tcp['listen']>[0]): TcpListener {
    if (address !== 0 && !this.#deps.ip.isLocal(address)) throw new HostError('EADDRNOTAVAIL');
    const local = { address, port: port === 0 ? this.#freePort((free) => !this.#isTaken(address, free)) : port };
    if (this.#isTaken(address, local.port)) throw new HostError('EADDRINUSE');
    const listener = new Listener(local, backlog, (closed) => {
      const left = (this.#listeners.get(local.port) ?? []).filter((other) => other !== closed);
      if (left.length === 0) this.#listeners.delete(local.port);
      else this.#listeners.set(local.port, left);
    });
    this.#listeners.set(local.port, [...(this.#listeners.get(local.port) ?? []), listener]);
    return listener;
  }

  receive({ source, destination, payload }: Parameters<TcpModule['receive']>[0]): void {
    // A connection has two single hosts: what was for all of them is none of its segments.
    if (!this.#deps.ip.isLocal(destination)) return;
    this.counters.received += 1;
    const segment = decodeSegment(payload, source, destination);
    if (segment === 'malformed') this.counters.malformed += 1;
    else if (segment === 'checksum') this.counters.badChecksum += 1;
    else this.#dispatch(source, destination, segment);
  }

  error(error: IcmpError): void {
    const quoted = quotedBy(error.quoted);
    const meaning = meaningOf(error);
    if (quoted === undefined || meaning === undefined) return;
    const { source, sourcePort, destination, destinationPort, sequence } = quoted;
    const connection = this.#connections.find(source, sourcePort, destination, destinationPort);
    if (connection === undefined) return;
    if ('errno' in meaning) connection.unreachable(sequence, meaning.errno);
    else connection.pathNarrowed(sequence, Math.min(meaning.mtu ?? Infinity, pathMtu(this.#deps.ip, destination)));
  }

  sockets(): readonly SocketInfo[] {
    const listeners = [...this.#listeners.values()].flat().map(
      ({ local, waiting }): SocketInfo => ({
        protocol: 'tcp',
        local,
        remote: undefined,
        state: 'LISTEN',
        receiveQueue: waiting,
        sendQueue: 0,
      }),
    );
    const connections = this.#connections.list().map(
      ({ local, remote, state, receiveQueue, sendQueue }): SocketInfo => ({
        protocol: 'tcp',
        local,
        remote,
        state,
        receiveQueue,
        sendQueue,
      }),
    );
    return [...listeners, ...connections];
  }

  close(): void {
    for (const connection of this.#connections.list()) connection.vanish();
    for (const listener of [...this.#listeners.values()].flat()) listener.close();
  }

  #dispatch(source: number, destination: number, segment: Segment): void {
    const connection = this.#connections.find(destination, segment.destinationPort, source, segment.sourcePort);
    if (connection !== undefined) {
      if (!connection.givesWayTo(segment)) {
        connection.receive(segment);
        return;
      }
      connection.vanish();
    }
    const listener = this.#listenerFor(destination, segment.destinationPort);
    const isSyn = (segment.flags & (flag.syn | flag.ack | flag.rst)) === flag.syn;
    if (listener === undefined || !isSyn) this.#reset(source, destination, segment);
    else if (!listener.hasRoom) this.counters.refusedByBacklog += 1;
    else {
      const local = { address: destination, port: segment.destinationPort };
      const accepted = this.#connection(local, { address: source, port: segment.sourcePort }, false);
      listener.add(accepted);
      accepted.accept(segment);
    }
  }

  #connection(local: Endpoint, remote: Endpoint, noDelay: boolean): Connection {
    const { scheduler, ip } = this.#deps;
    const initialSequence = this.#initialSequence(scheduler.nowUs(), local, remote);
    const forget = (connection: Connection) => this.#connections.remove(connection);
    const connection = new Connection({ scheduler, ip, local, remote, initialSequence, noDelay, forget });
    this.#connections.add(connection);
    return connection;
  }

  #reset(source: number, destination: number, segment: Segment): void {
    const payload = resetFor(source, destination, segment);
    if (payload === undefined) return;
    this.counters.resetsSent += 1;
    try {
      this.#deps.ip.send({ source: destination, destination: source, protocol: tcpProtocol, payload });
    } catch (error) {
      // There is no way back to who asked; nobody waits for the answer here.
      if (!(error instanceof HostError)) throw error;
    }
  }

  #listenerFor(address: number, port: number): Listener | undefined {
    const listeners = this.#listeners.get(port);
    return (
      listeners?.find(({ local }) => local.address === address) ?? listeners?.find(({ local }) => local.address === 0)
    );
  }

  #isTaken(address: number, port: number): boolean {
    const listeners = this.#listeners.get(port) ?? [];
    return listeners.some(({ local }) => address === 0 || local.address === 0 || local.address === address);
  }

  /** Throws HostError EADDRINUSE when the wanted port, or every port, is taken for this remote. */
  #portFor(address: number, remote: Endpoint, wanted: number | undefined): number {
    const isFree = (port: number): boolean => {
      const connection = this.#connections.find(address, port, remote.address, remote.port);
      return connection === undefined && !this.#listeners.has(port);
    };
    if (wanted === undefined || wanted === 0) return this.#freePort(isFree);
    if (!isFree(wanted)) throw new HostError('EADDRINUSE');
    return wanted;
  }

  #freePort(isFree: (port: number) => boolean): number {
    const count = lastPort - firstPort + 1;
    const first = Math.floor(this.#deps.random.next() * count);
    for (let i = 0; i < count; i++) {
      const port = firstPort + ((first + i) % count);
      if (isFree(port)) return port;
    }
    throw new HostError('EADDRINUSE');
  }
}

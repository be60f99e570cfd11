import type { Datagram, Endpoint, Host, TcpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { serveTcp } from './accept-loop.ts';
import { both } from './echo.ts';
import { readHead, reportDatagram } from './iperf-datagram.ts';
import type { IperfInterval } from './iperf-report.ts';

/** Hears of the tests that a server takes part in; `id` counts them from 1. */
export interface IperfListener {
  connected(id: number, local: Endpoint, remote: Endpoint): void;
  interval(id: number, interval: IperfInterval): void;
  done(id: number, total: IperfInterval): void;
}
export interface IperfServerOptions {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Between two `interval`s; none unless given. */
  readonly intervalUs?: number;
  readonly listener: IperfListener;
}

const maxTests = 64;
/** A UDP test whose last datagram got lost is over then. */
const silenceUs = 10_000_000;

/** Measures what one client sends. */
class Meter {
  readonly id: number;
  readonly #host: Host;
  readonly #options: IperfServerOptions;
  readonly #beganUs: number;
  #bytes = 0;
  #fromUs: number;
  #intervalBytes = 0;
  #cancel: (() => void) | undefined;
  /** UDP: what was counted, and what the interval began with. */
  #received = 0;
  #highest = -1;
  #jitterUs = 0;
  #transitUs: number | undefined;
  #before = { lost: 0, total: 0 };
  #lastUs: number;

  constructor(host: Host, options: IperfServerOptions, id: number) {
    this.#host = host;
    this.#options = options;
    this.id = id;
    this.#beganUs = host.scheduler.nowUs();
    this.#fromUs = this.#beganUs;
    this.#lastUs = this.#beganUs;
    this.#plan();
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#intervalBytes += bytes;
    this.#lastUs = this.#host.scheduler.nowUs();
  }

  /** Counts a datagram; the jitter is RFC 1889's. */
  addDatagram(bytes: number, id: number, sentUs: number): void {
    this.add(bytes);
    this.#received++;
    this.#highest = Math.max(this.#highest, id);
    const transitUs = this.#lastUs - sentUs;
    if (this.#transitUs !== undefined) {
      this.#jitterUs += (Math.abs(transitUs - this.#transitUs) - this.#jitterUs) / 16;
    }
    this.#transitUs = transitUs;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  /** Ends the measuring; what it was in all. */
  finish(atUs: number): IperfInterval {
    this.#cancel?.();
    return this.#interval(this.#beganUs, atUs, this.#bytes, { lost: 0, total: 0 });
  }

  #plan(): void {
    const { intervalUs, listener } = this.#options;
    if (intervalUs === undefined) return;
    this.#cancel = this.#host.scheduler.after(intervalUs, () => {
      const toUs = this.#host.scheduler.nowUs();
      const interval = this.#interval(this.#fromUs, toUs, this.#intervalBytes, this.#before);
      this.#fromUs = toUs;
      this.#intervalBytes = 0;
      this.#before = this.#counted();
      listener.interval(this.id, interval);
      this.#plan();
    });
  }

  #counted(): { lost: number; total: number } {
    const total = this.#highest + 1;
    return { lost: Math.max(0, total - this.#received), total };
  }

  #interval(fromUs: number, toUs: number, bytes: number, before: { lost: number; total: number }): IperfInterval {
    const interval = { from: (fromUs - this.#beganUs) / 1e6, to: (toUs - this.#beganUs) / 1e6, bytes };
    if (this.#options.protocol === 'tcp') return interval;
    const { lost, total } = this.#counted();
    const datagrams = { jitterMs: this.#jitterUs / 1000, lost: lost - before.lost, total: total - before.total };
    return { ...interval, datagrams };
  }
}

/** An iperf 2 server for one protocol (EP60, EP61). Throws HostError EADDRINUSE. */
export function serveIperf(host: Host, options: IperfServerOptions): { close(): void } {
  return options.protocol === 'tcp' ? serveTcpTests(host, options) : serveUdpTests(host, options);
}

function serveTcpTests(host: Host, options: IperfServerOptions): { close(): void } {
  const { port, listener } = options;
  const running = new Set<Meter>();
  let tests = 0;
  const serve = async (socket: TcpSocket) => {
    const meter = new Meter(host, options, ++tests);
    running.add(meter);
    listener.connected(meter.id, socket.local, socket.remote);
    try {
      for (let data = await socket.read(); data !== undefined; data = await socket.read()) meter.add(data.length);
    } finally {
      running.delete(meter);
      listener.done(meter.id, meter.finish(host.scheduler.nowUs()));
    }
  };
  const server = serveTcp(host, port, { maxConnections: maxTests, serve });
  return {
    close: () => {
      server.close();
      for (const meter of running) meter.finish(meter.lastUs);
    },
  };
}

function serveUdpTests(host: Host, options: IperfServerOptions): { close(): void } {
  const { listener, port } = options;
  const socket = host.udp.bind({ port });
  const running = new Map<string, { readonly meter: Meter; cancel: () => void }>();
  /** Of tests that are over: a client that missed the report asks again. */
  const reports = new Map<string, Uint8Array>();
  let tests = 0;

  const finish = (key: string, atUs: number): IperfInterval | undefined => {
    const test = running.get(key);
    if (test === undefined) return undefined;
    test.cancel();
    running.delete(key);
    const total = test.meter.finish(atUs);
    listener.done(test.meter.id, total);
    return total;
  };
  const take = ({ from, data }: Datagram) => {
    const head = readHead(data);
    if (head === undefined) return;
    const key = `${from.address}:${from.port}`;
    let test = running.get(key);
    if (test === undefined && head.id >= 0) {
      if (running.size >= maxTests) return;
      reports.delete(key);
      test = { meter: new Meter(host, options, ++tests), cancel: () => undefined };
      running.set(key, test);
      listener.connected(test.meter.id, { address: host.interfaces[1]?.addresses[0]?.address ?? 0, port }, from);
    }
    if (head.id >= 0 && test !== undefined) {
      test.meter.addDatagram(data.length, head.id, head.sentUs);
      test.cancel();
      const { meter } = test;
      test.cancel = host.scheduler.after(silenceUs, () => finish(key, meter.lastUs));
      return;
    }
    const total = finish(key, host.scheduler.nowUs());
    if (total !== undefined) remember(reports, key, reportDatagram(data, total));
    const report = reports.get(key);
    if (report === undefined) return;
    try {
      socket.send(from, report);
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
    }
  };
  const read = async () => {
    for (let datagram = await socket.receive(); datagram !== undefined; datagram = await socket.receive())
      take(datagram);
  };
  void read();
  return {
    close: () => {
      socket.close();
      for (const { meter, cancel } of running.values()) {
        cancel();
        meter.finish(meter.lastUs);
      }
      running.clear();
    },
  };
}

function remember(reports: Map<string, Uint8Array>, key: string, report: Uint8Array): void {
  reports.set(key, report);
  const oldest = reports.keys().next().value;
  if (reports.size > maxTests && oldest !== undefined) reports.delete(oldest);
}

const nobody: IperfListener = { connected: () => undefined, interval: () => undefined, done: () => undefined };

/** An iperf 2 server for TCP and UDP that keeps what it measured to itself. */
export const startIperfServer = (host: Host, port: number): { close(): void } =>
  both(serveIperf(host, { port, protocol: 'tcp', listener: nobody }), () =>
    serveIperf(host, { port, protocol: 'udp', listener: nobody }),
  );

import type { BridgeConfig, BridgeEvent, ListenAddress, RouterConfig } from '../api.ts';
import type { BridgeHandle } from '../handle.ts';
import { decodeTraceBatch, type TraceRecord } from '../packet/trace-batch.ts';

const loopback: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 };

export const simpleRouter: RouterConfig = {
  name: 'r0',
  vhost: 'vhost1',
  dpid: '0000000000000001',
  interfaces: [
    { name: 'eth1', port: 1, address: '192.168.2.1', mask: '255.255.255.0' },
    { name: 'eth2', port: 2, address: '172.64.3.1', mask: '255.255.255.0' },
    { name: 'eth3', port: 3, address: '10.0.1.1', mask: '255.255.255.0' },
  ],
  rtable: '10.0.1.100 10.0.1.100 255.255.255.255 eth3\n',
};

/** A bridge of a test: one switch `sw0`, ports chosen by the system. */
export function labConfig(
  app: BridgeConfig['app'] = { kind: 'vns-router', routers: [simpleRouter], authKey: undefined },
): BridgeConfig {
  return {
    app,
    openflow: [loopback],
    vns: app.kind === 'vns-router' ? [loopback] : [],
    switches: [{ name: 'sw0', dpid: '0000000000000001' }],
    trace: { records: 10_000, frameBytes: 1_000_000, snapLength: 2048 },
  };
}

export function addressOf(bridge: BridgeHandle, kind: 'openflow' | 'vns'): ListenAddress {
  const [address] = bridge.state.listening[kind];
  if (address === undefined) throw new Error(`It does not listen for ${kind}`);
  return address;
}

/** Follows a bridge's events, so that a test can wait for one that has happened or will. */
export class EventWatch {
  readonly all: BridgeEvent[] = [];
  #wake: () => void = () => undefined;

  constructor(bridge: BridgeHandle) {
    bridge.onEvent((event) => {
      this.all.push(event);
      this.#wake();
    });
  }

  /** The first event of the kind, taken out. */
  async next(kind: BridgeEvent['kind'], timeoutMs = 15_000): Promise<BridgeEvent> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const index = this.all.findIndex((event) => event.kind === kind);
      const [found] = index < 0 ? [] : this.all.splice(index, 1);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`No ${kind} within ${timeoutMs} ms, only ${this.all.map((e) => e.kind).join(', ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

export async function traceOf(bridge: BridgeHandle): Promise<TraceRecord[]> {
  return decodeTraceBatch(await bridge.readTrace(0, 100_000)).records;
}

/** Waits until something is so. */
export async function until(what: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`Not so within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An Ethernet frame with a payload of zeros. */
export function ethernet(to: string, from: string, length = 60, fill = 0): Uint8Array {
  const frame = new Uint8Array(length).fill(fill);
  frame.set(
    `${to}:${from}:08:00`.split(':').map((byte) => Number.parseInt(byte, 16)),
    0,
  );
  return frame;
}

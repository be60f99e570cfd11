import { parseMac } from '../../../codec/addresses.ts';
import { seededRandom } from '../../../determinism/random.ts';
import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { Router } from '../../../router/router.ts';
import { parseRtable, RoutingTable } from '../../../router/rtable.ts';
import type { HostConfig } from '../../config.ts';
import { createHost, type EmulatedHost } from '../../host/host.ts';
import { createTcp } from '../../tcp/tcp.ts';
import { startProgram } from '../../testing/test-process.ts';
import type { WireEnd } from '../../wire.ts';
import { programs } from '../programs.ts';
import { address } from './scripted-host.ts';

/** Of both the real and the emulated one. */
export const macs = {
  client: '02:00:00:00:0c:03',
  routerLeft: '02:00:00:00:0a:03',
  routerRight: '02:00:00:00:0a:01',
  server: '02:00:00:00:0e:01',
} as const;

/** What the router's left link does to a frame on its way to the client: how often it arrives. */
type Copies = (frame: Uint8Array) => number;

export interface RoutedLab {
  readonly client: EmulatedHost;
  readonly server: EmulatedHost;
  copies: Copies;
  /** A minute passes. */
  later(): void;
  run(argv: readonly string[]): Promise<string>;
}

/** client 10.0.1.100/24 — 10.0.1.1 router 192.168.2.1 — 192.168.2.2/24 server; what goes to 8.8.8.3 is lost. */
export function routedLab(): RoutedLab {
  const scheduler = new VirtualScheduler();
  const names = new Map([['localhost', address('127.0.0.1')]]);
  const host = (name: string, mac: string, own: string, gateway: string): EmulatedHost => {
    const config: HostConfig = {
      name,
      interfaces: [{ mac, address: own, prefix: 24 }],
      routes: [{ destination: '0.0.0.0', prefix: 0, gateway, interface: 0 }],
      services: [],
    };
    return createHost(config, { scheduler, random: seededRandom(name), names, createTcp });
  };
  const client = host('client', macs.client, '10.0.1.100', '10.0.1.1');
  const server = host('server', macs.server, '192.168.2.2', '192.168.2.1');
  const ends: WireEnd[] = [];
  const nowMs = (): number => scheduler.nowUs() / 1000;
  const lab: RoutedLab = {
    client,
    server,
    copies: () => 1,
    later: () => scheduler.advance(60_000_000),
    run: async (argv) => {
      const program = programs.get(argv[0] ?? '');
      if (program === undefined) throw new Error(`there is no ${argv[0]}`);
      const run = startProgram(program.run, argv, client);
      const code = await scheduler.settle(run.exit);
      return `${run.written.both}[${code}]\n`;
    },
  };
  const interfaces = [
    { name: 'left', mac: macs.routerLeft, own: '10.0.1.1' },
    { name: 'right', mac: macs.routerRight, own: '192.168.2.1' },
  ].map(({ name, mac, own }) => ({
    name,
    mac: parseMac(mac) ?? new Uint8Array(6),
    address: address(own) | 0,
    mask: 0xffffff00 | 0,
  }));
  const table = '10.0.1.0 0.0.0.0 255.255.255.0 left\n192.168.2.0 0.0.0.0 255.255.255.0 right\n';
  const router = new Router({
    interfaces,
    routes: new RoutingTable(parseRtable(table, 'test'), ['left', 'right']),
    send: (index, bytes, start, end) => {
      const frame = bytes.slice(start, end);
      for (let left = index === 0 ? lab.copies(frame) : 1; left > 0; left--)
        scheduler.after(10, () => ends[index]?.receive(frame));
    },
  });
  for (const [index, one] of [client, server].entries()) {
    one.plug(0, (end) => {
      ends[index] = end;
      const send = (frame: Uint8Array) => {
        scheduler.after(10, () => {
          if (!isLost(frame)) router.receive(index, frame, 0, frame.length, nowMs());
        });
      };
      return { isUp: true, setUp: () => {}, send };
    });
  }
  const tick = (): void => {
    router.tick(nowMs());
    scheduler.after(100_000, tick);
  };
  tick();
  return lab;
}

/** Destination of an IPv4 packet without options: bytes 30–33 of its frame. */
const isLost = (frame: Uint8Array): boolean =>
  frame[12] === 8 && new DataView(frame.buffer, frame.byteOffset).getUint32(30) === address('8.8.8.3');

/** Replies to echo requests: IPv4, ICMP, type 0. */
export const isEchoReply = (frame: Uint8Array): boolean => frame[12] === 8 && frame[23] === 1 && frame[34] === 0;

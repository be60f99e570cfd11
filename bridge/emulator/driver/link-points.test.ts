import { expect, test } from 'vitest';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { RingReader } from '../../trace/points/point-ring.ts';
import type { Host } from '../host/api.ts';
import { createNetwork } from '../network.ts';
import { twoHosts } from '../testing/two-hosts.ts';
import { linkPoints, tapLinks } from './link-points.ts';

const config = twoHosts();

function setUp() {
  const scheduler = new VirtualScheduler();
  const network = createNetwork(config, scheduler);
  // Its switch learns by itself once no controller came.
  scheduler.advance(20_000_000);
  const source = linkPoints(config);
  const reader = new RingReader(source.ring);
  const stop = tapLinks(network, source.ring, () => scheduler.nowUs() + 7_000_000);
  const send = (from: string, frame: Uint8Array) => hostOf(network.hosts, from).interfaces.at(-1)?.sendRaw(frame);
  const told = () => {
    const told: string[] = [];
    while (reader.next()) {
      const place = source.places[reader.place];
      told.push(`${reader.point} ${place?.node}:${place?.port} ${reader.cause} ${reader.atUs - 7_000_000}`);
    }
    return told;
  };
  return { scheduler, network, source, send, told, stop };
}

function hostOf(hosts: ReadonlyMap<string, Host>, name: string): Host {
  const found = hosts.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const broadcast = Uint8Array.from({ length: 60 }, (_, i) => (i < 6 ? 0xff : i === 11 ? 1 : 0));

test('[TR10] both ends of each link tell of a frame, with the time of the machine; nobody does after the end', () => {
  const { scheduler, source, send, told, stop } = setUp();
  expect(source.places).toEqual([
    { node: 'a', port: 0, kind: 'host', peer: 1 },
    { node: 'sw0', port: 1, kind: 'switch', peer: 0 },
    { node: 'sw0', port: 2, kind: 'switch', peer: 3 },
    { node: 'b', port: 0, kind: 'host', peer: 2 },
  ]);
  const atUs = scheduler.nowUs();
  send('a', broadcast);
  scheduler.advance(1000);
  expect(told()).toEqual([
    `host.tx a:0 none ${atUs}`,
    `sw.rx sw0:1 none ${atUs}`,
    `sw.tx sw0:2 none ${atUs}`,
    `host.rx b:0 none ${atUs}`,
  ]);
  stop();
  send('a', broadcast);
  scheduler.advance(1000);
  expect(told()).toEqual([]);
});

test('[TR14] what a link loses, cannot take or drops as it goes down is told with its cause at the sender', () => {
  const { scheduler, network, send, told } = setUp();
  const [first, second] = network.links;
  first?.setImpairments({ loss: 1 });
  send('a', broadcast);
  scheduler.advance(1000);
  const words = () => told().map((each) => each.split(' ').slice(0, -1).join(' '));
  expect(words()).toEqual(['host.tx a:0 none', 'drop a:0 lost on the link']);
  first?.setImpairments({ bandwidthBps: 1000, queueFrames: 1 });
  for (let i = 0; i < 3; i++) send('a', broadcast);
  expect(words().filter((each) => each.startsWith('drop'))).toEqual(['drop a:0 link queue full']);
  first?.setImpairments({});
  scheduler.advance(10_000_000);
  told();
  second?.setImpairments({ delayUs: 1000 });
  send('a', broadcast);
  scheduler.advance(500);
  second?.setUp(false);
  expect(words()).toEqual(['host.tx a:0 none', 'sw.rx sw0:1 none', 'sw.tx sw0:2 none', 'drop sw0:2 link down']);
});

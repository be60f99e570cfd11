import { expect, test } from 'vitest';
import { ipv4Text } from '../../codec/addresses.ts';
import { seededRandom } from '../../determinism/random.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { startDhcpServer } from '../services/dhcp-server.ts';
import { type DhcpEvent, startDhcpClient } from './dhcp-client.ts';
import { Cable, ip, station } from './testing/pair.ts';

const second = 1_000_000;

function lab() {
  const scheduler = new VirtualScheduler();
  const cable = new Cable(scheduler);
  const client = station('c', scheduler);
  const server = station('s', scheduler, { address: '10.0.0.1' });
  client.plug(0, cable.connect);
  server.plug(0, cable.connect);
  const range = { first: ip('10.0.0.50'), last: ip('10.0.0.60'), gateway: ip('10.0.0.1') };
  const events: string[] = [];
  const onEvent = (event: DhcpEvent): void => {
    events.push('address' in event ? `${event.kind} ${ipv4Text(event.address)}` : event.kind);
  };
  const at = client.interfaces[1];
  const held = (): string[] => (at?.addresses ?? []).map(({ address, prefix }) => `${ipv4Text(address)}/${prefix}`);
  return { scheduler, cable, client, server, range, events, onEvent, held };
}
const start = ({ client, onEvent }: ReturnType<typeof lab>) => startDhcpClient(client, 'c-eth0', onEvent);

test('[EH50] an address, its network and a default route from the server, and they work', async () => {
  const it = lab();
  startDhcpServer(it.server, it.range);
  const dhcp = start(it);
  const lease = await it.scheduler.settle(dhcp.bound());
  expect(it.events).toEqual(['discover', 'offer 10.0.0.50', 'request 10.0.0.50', 'ack 10.0.0.50', 'bound']);
  expect(lease).toMatchObject({ address: ip('10.0.0.50'), prefix: 24, router: ip('10.0.0.1') });
  expect(it.held()).toEqual(['10.0.0.50/24']);
  expect(it.client.routes.lookup(ip('8.8.8.8'))?.gateway).toBe(ip('10.0.0.1'));
  const ping = it.client.icmp.open();
  let replies = 0;
  ping.onReply(() => replies++);
  ping.send(ip('10.0.0.1'), 1, new Uint8Array(8));
  it.scheduler.advance(second);
  expect(replies).toBe(1);
});

test('[EH51] nobody answers: asked again after 4, 8, 16, 32 and 64 s, each a second more or less', () => {
  const it = lab();
  start(it);
  it.scheduler.advance(200 * second);
  const times = it.cable.frames.filter(({ from }) => from === 'c-eth0').map(({ atUs }) => atUs / second);
  const waits = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  expect(waits).toHaveLength(6);
  for (const [i, wanted] of [4, 8, 16, 32, 64, 64].entries()) {
    expect(Math.abs((waits[i] ?? 0) - wanted)).toBeLessThanOrEqual(1);
  }
});

test('[EH52] renewed with the server at half of the time, without a change of the address', async () => {
  const it = lab();
  startDhcpServer(it.server, it.range);
  const dhcp = start(it);
  const first = await it.scheduler.settle(dhcp.bound());
  it.cable.frames.length = 0;
  await it.scheduler.runUntil(() => it.scheduler.nowUs() >= 1801 * second || dhcp.lease !== first);
  expect(it.scheduler.nowUs() / second).toBeCloseTo(1800, 0);
  expect(it.held()).toEqual(['10.0.0.50/24']);
  expect(dhcp.lease?.expiresUs).toBe((first?.expiresUs ?? 0) + 1800 * second);
  expect(it.cable.said().filter((line) => line.includes('DHCP'))).toEqual([
    expect.stringMatching(/^c 10\.0\.0\.50 > 10\.0\.0\.1 DHCP Request/),
    expect.stringMatching(/^s 10\.0\.0\.1 > 10\.0\.0\.50 DHCP ACK/),
  ]);
});

test('[EH53] a server that is gone: asked alone, then everybody, then the address goes and the search begins', async () => {
  const it = lab();
  const server = startDhcpServer(it.server, it.range);
  const dhcp = start(it);
  await it.scheduler.settle(dhcp.bound());
  server.close();
  it.events.length = 0;
  it.scheduler.advance(3599 * second);
  expect(it.held()).toEqual(['10.0.0.50/24']);
  expect(it.events.every((event) => event === 'request 10.0.0.50')).toBe(true);
  const toAll = it.cable.said().filter((line) => line.includes('> 255.255.255.255'));
  expect(toAll.at(-1)).toMatch(/^c 10\.0\.0\.50 > 255\.255\.255\.255 DHCP Request/);
  it.scheduler.advance(2 * second);
  expect(it.events.slice(-2)).toEqual(['expired 10.0.0.50', 'discover']);
  expect(it.held()).toEqual([]);
  expect(it.client.routes.list()).toEqual([]);
});

test('[EH54] release gives the address back: to the server, and from the interface', async () => {
  const it = lab();
  startDhcpServer(it.server, it.range);
  const dhcp = start(it);
  await it.scheduler.settle(dhcp.bound());
  dhcp.release();
  it.scheduler.advance(second);
  expect(it.cable.said().some((line) => /^c 10\.0\.0\.50 > 10\.0\.0\.1 DHCP Release/.test(line))).toBe(true);
  expect(it.held()).toEqual([]);
  expect(await dhcp.bound()).toBeUndefined();
});

test('[EH53] with messages lost at random it gets its address all the same, for any seed', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const it = lab();
    const random = seededRandom(seed);
    it.cable.pass = (frame) => (random.next() < 0.4 ? [] : [frame]);
    startDhcpServer(it.server, it.range);
    const lease = await it.scheduler.settle(start(it).bound());
    expect(lease?.prefix).toBe(24);
    it.client.close();
    it.server.close();
  }
});

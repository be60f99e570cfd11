import { describe, expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { arpReply, arpRequest, datagram } from '../../router/testing/frames.ts';
import { addressOf, EventWatch, ethernet, labConfig, traceOf, until } from '../../testing/lab.ts';
import { ScriptedRouter } from '../../testing/scripted-router.ts';
import { ScriptedSwitch } from '../../testing/scripted-switch.ts';

const macOf = (port: number): string => `02:00:00:00:00:0${port}`;
const client = { mac: '0a:00:00:00:00:03', address: '10.0.1.100' };
const server = { mac: '0a:00:00:00:00:01', address: '192.168.2.2' };
const given = datagram({ from: client, via: macOf(3), to: server.address, protocol: 17, payload: [1, 2, 3, 4] });
const forwarded = (ttl: number): Uint8Array =>
  datagram({
    from: { mac: macOf(1), address: client.address },
    via: server.mac,
    to: server.address,
    protocol: 17,
    payload: [1, 2, 3, 4],
    ttl,
  });

/** A switch, a router and a second build beside it, ready. */
async function startLab() {
  const bridge = await createBridge({ ...labConfig(), seconds: [{ kind: 'tcp', host: '127.0.0.1', port: 0 }] });
  const events = new EventWatch(bridge);
  const sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
  const router = await ScriptedRouter.connect(addressOf(bridge, 'vns'));
  await events.next('router:ready');
  const [address] = bridge.state.listening.seconds ?? [];
  if (address === undefined) throw new Error('there is no place for a second build');
  const peers: { close(): void }[] = [sw, router];
  return {
    bridge,
    sw,
    router,
    secondConnects: async () => {
      const second = await ScriptedRouter.connect(address);
      peers.push(second);
      return second;
    },
    second: () => bridge.state.routers[0]?.second,
    compare: () => bridge.call('shadow:builds', { router: 'r0', limit: 10 }),
    [Symbol.asyncDispose]: async () => {
      for (const peer of peers) peer.close();
      await bridge.close();
    },
  };
}
const packets = (peer: ScriptedRouter) => peer.heard.filter(({ kind }) => kind === 'packet').length;

describe('a second build beside a router', () => {
  test('[WB206] it is told the same interfaces and given the same frames in order; what it sends goes nowhere', async () => {
    await using lab = await startLab();
    const second = await lab.secondConnects();
    const { entries } = await second.hears('hardwareInfo');
    expect(entries).toEqual((await lab.router.hears('hardwareInfo')).entries);
    for (let n = 0; n < 20; n++) lab.sw.packetIn((n % 3) + 1, ethernet(macOf((n % 3) + 1), client.mac, 60, n));
    await until(() => packets(second) === 20 && packets(lab.router) === 20);
    const framesOf = (peer: ScriptedRouter) => peer.heard.filter(({ kind }) => kind === 'packet');
    expect(framesOf(second)).toEqual(framesOf(lab.router));
    second.packet('eth1', forwarded(63));
    await until(() => lab.second()?.fromRouter === 1);
    const points = new Set((await traceOf(lab.bridge)).map(({ point }) => point));
    expect([...points].sort()).toEqual(['packet_in', 'to_router']);
    expect(lab.sw.heard.some(({ kind }) => kind === 'packetOut')).toBe(false);
    expect(lab.bridge.state.routers[0]).toMatchObject({ fromRouter: 0, second: { state: 'ready', toRouter: 20 } });
  });

  test('[WB207] there is one beside a router; it ends by itself, with its reason, and the router stays', async () => {
    await using lab = await startLab();
    const first = await lab.secondConnects();
    await first.hears('hardwareInfo');
    const other = await lab.secondConnects();
    expect((await other.hears('close')).message).toContain('r0 has one');
    await lab.bridge.call('shadow:close', { router: 'r0', reason: 'It was stopped.' });
    expect((await first.hears('close')).message).toBe('It was stopped.');
    await until(() => lab.second()?.state === 'ended');
    expect(lab.second()).toMatchObject({ endedBecause: 'It was stopped.', until: { why: 'ended' } });
    expect(lab.bridge.state.routers[0]).toMatchObject({ state: 'ready' });
    const third = await lab.secondConnects();
    await third.hears('hardwareInfo');
    await until(() => lab.second()?.state === 'ready');
    expect(lab.second()).toMatchObject({ toRouter: 0, until: undefined });
  });

  test('[WB208] one that does not read loses frames, counted; the router is given all, and it cannot be compared from there', async () => {
    await using lab = await startLab();
    const second = await lab.secondConnects();
    await second.hears('hardwareInfo');
    second.socket.pause();
    const large = ethernet(macOf(3), client.mac, 9000);
    for (let round = 0; (lab.second()?.dropped ?? 0) === 0; round++) {
      expect(round).toBeLessThan(100);
      for (let n = 0; n < 100; n++) lab.sw.packetIn(3, large);
      await until(() => packets(lab.router) === (round + 1) * 100);
      await until(() => lab.bridge.state.counters.packetsIn === (round + 1) * 100);
    }
    expect(lab.bridge.state.counters.drops).toEqual({});
    const { until: end, compared } = await lab.compare();
    expect(end).toMatchObject({ why: 'queue full' });
    const before = (await traceOf(lab.bridge)).filter(
      ({ point, seq }) => point === 'to_router' && seq < (end?.seq ?? 0),
    );
    expect(compared).toBe(before.length);
    expect(compared).toBeGreaterThan(0);
  });

  test('[WB209] of a flood and of rubbish a bounded part is looked at, the rest is counted', async () => {
    await using lab = await startLab();
    const second = await lab.secondConnects();
    await second.hears('hardwareInfo');
    second.packet('eth9', given);
    second.packet('eth1', new Uint8Array(5));
    await until(() => lab.second()?.ignored === 2);
    expect(lab.second()?.until).toBeUndefined();
    for (let n = 0; n < 5000; n++) second.packet('eth1', given);
    await until(() => lab.second()?.fromRouter === 5002);
    expect(lab.second()).toMatchObject({ state: 'ready', until: { why: 'flood' } });
    lab.sw.packetIn(3, given);
    await until(() => packets(lab.router) === 1);
    second.write(new Uint8Array([0, 0, 0, 1, 0, 0, 0, 0]));
    await until(() => lab.second()?.state === 'ended');
    expect(lab.second()?.endedBecause).toContain('Malformed message');
    expect(lab.bridge.state.routers[0]).toMatchObject({ state: 'ready' });
  });

  test('[WB210] the first divergence between two builds, of which neither does as the reference', async () => {
    await using lab = await startLab();
    const second = await lab.secondConnects();
    await second.hears('hardwareInfo');
    const learned = arpRequest(server, '192.168.2.1');
    lab.sw.packetIn(1, learned);
    lab.sw.packetIn(3, given);
    await until(() => packets(second) === 2 && packets(lab.router) === 2);
    const reply = arpReply({ mac: macOf(1), address: '192.168.2.1' }, server);
    for (const [peer, ttl] of [[lab.router, 63] as const, [second, 64] as const]) {
      peer.packet('eth1', reply);
      peer.packet('eth1', forwarded(ttl));
    }
    await until(async () => (await lab.compare()).differences.length > 0);
    const { differences, compared, alike } = await lab.compare();
    expect({ compared, alike }).toEqual({ compared: 2, alike: 1 });
    expect(differences).toMatchObject([
      {
        what: 'different',
        text: 'Time to live (ip.ttl) is 63, in your other build 64.',
        fields: [{ name: 'ip.ttl', expected: '64', observed: '63' }],
        expected: { seq: null },
        // The lab's table has no route to the server.
        agrees: null,
        requirement: null,
      },
    ]);
  });

  test('[WB213] what it asks for, and the router knows already, is answered to it', async () => {
    await using lab = await startLab();
    const ask = arpRequest({ mac: macOf(1), address: '192.168.2.1' }, server.address);
    lab.sw.packetIn(1, arpReply(server, { mac: macOf(1), address: '192.168.2.1' }));
    await until(() => packets(lab.router) === 1);
    const second = await lab.secondConnects();
    await second.hears('hardwareInfo');
    second.packet('eth1', ask);
    const { interfaceName, frame } = await second.hears('packet');
    expect({ interfaceName, frame }).toEqual({
      interfaceName: 'eth1',
      frame: arpReply(server, { mac: macOf(1), address: '192.168.2.1' }),
    });
    // The router asks itself now: both wait for the real answer.
    lab.router.packet('eth1', ask);
    await until(() => lab.bridge.state.routers[0]?.fromRouter === 1);
    second.packet('eth1', ask);
    await until(() => lab.second()?.fromRouter === 2);
    expect(lab.second()).toMatchObject({ answered: 1 });
    expect((await traceOf(lab.bridge)).filter(({ point }) => point === 'to_router')).toHaveLength(1);
  });
});

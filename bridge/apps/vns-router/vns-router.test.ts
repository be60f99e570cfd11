import { describe, expect, test } from 'vitest';
import type { RouterConfig } from '../../api.ts';
import { createBridge } from '../../create-bridge.ts';
import { addressOf, EventWatch, ethernet, labConfig, simpleRouter, traceOf, until } from '../../testing/lab.ts';
import { ScriptedRouter, type ScriptedRouterOptions } from '../../testing/scripted-router.ts';
import { ScriptedSwitch, wirePort } from '../../testing/scripted-switch.ts';

const frame = ethernet('02:00:00:00:00:01', '0a:00:00:00:00:01');
const second: RouterConfig = {
  name: 'r1',
  vhost: 'vhost2',
  dpid: '0000000000000002',
  interfaces: [{ name: 'eth1', port: 1, address: '10.9.0.1', mask: '255.255.255.0' }],
  rtable: '',
};

async function startLab(routers: readonly RouterConfig[] = [simpleRouter], authKey?: Uint8Array) {
  const bridge = await createBridge(labConfig({ kind: 'vns-router', routers, authKey }));
  const events = new EventWatch(bridge);
  const closers: (() => void)[] = [];
  const own = <T extends { close(): void }>(peer: T): T => {
    closers.push(() => peer.close());
    return peer;
  };
  return {
    bridge,
    events,
    switchConnects: async (options?: { dpid?: bigint; ports?: number[] }) =>
      own(await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), options)),
    routerConnects: async (options?: ScriptedRouterOptions) =>
      own(await ScriptedRouter.connect(addressOf(bridge, 'vns'), options)),
    points: async () => (await traceOf(bridge)).map((r) => [r.point, r.node, r.port, r.cause, r.parents]),
    drops: async () => (await traceOf(bridge)).filter((r) => r.point === 'drop').map((r) => [r.node, r.port, r.cause]),
    [Symbol.asyncDispose]: async () => {
      for (const close of closers) close();
      await bridge.close();
    },
  };
}

describe('a lab with one router', () => {
  test('[BR30] a frame goes to the router on the interface of its port, and back out of the port of the interface', async () => {
    await using lab = await startLab();
    const sw = await lab.switchConnects();
    const router = await lab.routerConnects();
    await lab.events.next('router:ready');
    sw.packetIn(3, frame);
    expect(await router.hears('packet')).toMatchObject({ interfaceName: 'eth3', frame });
    router.packet('eth1', frame);
    expect(await sw.hears('packetOut')).toMatchObject({
      inPort: 0xffff,
      bufferId: 0xffff_ffff,
      actions: [{ kind: 'output', port: 1 }],
      data: frame,
    });
    expect(await lab.points()).toEqual([
      ['packet_in', 'sw0', 3, 'none', []],
      ['to_router', 'r0', 3, 'none', [1]],
      ['from_router', 'r0', 1, 'none', [2]],
      ['packet_out', 'sw0', 1, 'none', [3]],
    ]);
    const [state] = lab.bridge.state.routers;
    expect(state).toMatchObject({ toRouter: 1, fromRouter: 1, lastToRouter: { seq: 2 } });
    expect(lab.bridge.state.counters).toMatchObject({ logged: 4, packetsIn: 1, packetsOut: 1, drops: {} });
    expect(lab.bridge.state.counters.dispatchP99Us).toBeGreaterThan(0);
  });

  test('[BR33] HWINFO waits for the switch, then announces the MACs of its ports', async () => {
    await using lab = await startLab();
    const router = await lab.routerConnects();
    expect(await lab.events.next('router:parked')).toMatchObject({ node: 'r0', reason: 'switch sw0 to connect' });
    expect(lab.bridge.state.routers[0]).toMatchObject({
      state: 'parked',
      peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    await lab.switchConnects();
    const { entries } = await router.hears('hardwareInfo');
    expect(entries.filter((entry) => entry.kind === 'mac').map((entry) => entry.value)).toEqual([
      '02:00:00:00:00:01',
      '02:00:00:00:00:02',
      '02:00:00:00:00:03',
    ]);
    expect(await lab.events.next('router:ready')).toMatchObject({
      text: 'Router r0 is ready: eth1 192.168.2.1, eth2 172.64.3.1, eth3 10.0.1.1',
    });
    expect(lab.bridge.state.routers[0]?.interfaces[2]).toMatchObject({ name: 'eth3', mac: '02:00:00:00:00:03' });
  });

  test('[BR33] HWINFO waits for a port that is missing', async () => {
    await using lab = await startLab();
    const sw = await lab.switchConnects({ ports: [1, 2] });
    await lab.events.next('switch:connected');
    const router = await lab.routerConnects();
    expect(await lab.events.next('router:parked')).toMatchObject({
      reason: 'port 3 of switch sw0, which eth3 stands for',
    });
    router.packet('eth1', frame);
    await until(async () => (await lab.drops()).length === 1);
    expect(await lab.drops()).toEqual([['r0', 1, 'router not ready']]);
    sw.say({ kind: 'portStatus', xid: 0, reason: 'add', port: wirePort(3) });
    await router.hears('hardwareInfo');
  });

  test('[BR35] a port that changes after HWINFO makes the router outdated, which is said; nothing is sent again', async () => {
    await using lab = await startLab();
    const sw = await lab.switchConnects();
    const router = await lab.routerConnects();
    await router.hears('hardwareInfo');
    sw.say({ kind: 'portStatus', xid: 0, reason: 'modify', port: wirePort(2, 'sw0-eth2', '02:00:00:00:00:aa') });
    expect(await lab.events.next('router:stale')).toMatchObject({
      text: 'Router r0 has an outdated eth2: HWINFO was sent already and is not sent again',
      reason: 'port 2 of sw0 has the MAC 02:00:00:00:00:aa now, it was 02:00:00:00:00:02; restart the router',
    });
    sw.say({ kind: 'portStatus', xid: 0, reason: 'delete', port: wirePort(3) });
    expect(await lab.events.next('router:stale')).toMatchObject({
      reason: 'port 3 of sw0 is gone; restart the router',
    });
    router.packet('eth3', frame);
    await until(async () => (await lab.drops()).length === 1);
    expect(await lab.drops()).toEqual([['sw0', 3, 'unknown port']]);
    expect(router.heard.filter(({ kind }) => kind === 'hardwareInfo')).toEqual([]);
  });

  test('[BR34] a frame that cannot reach a router is dropped with the reason', async () => {
    await using lab = await startLab();
    const sw = await lab.switchConnects();
    await lab.events.next('switch:connected');
    sw.packetIn(1, frame);
    sw.packetIn(9, frame);
    sw.packetIn(0xfffe, frame);
    await until(() => lab.bridge.state.counters.packetsIn === 3);
    const router = await lab.routerConnects();
    await lab.events.next('router:ready');
    sw.packetIn(2, frame, { totalLength: 1500, bufferId: 7 });
    sw.packetIn(2, frame.subarray(0, 13));
    sw.packetIn(2, new Uint8Array(9_990));
    sw.packetIn(2, frame);
    await router.hears('packet');
    expect(await lab.drops()).toEqual([
      ['r0', 1, 'no router'],
      ['sw0', 9, 'unknown port'],
      ['sw0', 0xfffe, 'unknown port'],
      ['r0', 2, 'truncated by the switch'],
      ['r0', 2, 'malformed'],
      ['r0', 2, 'too large'],
    ]);
    expect(lab.bridge.state.counters.drops).toEqual({
      'no router': 1,
      'unknown port': 2,
      'truncated by the switch': 1,
      malformed: 1,
      'too large': 1,
    });
    const truncated = (await traceOf(lab.bridge)).find((r) => r.length === 1500);
    expect(truncated).toMatchObject({ point: 'packet_in', frame: { length: 60 } });
  });

  test('[BR34] a frame of the router that can go nowhere is dropped with the reason, and told now and then', async () => {
    await using lab = await startLab();
    const sw = await lab.switchConnects();
    const router = await lab.routerConnects();
    await lab.events.next('router:ready');
    for (let i = 0; i < 5; i++) router.packet('eth9', frame);
    router.packet('eth1', frame.subarray(0, 10));
    await until(async () => (await lab.drops()).length === 6);
    expect(lab.bridge.state.counters.drops).toEqual({ 'unknown interface': 5, malformed: 1 });
    const told = lab.events.all.filter(({ kind }) => kind === 'peer:malformed').map(({ reason }) => reason);
    expect(told).toEqual([
      'It sent a frame for an interface it does not have; dropped: unknown interface',
      'It sent a frame for an interface it does not have (2 times so far); dropped: unknown interface',
      'It sent a frame for an interface it does not have (4 times so far); dropped: unknown interface',
      'It sent a frame of 10 bytes; dropped: malformed',
    ]);
    sw.close();
    await lab.events.next('switch:disconnected');
    router.packet('eth1', frame);
    await until(async () => (await lab.drops()).length === 7);
    expect((await lab.drops()).at(-1)).toEqual(['sw0', 1, 'switch gone']);
  });

  test('[BR31] a lab with one router takes any virtual host name', async () => {
    await using lab = await startLab();
    await lab.routerConnects({ virtualHost: 'whatever' });
    expect(await lab.events.next('router:connected')).toMatchObject({ node: 'r0', reason: 'virtual host "whatever"' });
  });

  test('[BR32] a second client is refused with a CLOSE that says why; when the first leaves, the next is taken', async () => {
    await using lab = await startLab();
    await lab.switchConnects();
    const first = await lab.routerConnects();
    await first.hears('hardwareInfo');
    const late = await lab.routerConnects();
    const { message } = await late.hears('close');
    expect(message).toMatch(/^Router r0 is connected already, from 127\.0\.0\.1:\d+; stop that one first$/);
    await late.over();
    expect(await lab.events.next('router:refused')).toMatchObject({ reason: message });
    expect(lab.bridge.state.routers[0]?.state).toBe('ready');
    first.close();
    await lab.events.next('router:disconnected');
    const next = await lab.routerConnects();
    await next.hears('hardwareInfo');
  });

  test('[VNS51] a router with the wrong key is refused, one with the right key is taken', async () => {
    await using lab = await startLab([simpleRouter], Buffer.from('the key of the lab'));
    const wrong = await lab.routerConnects({ key: 'a guess' });
    expect((await wrong.hears('close')).message).toContain('auth_key');
    await wrong.over();
    await lab.routerConnects({ key: 'the key of the lab' });
    await lab.events.next('router:connected');
  });

  test('[VNS51] a key is bytes, not text, and its first 64 count', async () => {
    const key = Uint8Array.from({ length: 70 }, (_, index) => 255 - index);
    await using lab = await startLab([simpleRouter], key);
    await lab.routerConnects({ key: key.subarray(0, 64) });
    await lab.events.next('router:connected');
  });

  test('[BR38] what a router got and gave stays known after it has gone, until the next one comes', async () => {
    await using lab = await startLab();
    const sw = await lab.switchConnects();
    const router = await lab.routerConnects();
    await lab.events.next('router:ready');
    for (let i = 0; i < 3; i++) sw.packetIn(1, frame);
    for (let i = 0; i < 3; i++) await router.hears('packet');
    router.close();
    await lab.events.next('router:disconnected');
    const [gone] = lab.bridge.state.routers;
    expect(gone).toMatchObject({ state: 'absent', toRouter: 3, lastToRouter: { seq: 6 } });
    expect(gone?.lastToRouter.tUs).toBeGreaterThan(0);
    await lab.routerConnects();
    await lab.events.next('router:ready');
    expect(lab.bridge.state.routers[0]).toMatchObject({ toRouter: 0, lastToRouter: { seq: 0, tUs: 0 } });
  });

  test('[BR38] a client that has not opened yet is shown as connected', async () => {
    await using lab = await startLab();
    const shy = await lab.routerConnects({ isShy: true });
    expect(lab.bridge.state.routers[0]).toMatchObject({
      state: 'connected',
      peer: expect.stringContaining('127.0.0.1'),
    });
    shy.close();
    await until(() => lab.bridge.state.routers[0]?.state === 'absent');
  });
});

describe('a lab with several routers', () => {
  test('[BR31] the virtual host says which router a client is; an unknown one is told the names', async () => {
    await using lab = await startLab([simpleRouter, second]);
    const sw1 = await lab.switchConnects({ dpid: 1n });
    const sw2 = await lab.switchConnects({ dpid: 2n });
    const r1 = await lab.routerConnects({ virtualHost: 'vhost2' });
    const r0 = await lab.routerConnects({ virtualHost: 'vhost1' });
    await r0.hears('hardwareInfo');
    await r1.hears('hardwareInfo');
    sw1.packetIn(1, frame);
    await r0.hears('packet');
    r1.packet('eth1', frame);
    await sw2.hears('packetOut');
    expect(r1.heard).toEqual([]);
    expect(sw1.heard.filter(({ kind }) => kind === 'packetOut')).toEqual([]);

    const lost = await lab.routerConnects({ virtualHost: 'vhost7' });
    expect((await lost.hears('close')).message).toBe(
      'There is no virtual host "vhost7" in this lab, only vhost1, vhost2',
    );
  });

  test('[BR30] several routers may share one switch, each with its own ports', async () => {
    const other = {
      ...second,
      dpid: '0000000000000001',
      interfaces: [{ ...simpleRouter.interfaces[2], name: 'eth1', port: 7 }],
    };
    await using lab = await startLab([simpleRouter, other as RouterConfig]);
    const sw = await lab.switchConnects({ ports: [1, 2, 3, 7] });
    const r0 = await lab.routerConnects({ virtualHost: 'vhost1' });
    const r1 = await lab.routerConnects({ virtualHost: 'vhost2' });
    await r0.hears('hardwareInfo');
    await r1.hears('hardwareInfo');
    sw.packetIn(7, frame);
    expect(await r1.hears('packet')).toMatchObject({ interfaceName: 'eth1' });
    sw.packetIn(1, frame);
    expect(await r0.hears('packet')).toMatchObject({ interfaceName: 'eth1' });
  });

  test('[BR30] a router without datapath id takes the first switch that connects, and the next when that is gone', async () => {
    await using lab = await startLab([{ ...simpleRouter, dpid: undefined }]);
    const router = await lab.routerConnects();
    expect(await lab.events.next('router:parked')).toMatchObject({ reason: 'a switch' });
    const first = await lab.switchConnects({ dpid: 0xabcn });
    await router.hears('hardwareInfo');
    const stranger = await lab.switchConnects({ dpid: 0xdefn });
    await until(() => lab.bridge.state.switches.filter(({ connected }) => connected).length === 2);
    stranger.packetIn(1, frame);
    first.packetIn(1, frame);
    await router.hears('packet');
    expect(await lab.drops()).toEqual([['0000000000000def', 1, 'no router']]);
    first.close();
    stranger.close();
    await lab.events.next('switch:disconnected');
    await lab.events.next('switch:disconnected');
    const next = await lab.switchConnects({ dpid: 0x123n });
    await until(() => lab.bridge.state.switches.some(({ connected, dpid }) => connected && dpid.endsWith('123')));
    next.packetIn(2, frame);
    expect(await router.hears('packet')).toMatchObject({ interfaceName: 'eth2' });
  });

  test('[BR37] a configuration that makes no sense is refused with its reason', async () => {
    const twice = { ...second, dpid: '0000000000000001' };
    await expect(startLab([simpleRouter, twice])).rejects.toThrow(
      '0000000000000001, port 1 stands for r0 eth1 and for r1 eth1',
    );
    const long = {
      ...second,
      interfaces: [{ name: 'a-name-that-is-long', port: 1, address: '10.0.0.1', mask: '255.0.0.0' }],
    };
    await expect(startLab([long])).rejects.toThrow(/^Router r1 cannot be told its configuration: .*at most 15 fit/);
    const address = { ...second, interfaces: [{ name: 'eth1', port: 1, address: 'nowhere', mask: '255.0.0.0' }] };
    await expect(startLab([address])).rejects.toThrow(/^Router r1 cannot be told its configuration/);
  });
});

import { describe, expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { encodeVns } from '../../protocols/vns/message.ts';
import { addressOf, EventWatch, ethernet, labConfig, simpleRouter, until } from '../../testing/lab.ts';
import { ScriptedRouter } from '../../testing/scripted-router.ts';
import { ScriptedSwitch } from '../../testing/scripted-switch.ts';

const frame = ethernet('02:00:00:00:00:01', '0a:00:00:00:00:01', 1000);
const limits = { frameBytes: 200_000, totalBytes: 400_000, lingerMs: 200 };
const bystander = {
  ...simpleRouter,
  name: 'r1',
  vhost: 'vhost2',
  dpid: '0000000000000002',
};

/** Two routers on two switches: what the first one does must not be felt by the second. */
async function startLab() {
  const config = labConfig({ kind: 'vns-router', routers: [simpleRouter, bystander], authKey: undefined });
  const bridge = await createBridge(config, { limits });
  const events = new EventWatch(bridge);
  const [sw, otherSw] = await Promise.all([
    ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { dpid: 1n }),
    ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { dpid: 2n }),
  ]);
  const router = await ScriptedRouter.connect(addressOf(bridge, 'vns'), { virtualHost: 'vhost1' });
  const other = await ScriptedRouter.connect(addressOf(bridge, 'vns'), { virtualHost: 'vhost2' });
  await router.hears('hardwareInfo');
  await other.hears('hardwareInfo');
  return {
    bridge,
    events,
    sw,
    router,
    /** A frame of the other switch comes back through the other router. */
    roundTrip: async () => {
      otherSw.packetIn(1, frame);
      await other.hears('packet');
      other.packet('eth2', frame);
      await otherSw.hears('packetOut');
    },
    [Symbol.asyncDispose]: async () => {
      for (const peer of [sw, otherSw, router, other]) peer.close();
      await bridge.close();
    },
  };
}

describe('a router that misbehaves', () => {
  test('[BR36] floods: its frames find no room and are counted, everybody else is served meanwhile', async () => {
    await using lab = await startLab();
    lab.sw.socket.pause();
    const burst = Buffer.concat(
      Array.from({ length: 200 }, () => encodeVns({ kind: 'packet', interfaceName: 'eth2', frame })),
    );
    let isFlooding = true;
    const flood = (async () => {
      for (let i = 0; i < 2000 && isFlooding; i++) {
        lab.router.write(burst);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    for (let i = 0; i < 20; i++) await lab.roundTrip();
    await until(() => (lab.bridge.state.counters.drops['switch queue full'] ?? 0) > 0, 10_000);
    isFlooding = false;
    await flood;
    expect(await lab.events.next('queue:full')).toMatchObject({ node: 'sw0' });
    // Control traffic is never dropped: the switch still gets its echo once it reads again.
    lab.sw.say({ kind: 'echoRequest', xid: 4711, data: new Uint8Array(4) });
    lab.sw.socket.resume();
    expect(await lab.sw.hears('echoReply', 10_000)).toMatchObject({ xid: 4711 });
    expect(await lab.events.next('queue:drained', 10_000)).toMatchObject({ node: 'sw0' });
    const { counters, routers } = lab.bridge.state;
    const taken = counters.packetsOut + (counters.drops['switch queue full'] ?? 0);
    expect(taken).toBe((routers[0]?.fromRouter ?? 0) + 20);
  });

  test('[BR36] hangs: frames for it are dropped as its queue is full, and it stays connected', async () => {
    await using lab = await startLab();
    lab.router.socket.pause();
    for (let i = 0; i < 100 && lab.bridge.state.counters.drops['router queue full'] === undefined; i++) {
      for (let n = 0; n < 200; n++) lab.sw.packetIn(1, frame);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(lab.bridge.state.counters.drops['router queue full']).toBeGreaterThan(0);
    expect(await lab.events.next('queue:full')).toMatchObject({ node: 'r0', level: 'warn' });
    await lab.roundTrip();
    expect(lab.bridge.state.routers[0]?.state).toBe('ready');
    // Even so it can be ended: it does not take the CLOSE, so it is cut off.
    await lab.bridge.closeRouter('r0', 'It hangs');
    await lab.events.next('router:disconnected');
    lab.router.socket.resume();
    await lab.router.over();
  });

  test('[BR36] sends rubbish: its connection ends with CLOSE, and the next one is taken', async () => {
    await using lab = await startLab();
    lab.router.write(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: lab\r\n\r\n'));
    expect((await lab.router.hears('close')).message).toContain('Malformed message');
    await lab.router.over();
    expect(await lab.events.next('peer:malformed')).toMatchObject({ node: 'r0', level: 'bad' });
    expect(await lab.events.next('router:disconnected')).toMatchObject({ node: 'r0' });
    await using again = await ScriptedRouter.connect(addressOf(lab.bridge, 'vns'), { virtualHost: 'vhost1' });
    await again.hears('hardwareInfo');
    await lab.roundTrip();
  });

  test('[BR36] vanishes in the middle of a message: its place is free again', async () => {
    await using lab = await startLab();
    lab.router.write(encodeVns({ kind: 'packet', interfaceName: 'eth1', frame }).subarray(0, 500));
    lab.router.socket.resetAndDestroy();
    expect(await lab.events.next('router:disconnected')).toMatchObject({
      node: 'r0',
      reason: expect.stringMatching(/^The connection was (reset|closed)$/),
    });
    await using again = await ScriptedRouter.connect(addressOf(lab.bridge, 'vns'), { virtualHost: 'vhost1' });
    await again.hears('hardwareInfo');
    expect(lab.bridge.state.counters.drops).toEqual({});
  });

  test('[BR36] asks for echo without end and does not read: a switch that lets control traffic pile up is cut off', async () => {
    await using lab = await startLab();
    lab.sw.socket.pause();
    const echo = new Uint8Array(60_000);
    for (let i = 0; i < 400; i++) {
      lab.sw.say({ kind: 'echoRequest', xid: i, data: echo });
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await lab.events.next('switch:disconnected', 10_000)).toMatchObject({
      node: 'sw0',
      reason: expect.stringContaining('It does not read'),
    });
    await lab.roundTrip();
  });
});

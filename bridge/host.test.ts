import { describe, expect, test } from 'vitest';
import { BridgeGone, startBridge } from './index.ts';
import { decodeTraceBatch } from './packet/trace-batch.ts';
import { addressOf, EventWatch, ethernet, labConfig, simpleRouter, traceOf, until } from './testing/lab.ts';
import { ScriptedRouter } from './testing/scripted-router.ts';
import { ScriptedSwitch } from './testing/scripted-switch.ts';

const frame = ethernet('02:00:00:00:00:01', '0a:00:00:00:00:01');

describe('a bridge on its own thread', () => {
  test('[BR1] [WB1] listens, tells state, events and trace, closes a router, and ends', async () => {
    await using bridge = await startBridge(labConfig());
    const events = new EventWatch(bridge);
    const batches: Uint8Array[] = [];
    const stop = bridge.onTrace((batch) => batches.push(batch));
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    expect(await events.next('switch:connected')).toMatchObject({ node: 'sw0', level: 'info' });
    await using router = await ScriptedRouter.connect(addressOf(bridge, 'vns'));
    await events.next('router:ready');
    expect(bridge.state.routers[0]).toMatchObject({ name: 'r0', state: 'ready' });

    sw.packetIn(1, frame);
    const packet = await router.hears('packet');
    expect(packet.interfaceName).toBe('eth1');
    router.packet('eth2', packet.frame);
    await sw.hears('packetOut');
    await until(() => batches.length > 0);
    const points = ['packet_in', 'to_router', 'from_router', 'packet_out'];
    expect((await traceOf(bridge)).map((record) => record.point)).toEqual(points);
    await until(() => batches.flatMap((batch) => decodeTraceBatch(batch).records).length === 4);
    expect(decodeTraceBatch(await bridge.readTrace(3, 1)).records.map(({ seq }) => seq)).toEqual([3]);
    expect(await bridge.call('latency:stages', { records: 10 })).toMatchObject([{ count: 1 }, {}, { count: 1 }]);
    stop();

    await bridge.closeRouter('r0', 'enough for today');
    expect(await router.hears('close')).toMatchObject({ message: 'enough for today' });
    await router.over();
    await bridge.closeRouter('nobody', 'no effect');
  });

  test('[BR1] its end tells routers and switches, and is idempotent', async () => {
    const bridge = await startBridge(labConfig());
    const lost: string[] = [];
    bridge.onLost((reason) => lost.push(reason));
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await using router = await ScriptedRouter.connect(addressOf(bridge, 'vns'));
    await router.hears('hardwareInfo');
    await Promise.all([bridge.close(), bridge.close()]);
    expect((await router.hears('close')).message).toBe('The lab is closing');
    await Promise.all([router.over(), sw.over()]);
    await bridge.close();
    await expect(bridge.readTrace(0, 1)).rejects.toEqual(new BridgeGone('The bridge is closed'));
    expect(lost).toEqual([]);
  });

  test('[BR2] an address in use and a senseless configuration reject with their reason', async () => {
    await using bridge = await startBridge(labConfig());
    const config = { ...labConfig(), openflow: [addressOf(bridge, 'openflow')] };
    await expect(startBridge(config)).rejects.toThrow(
      /^Cannot listen on tcp 127\.0\.0\.1:\d+: another program listens there$/,
    );
    const routers = [simpleRouter, { ...simpleRouter, name: 'r1' }];
    await expect(startBridge(labConfig({ kind: 'vns-router', routers, authKey: undefined }))).rejects.toThrow(
      'stands for r0 eth1',
    );
  });

  test('[BR13] a thread that dies is told once, with the reason; its last state stays, whoever waits is answered', async () => {
    const mortal = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ kind }) => {
        if (kind === 'start') parentPort.postMessage({ kind: 'started', state: { routers: ['the last state'] } });
        if (kind === 'readTrace') throw new Error('out of memory');
      });`;
    const thread = new URL(`data:text/javascript,${encodeURIComponent(mortal)}`);
    await using bridge = await startBridge(labConfig(), { thread });
    const lost: string[] = [];
    bridge.onLost((reason) => lost.push(reason));
    await expect(bridge.readTrace(0, 1)).rejects.toThrow("The bridge's thread failed: out of memory");
    expect(lost).toEqual(["The bridge's thread failed: out of memory"]);
    await expect(bridge.closeRouter('r0', '')).rejects.toThrow("The bridge's thread failed: out of memory");
    expect(bridge.state.routers).toEqual(['the last state']);
    await bridge.close();
    expect(lost).toHaveLength(1);
  });

  test('[BR13] a thread that dies as it starts rejects', async () => {
    const thread = new URL('data:text/javascript,process.exit(3)');
    await expect(startBridge(labConfig(), { thread })).rejects.toThrow(
      "The bridge's thread ended with 3 as it started",
    );
    const config = labConfig();
    const trace = { ...config.trace, records: 2 ** 40 };
    await expect(startBridge({ ...config, trace })).rejects.toThrow(/array|length|memory/i);
  });

  test('[BR6] a listener of the handle that throws is reported and hurts nobody else', async () => {
    const errors: unknown[] = [];
    await using bridge = await startBridge(labConfig(), { onListenerError: (cause) => errors.push(cause) });
    const cause = new Error('a broken page');
    bridge.onEvent(() => {
      throw cause;
    });
    const events = new EventWatch(bridge);
    await using _sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await events.next('switch:connected');
    expect(errors).toEqual([cause]);
  });
});

import { expect, test } from 'vitest';
import { startBridge } from './index.ts';
import { addressOf, EventWatch, ethernet, labConfig, traceOf, until } from './testing/lab.ts';
import { ScriptedRouter } from './testing/scripted-router.ts';
import { ScriptedSwitch } from './testing/scripted-switch.ts';

test('[BR1] a bridge on its own thread: listening, state, events, trace, router closed, end', async () => {
  await using bridge = await startBridge(labConfig());
  const events = new EventWatch(bridge);
  const batches: Uint8Array[] = [];
  bridge.onTrace((batch) => batches.push(batch));
  await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
  expect(await events.next('switch:connected')).toMatchObject({ node: 'sw0', level: 'info' });
  await using router = await ScriptedRouter.connect(addressOf(bridge, 'vns'));
  await events.next('router:ready');
  expect(bridge.state.routers[0]).toMatchObject({ name: 'r0', state: 'ready' });

  sw.packetIn(1, ethernet('02:00:00:00:00:01', '0a:00:00:00:00:01'));
  const { interfaceName, frame } = await router.hears('packet');
  expect(interfaceName).toBe('eth1');
  router.packet('eth2', frame);
  await sw.hears('packetOut');
  await until(() => batches.length > 0);
  const trace = await traceOf(bridge);
  expect(trace.map((record) => record.point)).toEqual(['packet_in', 'to_router', 'from_router', 'packet_out']);

  await bridge.closeRouter('r0', 'enough for today');
  expect(await router.hears('close')).toMatchObject({ message: 'enough for today' });
  await router.over();
});

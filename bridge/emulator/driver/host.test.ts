import { expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { addressOf, labConfig } from '../../testing/lab.ts';
import { parseTopology } from '../topo.ts';
import { prepareEmulator, startEmulator } from './host.ts';

const size = { cols: 80, rows: 24 };
const learning = { kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 } as const;

test('[EC42] a test of mn runs on a network on its own thread, against our controller, and exits with its result', async () => {
  await using bridge = await createBridge(labConfig(learning));
  const network = parseTopology('linear,2');
  await using emulator = await startEmulator({
    network,
    controller: addressOf(bridge, 'openflow'),
    mayReadFiles: false,
  });
  const run = emulator.openTest('pingall', size);
  let said = '';
  run.onData((data) => {
    said += Buffer.from(data).toString();
  });
  expect(await new Promise((resolve) => run.onExit(resolve))).toBe(0);
  expect(said).toContain('*** Results: 0% dropped (2/2 received)');
});

test('[EC43] a thread that was prepared runs the network that it is given later; one that was discarded runs none', async () => {
  await using bridge = await createBridge(labConfig(learning));
  const config = { network: parseTopology('single,2'), controller: addressOf(bridge, 'openflow'), mayReadFiles: false };
  const [used, unused] = [prepareEmulator(), prepareEmulator()];
  await Promise.all([unused.discard(), unused.discard()]);
  await expect(unused.start(config)).rejects.toThrow('The network is closed');
  const emulator = await used.start(config);
  const { output } = await emulator.exec('h1', ['hostname'], { outputLimitBytes: 1000 });
  expect(String(output)).toContain('h1');
  await used.discard();
  await expect(emulator.exec('h1', ['hostname'], { outputLimitBytes: 1000 })).rejects.toThrow('The network is closed');
  await used.discard();
});

import { expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { addressOf, labConfig } from '../../testing/lab.ts';
import { parseTopology } from '../topo.ts';
import { startEmulator } from './host.ts';

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

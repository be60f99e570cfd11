import { runNetwork } from '../bridge/emulator/driver/run.ts';
import { parseTopology } from '../bridge/emulator/topo.ts';

/** `emulator-scale TOPOLOGY PORT`: how long a network takes until all of its switches have their controller, and what it needs. */
const [topology = '', port = ''] = process.argv.slice(2);
// Since this process began, loading included.
const controller = { kind: 'tcp', host: '127.0.0.1', port: Number(port) } as const;
const { network, close } = runNetwork({ network: parseTopology(topology), controller, mayReadFiles: false });
while (!network.openFlowSwitches.every(({ isConnected }) => isConnected))
  await new Promise((resolve) => setTimeout(resolve, 1));
const upMs = performance.now();
console.log(JSON.stringify({ upMs, memoryMb: process.memoryUsage().rss / 1e6 }));
await close();

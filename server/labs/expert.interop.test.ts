import { expect, test } from 'vitest';
import { LabsUnderTest, ready } from './testing/labs-under-test.ts';

const bench = new LabsUnderTest('mininet');

const commands: readonly (readonly [host: string, ...argv: string[]])[] = [
  ['client', 'ping', '-c', '2', '-i', '0.2', '-W', '1', '10.0.1.1'],
  ['client', 'ping', '-c', '1', '-W', '1', '192.168.2.2'],
  ['client', 'ping', '-c', '1', '-W', '1', '-t', '1', '192.168.2.2'],
  ['client', 'ping', '-c', '1', '-W', '1', '8.8.8.8'],
  ['client', 'wget', '-O', '/dev/null', '-T', '2', '-t', '1', 'http://192.168.2.2/'],
  ['client', 'traceroute', '-n', '-q', '1', '-w', '1', '-m', '3', '192.168.2.2'],
];

test('[WB107] among real hosts the reference router earns no error and no warning', { timeout: 90_000 }, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  for (const [host, ...argv] of commands) await run.network.exec(host, argv, { timeoutMs: 15_000 });
  const { findings, packets } = await run.bridge.call('expert:findings', { after: 0, limit: 2000 });
  expect(packets).toBeGreaterThan(50);
  const blamed = findings.filter(({ severity }) => severity !== 'note');
  expect(blamed.map(({ kind, node, sentence }) => `${kind} at ${node}: ${sentence}`)).toEqual([]);
});

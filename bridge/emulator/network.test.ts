import { describe, expect, test } from 'vitest';
import { Writer } from '../codec/writer.ts';
import { VirtualScheduler } from '../determinism/scheduler.ts';
import { matchOf } from '../protocols/openflow/v10/match.ts';
import { encodeMessage } from '../protocols/openflow/v10/message.ts';
import { portNumbers } from '../protocols/openflow/v10/port.ts';
import { MemoryFiles } from './cli/files.ts';
import { runProgram } from './cli/run-program.ts';
import type { NetworkConfig } from './config.ts';
import { createNetwork, NetworkError } from './network.ts';
import { programs } from './program/programs.ts';
import { flowMod, output } from './switch/testing/switch-bench.ts';
import { parseTopology } from './topo.ts';

const two = parseTopology('single,2');

/** Every switch floods. */
function floodAll({ openFlowSwitches }: ReturnType<typeof createNetwork>): void {
  for (const each of openFlowSwitches) {
    const writer = new Writer(4096);
    const session = each.connected({ writer, flush: () => writer.reset(), end: () => undefined });
    session.open(0);
    session.receive(encodeMessage({ kind: 'hello', xid: 0, version: 1, elements: new Uint8Array(0) }), 0);
    session.receive(encodeMessage(flowMod({ match: matchOf({}), actions: [output(portNumbers.Flood)] })), 0);
  }
}

describe('a network', () => {
  test('[EM10] hosts reach each other by name and address over two switches', async () => {
    const scheduler = new VirtualScheduler();
    const network = createNetwork(parseTopology('linear,2'), scheduler);
    floodAll(network);
    const host = network.hosts.get('h1');
    if (host === undefined) throw new Error('h1 is there');
    const argv = ['ping', '-c', '2', 'h2'];
    const files = new MemoryFiles();
    const run = runProgram({ host, programs, files, argv, wallMs: () => 0, outputLimitBytes: 10_000 });
    const { exitCode, output: said } = await scheduler.settle(run);
    expect(said).toContain('2 packets transmitted, 2 received, 0% packet loss');
    expect(exitCode).toBe(0);
    network.close();
  });

  test('[EM10] a lab’s web server answers', async () => {
    const scheduler = new VirtualScheduler();
    const [h1, h2] = two.hosts;
    if (h1 === undefined || h2 === undefined) throw new Error('two hosts');
    const services = [{ kind: 'http' as const, port: 80 }];
    const network = createNetwork({ ...two, hosts: [h1, { ...h2, services }] }, scheduler);
    floodAll(network);
    const host = network.hosts.get('h1');
    if (host === undefined) throw new Error('h1 is there');
    const argv = ['wget', '-O', 'page', 'http://h2/'];
    const files = new MemoryFiles();
    const run = runProgram({ host, programs, files, argv, wallMs: () => 0, outputLimitBytes: 10_000 });
    expect((await scheduler.settle(run)).output).toMatch(/‘page’ saved/);
    expect(Buffer.from(files.read('page') ?? []).toString()).toContain('h2');
    network.close();
  });

  test.each<[string, Partial<NetworkConfig>]>([
    ['neither a host nor a switch', { links: [{ a: { node: 'h1', port: 0 }, b: { node: 'h9', port: 0 } }] }],
    ['h1 has no interface 3', { links: [{ a: { node: 'h1', port: 3 }, b: { node: 's1', port: 1 } }] }],
    ['two links in port 1 of s1', { links: two.links.map(({ a }) => ({ a, b: { node: 's1', port: 1 } })) }],
  ])('[EM10] refuses what cannot be built: %s', (why, part) => {
    const build = () => createNetwork({ ...two, ...part }, new VirtualScheduler());
    expect(build).toThrow(NetworkError);
    expect(build).toThrow(why);
  });
});

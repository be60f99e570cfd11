import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { addressOf, EventWatch, labConfig, traceOf } from '../../testing/lab.ts';
import { OvsLab, whyNoOvs } from '../../testing/ovs-lab.ts';
import { unanswered } from '../../testing/pings.ts';

const why = whyNoOvs() ?? (spawnSync('make', ['--version']).status === 0 ? undefined : 'not installed: make');
const source = fileURLToPath(new URL('../../testing/c-router', import.meta.url));
const hosts = [
  { name: 'server1', port: 1, address: '192.168.2.2/32', mac: '02:00:00:00:00:11', gateway: '192.168.2.1' },
  { name: 'server2', port: 2, address: '172.64.3.10/32', mac: '02:00:00:00:00:12', gateway: '172.64.3.1' },
  { name: 'client', port: 3, address: '10.0.1.100/32', mac: '02:00:00:00:00:13', gateway: '10.0.1.1' },
];
const rtable = [
  '10.0.1.100 10.0.1.100 255.255.255.255 eth3',
  '192.168.2.2 192.168.2.2 255.255.255.255 eth1',
  '172.64.3.10 172.64.3.10 255.255.255.255 eth2',
];

/** The classic client, built from its C source in a folder of its own. */
class CRouter implements AsyncDisposable {
  readonly #dir: string;
  readonly #process: ChildProcess;
  output = '';

  private constructor(dir: string, child: ChildProcess) {
    this.#dir = dir;
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (this.output += data));
  }

  static async start(port: number): Promise<CRouter> {
    const dir = await mkdtemp(join(tmpdir(), 'patchbay-sr-'));
    await cp(source, dir, { recursive: true });
    execFileSync('make', ['-s', '-C', dir], { stdio: 'pipe' });
    await writeFile(join(dir, 'rtable'), `${rtable.join('\n')}\n`);
    return new CRouter(dir, spawn('./sr', ['-s', '127.0.0.1', '-p', String(port)], { cwd: dir }));
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

test.skipIf(why)(`[BR30] hosts on a real Open vSwitch reach one another through a C router${why ?? ''}`, async () => {
  await using ovs = await OvsLab.prepare();
  await using bridge = await createBridge({ ...labConfig(), openflow: [ovs.openflow] });
  const events = new EventWatch(bridge);
  const vns = addressOf(bridge, 'vns');
  const port = vns.kind === 'tcp' ? vns.port : 0;
  await using router = await CRouter.start(port);
  await events.next('router:parked', 10_000);
  await ovs.start(hosts);
  await events.next('router:ready', 10_000);

  const ping = await ovs.on('client', 'ping', '-c', '5', '-i', '0.1', '-w', '8', '192.168.2.2');
  expect(unanswered(ping.output, 5)).toEqual([]);
  expect(
    unanswered((await ovs.on('server1', 'ping', '-c', '2', '-i', '0.1', '-w', '8', '172.64.3.10')).output, 2),
  ).toEqual([]);
  const trace = await traceOf(bridge);
  const [first] = trace.filter((r) => r.point === 'to_router');
  expect(trace.find((r) => r.seq === first?.parents[0])).toMatchObject({ point: 'packet_in', frame: first?.frame });
  // Every frame was whole, found its router, and came back to a port of the switch.
  expect(bridge.state.counters.drops['truncated by the switch']).toBeUndefined();
  expect(bridge.state.routers[0]).toMatchObject({ state: 'ready' });
  expect(router.output).not.toContain('ssertion');

  router.kill();
  expect(await events.next('router:disconnected')).toMatchObject({ node: 'r0' });
  await ovs.on('client', 'ping', '-c', '1', '-W', '1', '192.168.2.2');
  expect(bridge.state.counters.drops['no router']).toBeGreaterThan(0);
  await using _again = await CRouter.start(port);
  await events.next('router:ready', 10_000);
  expect(unanswered((await ovs.on('client', 'ping', '-c', '2', '-i', '0.1', '-w', '8', '10.0.1.1')).output, 2)).toEqual(
    [],
  );
});

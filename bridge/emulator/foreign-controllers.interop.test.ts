import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ListenAddress } from '../api.ts';
import { Writer } from '../codec/writer.ts';
import { messageLength } from '../protocols/openflow/v10/header.ts';
import { decodeMessage, encodeMessage, type MessageOf } from '../protocols/openflow/v10/message.ts';
import { openVSwitchEnvironment } from '../testing/open-vswitch.ts';
import { runTest } from './cli/test-commands.ts';
import { type LiveNetwork, runNetwork } from './driver/run.ts';
import { programs } from './program/programs.ts';
import { flowStats } from './switch/differential/messages.ts';
import type { OpenFlowSwitch } from './switch/switch.ts';
import { parseTopology } from './topo.ts';

/** Controllers that others wrote run an emulated network over real sockets, as they would run Open vSwitch. */
interface Foreign {
  readonly program: string;
  argv(dir: string, port: number): readonly string[];
  address(dir: string, port: number): ListenAddress;
}

const ovsTestController: Foreign = {
  program: 'ovs-testcontroller',
  argv: (dir) => [`punix:${join(dir, 'of.sock')}`],
  address: (dir) => ({ kind: 'unix', path: join(dir, 'of.sock') }),
};
const osKen: Foreign = {
  program: 'osken-manager',
  argv: (_dir, port) => [
    '--ofp-listen-host=127.0.0.1',
    `--ofp-tcp-listen-port=${port}`,
    fileURLToPath(new URL('../testing/os-ken-learning.py', import.meta.url)),
  ],
  address: (_dir, port) => ({ kind: 'tcp', host: '127.0.0.1', port }),
};

const isMissing = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;

/** A network that a controller drives, both of them running. */
class Driven implements AsyncDisposable {
  readonly live: LiveNetwork;
  readonly #dir: string;
  readonly #process: ChildProcess;

  private constructor(live: LiveNetwork, dir: string, process: ChildProcess) {
    this.live = live;
    this.#dir = dir;
    this.#process = process;
  }

  static async start(foreign: Foreign, topology: string): Promise<Driven> {
    const dir = await mkdtemp(join(tmpdir(), 'patchbay-foreign-'));
    const port = await freePort();
    const child = spawn(foreign.program, [...foreign.argv(dir, port)], {
      env: { ...openVSwitchEnvironment(dir), PYTHONDONTWRITEBYTECODE: '1' },
      stdio: 'ignore',
      cwd: dir,
    });
    const controller = foreign.address(dir, port);
    const live = runNetwork({ network: parseTopology(topology), controller, mayReadFiles: false });
    const driven = new Driven(live, dir, child);
    await expect.poll(() => live.network.openFlowSwitches.every(({ isConnected }) => isConnected), patience).toBe(true);
    return driven;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.live.close();
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGKILL');
      await exited;
    }
    await rm(this.#dir, { recursive: true, force: true });
  }
}
const patience = { timeout: 20_000, interval: 20 };

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}

/** The entries of a switch with their counters, asked for as a second controller. */
function flowsOf(its: OpenFlowSwitch): Extract<MessageOf<'statsReply'>['stats'], { readonly kind: 'flow' }>['flows'] {
  const writer = new Writer();
  const session = its.connected({ writer, flush: () => undefined, end: () => undefined });
  session.open(0);
  session.receive(encodeMessage({ kind: 'hello', xid: 1, version: 1, elements: new Uint8Array(0) }), 0);
  session.receive(encodeMessage({ ...flowStats(), xid: 2 }), 0);
  session.ended('asked and answered');
  const bytes = writer.finish();
  for (let at = 0; at < bytes.length; ) {
    const end = at + (messageLength(bytes, at, bytes.length - at) ?? bytes.length);
    const message = decodeMessage(bytes, at, end);
    if (message.kind === 'statsReply' && message.stats.kind === 'flow') return message.stats.flows;
    at = end;
  }
  throw new Error(`${its.name} did not tell its entries`);
}

for (const foreign of [ovsTestController, osKen]) {
  const isAbsent = isMissing(foreign.program);
  for (const topology of ['single,4', 'tree,2,2']) {
    test.skipIf(isAbsent)(
      `[ED2] ${foreign.program} runs ${topology} unchanged${isAbsent ? ': not installed' : ''}`,
      async () => {
        await using driven = await Driven.start(foreign, topology);
        const { network } = driven.live;
        let said = '';
        const write = (text: string): void => {
          said += text;
        };
        await runTest(network, programs, 'pingall', write);
        expect(said).toContain('*** Results: 0% dropped');
        for (const each of network.openFlowSwitches) {
          // The first round installed the entries, this one goes through them.
          expect(each.flowCount).toBeGreaterThan(0);
        }
        const second = await runTest(network, programs, 'pingall', write);
        expect(second.ok).toBe(true);
        for (const each of network.openFlowSwitches) {
          const hits = flowsOf(each).filter(({ packetCount }) => packetCount > 0n);
          expect(hits.length).toBeGreaterThan(0);
        }
      },
    );
  }
}

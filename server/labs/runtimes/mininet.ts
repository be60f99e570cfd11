import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../../contract/lab.ts';
import { AppError } from '../../errors.ts';
import { openPty } from '../../terminals/open-pty.ts';
import type { PtySize } from '../../terminals/pty.ts';
import { mininetScript } from '../project-paths.ts';
import { mininetLacks } from './mininet-lacks.ts';
import { labPath, MininetNetwork } from './mininet-network.ts';
import { noNetem, onPath, probeMininet, python, unshareArgv } from './mininet-probe.ts';
import { processOf } from './processes.ts';
import { RunDirs, recordProcess } from './run-dirs.ts';
import type { Network, PreparedNetwork, Runtime } from './runtime.ts';

const probeAgainMs = 60_000;

export interface MininetRuntimeOptions {
  /** Run directories are made below it; the system's temporary directory unless given. */
  readonly tmpDir?: string;
}

/** Real hosts and a real Open vSwitch, by Mininet in private namespaces; needs Linux and root (RUN1). */
export function createMininetRuntime(options: MininetRuntimeOptions = {}): Runtime {
  return new MininetRuntime(new RunDirs(options.tmpDir ?? tmpdir()));
}

class MininetRuntime implements Runtime {
  readonly kind = 'mininet';
  readonly #runDirs: RunDirs;
  #probe: { atMs: number; result: Promise<{ available: boolean; notes: string[] }> } | undefined;

  constructor(runDirs: RunDirs) {
    this.#runDirs = runDirs;
  }

  probe(): Promise<{ available: boolean; notes: string[] }> {
    const now = performance.now();
    if (this.#probe === undefined || now - this.#probe.atMs > probeAgainMs)
      this.#probe = { atMs: now, result: probeMininet(labPath) };
    return this.#probe.result;
  }

  async lacks(lab: Lab): Promise<string[]> {
    const [{ notes }, iperf] = await Promise.all([this.probe(), onPath('iperf', labPath)]);
    return mininetLacks(lab, { netem: !notes.includes(noNetem), iperf });
  }

  async prepare(lab: Lab): Promise<PreparedNetwork> {
    const { available, notes } = await this.probe();
    if (!available) throw new AppError('runtime-unavailable', notes.join(' '));
    const runDir = await this.#runDirs.create();
    const discard = () => rm(runDir, { recursive: true, force: true });
    try {
      for (const name of ['ovs', 'home', 'hosts']) await mkdir(join(runDir, name));
      await writeFile(join(runDir, 'lab.json'), JSON.stringify(lab));
      return {
        openflowSocket: join(runDir, 'ovs/of.sock'),
        start: (size) => startMininet({ lab, runDir, notes, discard }, size),
        discard,
      };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  async sweep(): Promise<void> {
    await this.#runDirs.sweep();
  }
}

interface Place {
  readonly lab: Lab;
  readonly runDir: string;
  readonly notes: readonly string[];
  readonly discard: () => Promise<void>;
}

async function startMininet({ lab, runDir, notes, discard }: Place, size: PtySize): Promise<Network> {
  const statusServer = await listen(join(runDir, 'status.sock'));
  // Killed with the server, whatever the terminal does: the whole lab hangs on this one process (RUN6).
  const argv = ['setpriv', '--pdeathsig', 'KILL', '--', ...unshareArgv];
  const env = { PATH: labPath, HOME: join(runDir, 'home'), LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' };
  const lines = ['--lab', join(runDir, 'lab.json'), '--run-dir', runDir];
  const pty = openPty({ argv: [...argv, python, mininetScript, ...lines], cwd: runDir, env }, size);
  const network = new MininetNetwork({ lab, runDir, pty, statusServer, notes, discard });
  const id = await processOf(pty.pid);
  if (id !== undefined) await recordProcess(runDir, id);
  return network;
}

async function listen(path: string): Promise<Server> {
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  // run_lab.py connects once; a lab never keeps a server from ending.
  server.maxConnections = 1;
  return server.unref();
}

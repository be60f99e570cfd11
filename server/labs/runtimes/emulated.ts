import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PreparedEmulator, prepareEmulator } from '../../../bridge/index.ts';
import type { Lab } from '../../contract/lab.ts';
import type { PtySize } from '../../terminals/pty.ts';
import { networkConfig } from './emulated-config.ts';
import { EmulatedNetwork } from './emulated-network.ts';
import { RunDirs } from './run-dirs.ts';
import type { Network, PreparedNetwork, Runtime } from './runtime.ts';

export interface EmulatedRuntimeOptions {
  /** Run directories are made below it; the system's temporary directory unless given. */
  readonly tmpDir?: string;
}

/** Hosts, links and OpenFlow switches inside this process, on a thread of their own; runs anywhere, as anybody (RUN10). */
export function createEmulatedRuntime(options: EmulatedRuntimeOptions = {}): Runtime {
  return new EmulatedRuntime(new RunDirs(options.tmpDir ?? tmpdir()));
}

class EmulatedRuntime implements Runtime {
  readonly kind = 'emulated';
  readonly #runDirs: RunDirs;

  constructor(runDirs: RunDirs) {
    this.#runDirs = runDirs;
  }

  async probe(): Promise<{ available: boolean; notes: string[] }> {
    return { available: true, notes: ['Hosts, links and switches are emulated; the OpenFlow between them is real.'] };
  }

  async lacks(): Promise<string[]> {
    return [];
  }

  async prepare(lab: Lab): Promise<PreparedNetwork> {
    // A named pipe is in no folder.
    if (process.platform === 'win32')
      return preparedAt(lab, `\\\\.\\pipe\\patchbay-${randomUUID()}`, async () => undefined);
    const runDir = await this.#runDirs.create();
    return preparedAt(lab, join(runDir, 'of.sock'), () => rm(runDir, { recursive: true, force: true }));
  }

  async sweep(): Promise<void> {
    await this.#runDirs.sweep();
  }
}

function preparedAt(lab: Lab, openflowSocket: string, removePlace: () => Promise<void>): PreparedNetwork {
  // Its code is loaded while the bridge is opened.
  const prepared = prepareEmulator();
  const discard = async (): Promise<void> => {
    await prepared.discard();
    await removePlace();
  };
  return {
    openflowSocket,
    start: (size) => start(lab, prepared, { path: openflowSocket, size, discard }),
    discard,
  };
}

interface StartOptions {
  /** Where the switches find their controller. */
  readonly path: string;
  readonly size: PtySize;
  readonly discard: () => Promise<void>;
}

async function start(lab: Lab, prepared: PreparedEmulator, { path, size, discard }: StartOptions): Promise<Network> {
  const controller = { kind: 'unix', path } as const;
  const emulator = await prepared.start({ network: networkConfig(lab), controller, mayReadFiles: false });
  return new EmulatedNetwork({ lab, emulator, size, discard });
}

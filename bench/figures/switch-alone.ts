import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadLab } from '../../server/labs/load-lab.ts';
import { createMininetRuntime } from '../../server/labs/runtimes/mininet.ts';
import type { Network } from '../../server/labs/runtimes/runtime.ts';
import { root } from '../support.ts';
import { ping } from './ping.ts';

/** A network whose hosts can be pinged. */
export interface SwitchAlone extends AsyncDisposable {
  /** Round trips h1 → h2, ms. */
  ping(args: readonly string[]): Promise<number[]>;
}

/**
 * Hosts and an Open vSwitch as in a lab, and a controller in C that sends every packet back to all ports: no router, no
 * Patchbay. What a packet costs here at least, for it meets the controller twice on its way there and back, as in a lab.
 */
export async function startSwitchAlone(testcontroller: string): Promise<SwitchAlone> {
  const { lab } = await loadLab(join(root, 'server/catalog/learning-switch/lab.json'));
  const prepared = await createMininetRuntime().prepare(lab);
  // Its control socket beside the switch's: Open vSwitch's own folder may not be there.
  const control = `--unixctl=${join(dirname(prepared.openflowSocket), 'testcontroller.ctl')}`;
  const options = ['--hub', '--noflow', control, `punix:${prepared.openflowSocket}`];
  const controller = spawn(testcontroller, options, { stdio: ['ignore', 'ignore', 'inherit'] });
  const close = async (network: Network | undefined): Promise<void> => {
    const ended = once(controller, 'exit');
    if (controller.kill()) await ended;
    await (network === undefined ? prepared.discard() : network.close());
  };
  let network: Network | undefined;
  try {
    network = await prepared.start({ cols: 80, rows: 24 });
    await network.ready;
    const opened = network;
    const measured = (args: readonly string[]) => ping(opened, 'h1', '10.0.0.2', args);
    await answered(() => measured(['-c', '1', '-W', '1']));
    return { ping: measured, [Symbol.asyncDispose]: () => close(opened) };
  } catch (error) {
    await close(network);
    throw error;
  }
}

/** Until the switch has found its controller. */
async function answered(ask: () => Promise<unknown>): Promise<void> {
  for (let left = 10; ; left--) {
    try {
      await ask();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await delay(500);
    }
  }
}

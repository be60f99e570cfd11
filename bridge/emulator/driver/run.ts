import type { ListenAddress } from '../../api.ts';
import { type Dialer, dial } from '../../net/dialer.ts';
import { RealScheduler } from '../../net/real-scheduler.ts';
import { createNetwork, type Network } from '../network.ts';
import type { EmulatorConfig } from './api.ts';

/** An emulated network in real time in this thread, its switches on real sockets to their controller. */
export interface LiveNetwork {
  readonly network: Network;
  readonly scheduler: RealScheduler;
  close(): Promise<void>;
}

/** Resolves when the network is there; its switches connect in the background and stay at it. */
export function runNetwork({ network: config, controller }: EmulatorConfig): LiveNetwork {
  const scheduler = new RealScheduler();
  const network = createNetwork(config, scheduler, () => Date.now());
  const dialers = controller === undefined ? [] : network.openFlowSwitches.map((each) => dialFor(each, controller));
  return {
    network,
    scheduler,
    close: async () => {
      await Promise.all(dialers.map((dialer) => dialer.close()));
      network.close();
      scheduler.close();
    },
  };
}

function dialFor(its: Network['openFlowSwitches'][number], controller: ListenAddress): Dialer {
  return dial(controller, { connected: (connection) => its.connected(connection) });
}

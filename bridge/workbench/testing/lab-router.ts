import type { BridgeRouter } from '../../api.ts';
import { eth1, eth2, eth3 } from '../../router/testing/network.ts';

/** The router of Simple Router as the bridge tells of it. */
export const labRouter: BridgeRouter = {
  name: 'r0',
  vhost: 'vrhost',
  state: 'ready',
  peer: '',
  interfaces: [eth1, eth2, eth3].map((station, i) => ({
    name: `eth${i + 1}`,
    port: i + 1,
    mask: '255.255.255.0',
    ...station,
  })),
  toRouter: 0,
  fromRouter: 0,
  lastToRouter: { seq: 0, tUs: 0 },
};

import type { Topic } from './sequence.ts';
import { outputs, refusals, rewrites } from './topics/actions.ts';
import { configuration, echoes, hellos } from './topics/connection.ts';
import { adding, flags, modify, remove } from './topics/flow-table.ts';
import { learning } from './topics/learning.ts';
import { malformed } from './topics/malformed.ts';
import { matching, priorities } from './topics/matching.ts';
import { packetIns, packetOuts } from './topics/packets.ts';
import { ports } from './topics/ports.ts';
import { statistics } from './topics/statistics.ts';
import { timeouts } from './topics/timeouts.ts';

/** Everything that is played against both switches. */
export const topics: readonly Topic[] = [
  hellos,
  configuration,
  echoes,
  adding,
  flags,
  modify,
  remove,
  matching,
  priorities,
  rewrites,
  outputs,
  refusals,
  packetOuts,
  packetIns,
  statistics,
  ports,
  timeouts,
  malformed,
  learning,
];

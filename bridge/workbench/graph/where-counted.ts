import { points, rules } from '../../packet/trace-batch.ts';
import type { LoggedRecord } from '../../trace/logged-record.ts';

/**
 * Which records of a frame count (WB44), for a frame is logged at each point of its way: `hosts` what hosts sent, on
 * their wire where that is watched, else where the bridge had it first; `controller` each packet_in; `frames` each frame
 * where it was seen first, so those too that a router made; `records` all.
 */
export type CountedAt = 'hosts' | 'controller' | 'frames' | 'records';

const hostTx = points.indexOf('host.tx');
const packetIn = points.indexOf('packet_in');
const sameFrame = rules.indexOf('same frame');

/** The frame was not logged before, or not as it is now. */
const isFirst = ({ parentCount, rule }: LoggedRecord): boolean => parentCount === 0 || rule !== sameFrame;

const tests: Readonly<Record<CountedAt, (record: LoggedRecord) => boolean>> = {
  hosts: (record) => record.point === hostTx || (record.point === packetIn && isFirst(record)),
  controller: ({ point }) => point === packetIn,
  frames: isFirst,
  records: () => true,
};

/** Whether a record counts. */
export const countsAt = (at: CountedAt): ((record: LoggedRecord) => boolean) => tests[at];

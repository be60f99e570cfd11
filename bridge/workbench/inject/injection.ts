import { noBuffer } from '../../protocols/openflow/v10/bodies.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { Interceptor, Passage } from '../../trace/intercept.ts';
import type { PacketLog } from '../../trace/packet-log.ts';

/** Points at which a frame is logged when it arrives, before anything is done with it. */
const logsArrival: ReadonlySet<Passage['point']> = new Set(['packet_in', 'from_router']);

/**
 * Puts a frame in at a place: a record at point `inject`, from which everything that becomes of the frame descends (WB70);
 * faults and breakpoints apply to it. Returns the seq of that record.
 */
export function inject(
  log: PacketLog,
  interceptor: Interceptor,
  passage: Passage,
  port: number,
  bytes: Uint8Array,
): number {
  const seq = log.made(0, 'inject', passage.node, port, 'injected', bytes);
  const parent = logsArrival.has(passage.point) ? log.follow(seq, passage.point, passage.node, port) : seq;
  const inPort = passage.point === 'packet_in' ? port : portNumbers.None;
  interceptor.onward(passage, {
    ...{ parent, port, inPort, bytes },
    bufferId: noBuffer,
    isWhole: true,
    start: 0,
    end: bytes.length,
  });
  return seq;
}

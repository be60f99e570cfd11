import { newFilterRecord, noContext } from '../packet/filter/record.ts';
import { readFilterWhere, refusedOnTheWay } from '../packet/filter/scope.ts';
import { points, verdicts } from '../packet/trace-batch.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import type { FrameMatch } from './frame-match.ts';
import { asked } from './log-filter.ts';

/** A filter over frames at a point; throws bad-request with what is wrong and where. */
export function matchOf(text: string, log: PacketLog): FrameMatch {
  const { over } = asked(readFilterWhere(text, refusedOnTheWay));
  const passes = over({ ...noContext, nodeName: (node) => log.nodeName(node) });
  const record = newFilterRecord();
  record.verdict = verdicts.indexOf('passed');
  return ({ point, node }, { parent, port, bytes, start, end }) => {
    record.seq = parent;
    record.tUs = log.timeOf(parent);
    record.point = points.indexOf(point);
    record.node = node;
    record.port = port;
    record.length = end - start;
    record.bytes = bytes;
    record.start = start;
    record.end = end;
    return passes(record);
  };
}

import { noOptions } from './options.ts';
import { encodeSegment, flag, lengthOf, type Segment, seal } from './segment.ts';
import { advanced } from './sequence.ts';

/** The answer to a segment that nobody here waits for (RFC 9293 §3.5.2, first group); undefined to a reset. */
export function resetFor(source: number, destination: number, segment: Segment): Uint8Array | undefined {
  if ((segment.flags & flag.rst) !== 0) return undefined;
  const hasAck = (segment.flags & flag.ack) !== 0;
  const bytes = encodeSegment(
    {
      sourcePort: segment.destinationPort,
      destinationPort: segment.sourcePort,
      sequence: hasAck ? segment.acknowledgement : 0,
      acknowledgement: hasAck ? 0 : advanced(segment.sequence, lengthOf(segment)),
      flags: hasAck ? flag.rst : flag.rst | flag.ack,
      window: 0,
      options: noOptions,
    },
    0,
  );
  seal(bytes, destination, source);
  return bytes;
}

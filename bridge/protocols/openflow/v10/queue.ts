import { list } from '../../../codec/list.ts';
import { u16, u32 } from '../../../codec/numbers.ts';
import { pad } from '../../../codec/raw.ts';
import { ownLength, struct } from '../../../codec/struct.ts';
import { tagged } from '../../../codec/tagged.ts';
import { portNumber } from './port.ts';

/** §5.2.2, ofp_queue_prop_*. `rate` is in tenths of a percent; above 1000 it is not configured. */
const QueueProperty = tagged(
  { head: { property: u16, _length: ownLength(u16), _pad: pad(4) }, tag: 'property' },
  {
    none: [0, struct({})],
    minRate: [1, struct({ rate: u16, _pad: pad(6) })],
  },
);

/** §5.2.2, ofp_packet_queue. */
const PacketQueue = struct({
  queueId: u32,
  _length: ownLength(u16),
  _pad: pad(2),
  properties: list(QueueProperty),
});

/** §5.3.4, ofp_queue_get_config_request. */
export const QueueGetConfigRequest = struct({ port: portNumber, _pad: pad(2) });
/** §5.3.4, ofp_queue_get_config_reply. */
export const QueueGetConfigReply = struct({ port: portNumber, _pad: pad(6), queues: list(PacketQueue) });

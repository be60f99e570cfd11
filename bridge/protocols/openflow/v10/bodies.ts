import { mac } from '../../../codec/addresses.ts';
import { list, sized } from '../../../codec/list.ts';
import { flags, labelled, named, u8, u16, u32, u64 } from '../../../codec/numbers.ts';
import { pad, rest } from '../../../codec/raw.ts';
import { struct } from '../../../codec/struct.ts';
import type { Cases } from '../../../codec/tagged.ts';
import { Action } from './action.ts';
import { ErrorBody } from './error.ts';
import { messageTypes } from './header.ts';
import { Match } from './match.ts';
import { PhysicalPort, portConfig, portFeatures, portNumber } from './port.ts';
import { QueueGetConfigReply, QueueGetConfigRequest } from './queue.ts';
import { StatsReply, StatsRequest } from './stats.ts';

/** The buffer id that means: the whole packet is in the message. */
export const noBuffer = 0xffff_ffff;
const bufferId = labelled(u32, { none: noBuffer });

const Empty = struct({});
const Data = struct({ data: rest });

/** §5.3.1, ofp_switch_features. */
const FeaturesReply = struct({
  datapathId: u64,
  buffers: u32,
  tables: u8,
  _pad: pad(3),
  capabilities: flags(u32, {
    flowStats: 1 << 0,
    tableStats: 1 << 1,
    portStats: 1 << 2,
    stp: 1 << 3,
    reserved: 1 << 4,
    ipReasm: 1 << 5,
    queueStats: 1 << 6,
    arpMatchIp: 1 << 7,
  }),
  /** Bit n: actions of type n are supported. */
  actions: u32,
  ports: list(PhysicalPort),
});

/** §5.3.2, ofp_switch_config. */
const SwitchConfig = struct({
  fragments: named(u16, { normal: 0, drop: 1, reassemble: 2, mask: 3 }),
  missSendLength: u16,
});

/** §5.4.1, ofp_packet_in. `totalLength` is that of the frame, `data` may be its beginning only. */
export const PacketIn = struct({
  bufferId,
  totalLength: u16,
  inPort: portNumber,
  reason: named(u8, { noMatch: 0, action: 1 }),
  _pad: pad(1),
  data: rest,
});

/** §5.4.2, ofp_flow_removed. */
export const FlowRemoved = struct({
  match: Match,
  cookie: u64,
  priority: u16,
  reason: named(u8, { idleTimeout: 0, hardTimeout: 1, delete: 2 }),
  _1: pad(1),
  durationS: u32,
  durationNs: u32,
  idleTimeoutS: u16,
  _2: pad(2),
  packetCount: u64,
  byteCount: u64,
});

/** §5.4.3, ofp_port_status. */
const PortStatus = struct({
  reason: named(u8, { add: 0, delete: 1, modify: 2 }),
  _pad: pad(7),
  port: PhysicalPort,
});

/** §5.3.6, ofp_packet_out. `data` counts only without a buffer. */
export const PacketOut = struct({
  bufferId,
  inPort: portNumber,
  actions: sized(u16, list(Action)),
  data: rest,
});

/** §5.3.3, ofp_flow_mod. `outPort` filters deletions (None: no filter). */
export const FlowMod = struct({
  match: Match,
  cookie: u64,
  command: named(u16, { add: 0, modify: 1, modifyStrict: 2, delete: 3, deleteStrict: 4 }),
  idleTimeoutS: u16,
  hardTimeoutS: u16,
  priority: u16,
  bufferId,
  outPort: portNumber,
  flags: flags(u16, { sendFlowRemoved: 1, checkOverlap: 2, emergency: 4 }),
  actions: list(Action),
});

/** §5.3.3, ofp_port_mod: sets the bits of `config` that `mask` names; `advertise` empty leaves the link as it is. */
const PortMod = struct({
  port: portNumber,
  mac,
  config: portConfig,
  mask: portConfig,
  advertise: portFeatures,
  _pad: pad(4),
});

/** Every message of OpenFlow 1.0.0: its type and what follows the header. */
export const bodies = {
  hello: [messageTypes.hello, struct({ elements: rest })],
  error: [messageTypes.error, ErrorBody],
  echoRequest: [messageTypes.echoRequest, Data],
  echoReply: [messageTypes.echoReply, Data],
  vendor: [messageTypes.vendor, struct({ vendor: u32, body: rest })],
  featuresRequest: [messageTypes.featuresRequest, Empty],
  featuresReply: [messageTypes.featuresReply, FeaturesReply],
  getConfigRequest: [messageTypes.getConfigRequest, Empty],
  getConfigReply: [messageTypes.getConfigReply, SwitchConfig],
  setConfig: [messageTypes.setConfig, SwitchConfig],
  packetIn: [messageTypes.packetIn, PacketIn],
  flowRemoved: [messageTypes.flowRemoved, FlowRemoved],
  portStatus: [messageTypes.portStatus, PortStatus],
  packetOut: [messageTypes.packetOut, PacketOut],
  flowMod: [messageTypes.flowMod, FlowMod],
  portMod: [messageTypes.portMod, PortMod],
  statsRequest: [messageTypes.statsRequest, struct({ stats: StatsRequest })],
  statsReply: [messageTypes.statsReply, struct({ stats: StatsReply })],
  barrierRequest: [messageTypes.barrierRequest, Empty],
  barrierReply: [messageTypes.barrierReply, Empty],
  queueGetConfigRequest: [messageTypes.queueGetConfigRequest, QueueGetConfigRequest],
  queueGetConfigReply: [messageTypes.queueGetConfigReply, QueueGetConfigReply],
} as const satisfies Cases;

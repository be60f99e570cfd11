import type { Infer } from '../../../codec/codec.ts';
import { list } from '../../../codec/list.ts';
import { flags, labelled, u8, u16, u32, u64 } from '../../../codec/numbers.ts';
import { pad, rest } from '../../../codec/raw.ts';
import { ownLength, struct } from '../../../codec/struct.ts';
import { tagged } from '../../../codec/tagged.ts';
import { text } from '../../../codec/text.ts';
import { Action } from './action.ts';
import { Match, Wildcards } from './match.ts';
import { portNumber } from './port.ts';

/** §5.3.5, ofp_stats_types. */
const statsTypes = {
  desc: 0,
  flow: 1,
  aggregate: 2,
  table: 3,
  port: 4,
  queue: 5,
  vendor: 0xffff,
} as const;

/** Table ids of a request that mean no single table. */
const tables = { emergency: 0xfe, all: 0xff } as const;
const queueId = labelled(u32, { all: 0xffff_ffff });

const FlowSelection = struct({
  match: Match,
  tableId: labelled(u8, tables),
  _pad: pad(1),
  outPort: portNumber,
});
const Vendor = struct({ vendor: u32, body: rest });

/** §5.3.5, ofp_stats_request and its bodies. No flags are defined. */
export const StatsRequest = tagged(
  { head: { type: labelled(u16, statsTypes), flags: flags(u16, {}) }, tag: 'type' },
  {
    desc: [statsTypes.desc, struct({})],
    flow: [statsTypes.flow, FlowSelection],
    aggregate: [statsTypes.aggregate, FlowSelection],
    table: [statsTypes.table, struct({})],
    port: [statsTypes.port, struct({ port: portNumber, _pad: pad(6) })],
    queue: [statsTypes.queue, struct({ port: portNumber, _pad: pad(2), queueId })],
    vendor: [statsTypes.vendor, Vendor],
  },
);
export type StatsRequest = Infer<typeof StatsRequest>;

/** §5.3.5, ofp_flow_stats. */
const FlowStats = struct({
  _length: ownLength(u16),
  tableId: u8,
  _1: pad(1),
  match: Match,
  durationS: u32,
  durationNs: u32,
  priority: u16,
  idleTimeoutS: u16,
  hardTimeoutS: u16,
  _2: pad(6),
  cookie: u64,
  packetCount: u64,
  byteCount: u64,
  actions: list(Action),
});

/** §5.3.5, ofp_table_stats. */
export const TableStats = struct({
  tableId: u8,
  _1: pad(3),
  name: text(32),
  wildcards: Wildcards,
  maxEntries: u32,
  activeCount: u32,
  lookupCount: u64,
  matchedCount: u64,
});
export type TableStats = Infer<typeof TableStats>;

/** §5.3.5, ofp_port_stats. A counter that a switch does not keep is 2⁶⁴ − 1. */
export const PortStats = struct({
  port: portNumber,
  _1: pad(6),
  rxPackets: u64,
  txPackets: u64,
  rxBytes: u64,
  txBytes: u64,
  rxDropped: u64,
  txDropped: u64,
  rxErrors: u64,
  txErrors: u64,
  rxFrameErrors: u64,
  rxOverrunErrors: u64,
  rxCrcErrors: u64,
  collisions: u64,
});
export type PortStats = Infer<typeof PortStats>;

/** §5.3.5, ofp_queue_stats. */
export const QueueStats = struct({
  port: portNumber,
  _1: pad(2),
  queueId: u32,
  txBytes: u64,
  txPackets: u64,
  txErrors: u64,
});
export type QueueStats = Infer<typeof QueueStats>;

/** §5.3.5, ofp_stats_reply and its bodies; flag `more`: another reply with this xid follows. */
export const StatsReply = tagged(
  { head: { type: labelled(u16, statsTypes), flags: flags(u16, { more: 1 }) }, tag: 'type' },
  {
    desc: [
      statsTypes.desc,
      struct({
        manufacturer: text(256),
        hardware: text(256),
        software: text(256),
        serialNumber: text(32),
        datapath: text(256),
      }),
    ],
    flow: [statsTypes.flow, struct({ flows: list(FlowStats) })],
    aggregate: [statsTypes.aggregate, struct({ packetCount: u64, byteCount: u64, flowCount: u32, _pad: pad(4) })],
    table: [statsTypes.table, struct({ tables: list(TableStats) })],
    port: [statsTypes.port, struct({ ports: list(PortStats) })],
    queue: [statsTypes.queue, struct({ queues: list(QueueStats) })],
    vendor: [statsTypes.vendor, Vendor],
  },
);
export type StatsReply = Infer<typeof StatsReply>;

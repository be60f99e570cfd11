import fc from 'fast-check';
import type { Action } from '../protocols/openflow/v10/action.ts';
import { type MatchFields, matchOf } from '../protocols/openflow/v10/match.ts';
import type { Message, MessageOf } from '../protocols/openflow/v10/message.ts';
import type { StatsReply, StatsRequest } from '../protocols/openflow/v10/stats.ts';

/** Arbitrary OpenFlow 1.0 messages, a generator for each kind; every value is one that the wire can carry. */
const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
const data = fc.uint8Array({ maxLength: 80 });
const name = (max: number): fc.Arbitrary<string> => fc.string({ maxLength: max }).filter((s) => !s.includes('\0'));
const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'));
/** Some of these, in the order of their bits, as flags are read. */
const someOf = <const T extends string>(...names: T[]): fc.Arbitrary<readonly T[]> => fc.subarray(names);
/** One of these, as literals. */
const oneOf = <const T extends readonly (string | number)[]>(...values: T): fc.Arbitrary<T[number]> =>
  fc.constantFrom<T[number][]>(...values);
const kind = <const K extends string>(k: K): fc.Arbitrary<K> => fc.constant(k);

const prefix = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
  .map(([address, length]) => (length === 32 ? address : `${address}/${length}`));
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** What to match, without the keys that match anything. */
export const arbitraryMatchFields: fc.Arbitrary<MatchFields> = fc
  .record({
    inPort: maybe(u16),
    dlSrc: maybe(mac),
    dlDst: maybe(mac),
    dlVlan: maybe(u16),
    dlVlanPcp: maybe(u8),
    dlType: maybe(u16),
    nwTos: maybe(u8),
    nwProto: maybe(u8),
    nwSrc: maybe(prefix),
    nwDst: maybe(prefix),
    tpSrc: maybe(u16),
    tpDst: maybe(u16),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
const match = arbitraryMatchFields.map(matchOf);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: kind('output'), port: u16, maxLength: u16 }),
  fc.record({ kind: kind('setVlanVid'), vlanVid: u16 }),
  fc.record({ kind: kind('setVlanPcp'), vlanPcp: u8 }),
  fc.record({ kind: kind('stripVlan') }),
  fc.record({ kind: fc.constantFrom('setDlSrc', 'setDlDst'), address: mac }),
  fc.record({ kind: fc.constantFrom('setNwSrc', 'setNwDst'), address: fc.ipV4() }),
  fc.record({ kind: kind('setNwTos'), nwTos: u8 }),
  fc.record({ kind: fc.constantFrom('setTpSrc', 'setTpDst'), port: u16 }),
  fc.record({ kind: kind('enqueue'), port: u16, queueId: u32 }),
  fc.record({ kind: kind('vendor'), vendor: u32, body: data }),
  fc.record({ kind: kind('unknown'), tag: fc.integer({ min: 12, max: 0xfffe }), raw: data }),
);
const actions = fc.array(action, { maxLength: 6 });

const portConfig = someOf('portDown', 'noStp', 'noRecv', 'noRecvStp', 'noFlood', 'noFwd', 'noPacketIn');
const portFeatures = someOf('tenMbHalf', 'tenMbFull', 'hundredMbFull', 'oneGbFull', 'tenGbFull', 'copper', 'pauseAsym');
const port = fc.record({
  number: u16,
  mac,
  name: name(15),
  config: portConfig,
  state: someOf('linkDown', 'stpLearn', 'stpForward'),
  current: portFeatures,
  advertised: portFeatures,
  supported: portFeatures,
  peer: portFeatures,
});

const queue = fc.record({
  queueId: u32,
  properties: fc.array(
    fc.oneof(
      fc.record({ kind: kind('none') }),
      fc.record({ kind: kind('minRate'), rate: u16 }),
      fc.record({ kind: kind('unknown'), tag: fc.integer({ min: 2, max: 0xffff }), raw: data }),
    ),
    { maxLength: 3 },
  ),
});

const noFlags = fc.constant([]);
const selection = { flags: noFlags, match, tableId: u8, outPort: u16 };
const vendor = { vendor: u32, body: data };
const statsRequest: fc.Arbitrary<StatsRequest> = fc.oneof(
  fc.record({ kind: fc.constantFrom('desc', 'table'), flags: noFlags }),
  fc.record({ kind: fc.constantFrom('flow', 'aggregate'), ...selection }),
  fc.record({ kind: kind('port'), flags: noFlags, port: u16 }),
  fc.record({ kind: kind('queue'), flags: noFlags, port: u16, queueId: u32 }),
  fc.record({ kind: kind('vendor'), flags: noFlags, ...vendor }),
  fc.record({ kind: kind('unknown'), flags: noFlags, tag: fc.integer({ min: 6, max: 0xfffe }), raw: data }),
);

const flags = someOf('more');
const flow = fc.record({
  tableId: u8,
  match,
  durationS: u32,
  durationNs: u32,
  priority: u16,
  idleTimeoutS: u16,
  hardTimeoutS: u16,
  cookie: u64,
  packetCount: u64,
  byteCount: u64,
  actions,
});
const table = fc.record({
  tableId: u8,
  name: name(32),
  wildcards: match.map(({ wildcards }) => wildcards),
  maxEntries: u32,
  activeCount: u32,
  lookupCount: u64,
  matchedCount: u64,
});
const portStats = fc.record({
  port: u16,
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
const queueStats = fc.record({ port: u16, queueId: u32, txBytes: u64, txPackets: u64, txErrors: u64 });
const few = { maxLength: 3 };
const statsReply: fc.Arbitrary<StatsReply> = fc.oneof(
  fc.record({
    kind: kind('desc'),
    flags,
    manufacturer: name(256),
    hardware: name(256),
    software: name(256),
    serialNumber: name(32),
    datapath: name(256),
  }),
  fc.record({ kind: kind('flow'), flags, flows: fc.array(flow, few) }),
  fc.record({ kind: kind('aggregate'), flags, packetCount: u64, byteCount: u64, flowCount: u32 }),
  fc.record({ kind: kind('table'), flags, tables: fc.array(table, few) }),
  fc.record({ kind: kind('port'), flags, ports: fc.array(portStats, few) }),
  fc.record({ kind: kind('queue'), flags, queues: fc.array(queueStats, few) }),
  fc.record({ kind: kind('vendor'), flags, ...vendor }),
  fc.record({ kind: kind('unknown'), flags, tag: fc.integer({ min: 6, max: 0xfffe }), raw: data }),
);

const empty = <const K extends string>(k: K) => fc.record({ kind: kind(k), xid: u32 });
const config = { fragments: oneOf('normal', 'drop', 'reassemble', 'mask', 4), missSendLength: u16 } as const;

/** `arbitraryMessages.flowMod` makes flow mods. */
export const arbitraryMessages: { readonly [K in Message['kind']]: fc.Arbitrary<MessageOf<K>> } = {
  hello: fc.record({ kind: kind('hello'), xid: u32, version: u8, elements: data }),
  error: fc.record({ kind: kind('error'), xid: u32, type: u16, code: u16, data }),
  echoRequest: fc.record({ kind: kind('echoRequest'), xid: u32, data }),
  echoReply: fc.record({ kind: kind('echoReply'), xid: u32, data }),
  vendor: fc.record({ kind: kind('vendor'), xid: u32, ...vendor }),
  featuresRequest: empty('featuresRequest'),
  featuresReply: fc.record({
    kind: kind('featuresReply'),
    xid: u32,
    datapathId: u64,
    buffers: u32,
    tables: u8,
    capabilities: someOf('flowStats', 'tableStats', 'portStats', 'stp', 'ipReasm', 'queueStats', 'arpMatchIp'),
    actions: u32,
    ports: fc.array(port, { maxLength: 4 }),
  }),
  getConfigRequest: empty('getConfigRequest'),
  getConfigReply: fc.record({ kind: kind('getConfigReply'), xid: u32, ...config }),
  setConfig: fc.record({ kind: kind('setConfig'), xid: u32, ...config }),
  packetIn: fc.record({
    kind: kind('packetIn'),
    xid: u32,
    bufferId: u32,
    totalLength: u16,
    inPort: u16,
    reason: oneOf('noMatch', 'action', 7),
    data,
  }),
  flowRemoved: fc.record({
    kind: kind('flowRemoved'),
    xid: u32,
    match,
    cookie: u64,
    priority: u16,
    reason: oneOf('idleTimeout', 'hardTimeout', 'delete', 9),
    durationS: u32,
    durationNs: u32,
    idleTimeoutS: u16,
    packetCount: u64,
    byteCount: u64,
  }),
  portStatus: fc.record({
    kind: kind('portStatus'),
    xid: u32,
    reason: oneOf('add', 'delete', 'modify'),
    port,
  }),
  packetOut: fc.record({ kind: kind('packetOut'), xid: u32, bufferId: u32, inPort: u16, actions, data }),
  flowMod: fc.record({
    kind: kind('flowMod'),
    xid: u32,
    match,
    cookie: u64,
    command: oneOf('add', 'modify', 'modifyStrict', 'delete', 'deleteStrict', 77),
    idleTimeoutS: u16,
    hardTimeoutS: u16,
    priority: u16,
    bufferId: u32,
    outPort: u16,
    flags: someOf('sendFlowRemoved', 'checkOverlap', 'emergency'),
    actions,
  }),
  portMod: fc.record({
    kind: kind('portMod'),
    xid: u32,
    port: u16,
    mac,
    config: portConfig,
    mask: portConfig,
    advertise: portFeatures,
  }),
  statsRequest: fc.record({ kind: kind('statsRequest'), xid: u32, stats: statsRequest }),
  statsReply: fc.record({ kind: kind('statsReply'), xid: u32, stats: statsReply }),
  barrierRequest: empty('barrierRequest'),
  barrierReply: empty('barrierReply'),
  queueGetConfigRequest: fc.record({ kind: kind('queueGetConfigRequest'), xid: u32, port: u16 }),
  queueGetConfigReply: fc.record({
    kind: kind('queueGetConfigReply'),
    xid: u32,
    port: u16,
    queues: fc.array(queue, { maxLength: 3 }),
  }),
  unknown: fc.record({
    kind: kind('unknown'),
    xid: u32,
    version: fc.integer({ min: 2, max: 255 }),
    type: fc.integer({ min: 1, max: 255 }),
    raw: data,
  }),
};

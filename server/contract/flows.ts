import { type Static, Type } from 'typebox';

/** Methods of the workbench about flow tables and OpenFlow's control messages; times are µs on the trace's clock. */
const Dpid = Type.String({ pattern: '^[0-9a-f]{16}$' });
const FlowId = Type.String({ maxLength: 500, description: 'table, priority and match, as flows/read names an entry' });
const strict = { additionalProperties: false } as const;

const FlowDraft = Type.Object(
  {
    match: Type.String({ maxLength: 1000, description: 'in_port=1, ip.dst=10.0.1.0/24; empty matches everything' }),
    actions: Type.String({ maxLength: 2000, description: 'set_dl_dst:02:00:00:00:00:01, output:2; or drop' }),
    priority: Type.Number(),
    idleTimeoutS: Type.Number({ description: '0 for never' }),
    hardTimeoutS: Type.Number({ description: '0 for never' }),
    cookie: Type.String({ maxLength: 40 }),
  },
  strict,
);

const MatchField = Type.Union(
  [
    Type.Literal('inPort'),
    Type.Literal('dlSrc'),
    Type.Literal('dlDst'),
    Type.Literal('dlVlan'),
    Type.Literal('dlVlanPcp'),
    Type.Literal('dlType'),
    Type.Literal('nwTos'),
    Type.Literal('nwProto'),
    Type.Literal('nwSrc'),
    Type.Literal('nwDst'),
    Type.Literal('tpSrc'),
    Type.Literal('tpDst'),
  ],
  { description: 'a field of OpenFlow 1.0’s match' },
);

const FlowRow = Type.Object({
  id: Type.String(),
  table: Type.Integer(),
  priority: Type.Integer(),
  match: Type.Array(Type.Object({ field: MatchField, name: Type.String(), text: Type.String() })),
  matchText: Type.String(),
  actions: Type.Array(Type.String()),
  actionsText: Type.String(),
  packets: Type.Number({ description: '-1: not counted' }),
  bytes: Type.Number({ description: '-1: not counted' }),
  packetsDelta: Type.Number(),
  bytesDelta: Type.Number(),
  packetRate: Type.Number(),
  isNew: Type.Boolean(),
  ageS: Type.Number(),
  idleTimeoutS: Type.Integer(),
  hardTimeoutS: Type.Integer(),
  idleLeftS: Type.Number({ description: '-1: never' }),
  isIdleLeftInferred: Type.Boolean(),
  hardLeftS: Type.Number({ description: '-1: never' }),
  cookie: Type.String(),
});
export type FlowRow = Static<typeof FlowRow>;

export const FlowTable = Type.Object({
  dpid: Type.String(),
  switch: Type.String(),
  tUs: Type.Number(),
  previousUs: Type.Number(),
  entries: Type.Array(FlowRow),
  tables: Type.Array(
    Type.Object({
      table: Type.Integer(),
      name: Type.String(),
      entries: Type.Integer(),
      mostEntries: Type.Integer(),
      lookups: Type.Number(),
      matched: Type.Number(),
    }),
  ),
  packets: Type.Number(),
  bytes: Type.Number(),
  changes: Type.Array(Type.Object({ id: Type.Integer(), tUs: Type.Number(), text: Type.String() })),
});
export type FlowTable = Static<typeof FlowTable>;

/** An entry of a table of the past; counters and times that nothing tells are −2. */
const PastFlowRow = Type.Object({
  ...FlowRow.properties,
  confidence: Type.Union([Type.Literal('observed'), Type.Literal('inferred')]),
  basis: Type.String(),
  doubt: Type.String({ description: 'what is not sure about it; empty for nothing' }),
  countedUs: Type.Number({ description: 'when the switch told the counters; 0: not within a second' }),
  createdUs: Type.Number(),
});
export type PastFlowRow = Static<typeof PastFlowRow>;

const PastFlowTable = Type.Object({
  dpid: Type.String(),
  switch: Type.String(),
  atUs: Type.Number(),
  entries: Type.Array(PastFlowRow),
  isWhole: Type.Boolean(),
  answerUs: Type.Number(),
  nextAnswerUs: Type.Number(),
  text: Type.String(),
});
export type PastFlowTable = Static<typeof PastFlowTable>;

/** What flow entries let pass the bridge by. */
const FlowBypass = Type.Object({
  switches: Type.Array(Type.Object({ dpid: Type.String(), switch: Type.String(), entries: Type.Integer() })),
  entries: Type.Integer(),
  packets: Type.Number(),
  sinceUs: Type.Number(),
  isAtLeast: Type.Boolean({ description: 'entries that ended without telling had counted, too' }),
});
export type FlowBypass = Static<typeof FlowBypass>;

const FlowLookup = Type.Object({
  confidence: Type.Literal('inferred'),
  tableUs: Type.Number(),
  packetUs: Type.Number(),
  matched: Type.String(),
  now: Type.String(),
  outranked: Type.Array(Type.String()),
  nearMisses: Type.Array(
    Type.Object({
      id: Type.String(),
      priority: Type.Integer(),
      field: Type.String(),
      expected: Type.String(),
      observed: Type.String(),
    }),
  ),
  text: Type.String(),
});
export type FlowLookup = Static<typeof FlowLookup>;

const FlowChange = Type.Object({
  id: Type.String(),
  text: Type.String(),
  counters: Type.Union([Type.Literal('kept'), Type.Literal('anew')]),
  note: Type.String(),
});
export type FlowChange = Static<typeof FlowChange>;

const controlMessage = {
  id: Type.Integer(),
  tUs: Type.Number(),
  lastUs: Type.Number(),
  direction: Type.Union([Type.Literal('to switch'), Type.Literal('from switch')]),
  switch: Type.String(),
  peer: Type.String(),
  type: Type.String(),
  info: Type.String(),
  xid: Type.Integer(),
  lengthBytes: Type.Integer(),
  count: Type.Integer(),
  isError: Type.Boolean(),
  request: Type.Integer(),
  answer: Type.Integer(),
  answerUs: Type.Number(),
  about: Type.String(),
  packetSeq: Type.Integer(),
};
const ControlMessage = Type.Object(controlMessage);
export type ControlMessage = Static<typeof ControlMessage>;

const ControlLog = Type.Object({
  firstId: Type.Integer(),
  nextId: Type.Integer(),
  messages: Type.Array(ControlMessage),
  packetsIn: Type.Integer(),
  packetsOut: Type.Integer(),
});
export type ControlLog = Static<typeof ControlLog>;

/** A control message as the bridge kept it; `connection` tells apart those of one switch. */
export const RawMessage = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  tUs: Type.Number(),
  lastUs: Type.Number(),
  isOurs: Type.Boolean(),
  connection: Type.Integer({ minimum: 1 }),
  switch: Type.String({ maxLength: 200 }),
  peer: Type.String({ maxLength: 200 }),
  count: Type.Integer({ minimum: 1 }),
  answerUs: Type.Number(),
  /** At least the header's 8. */
  bytes: Type.String({ description: 'base64', minLength: 12, maxLength: 100_000, pattern: '^[A-Za-z0-9+/]*={0,2}$' }),
});
export type RawMessage = Static<typeof RawMessage>;

const ControlDetail = Type.Object({
  ...controlMessage,
  bytes: Type.String({ description: 'base64' }),
  fields: Type.Array(
    Type.Object({
      depth: Type.Integer(),
      name: Type.String(),
      label: Type.String(),
      text: Type.String(),
      start: Type.Integer(),
      end: Type.Integer(),
    }),
  ),
});
export type ControlDetail = Static<typeof ControlDetail>;

export const flowMethods = {
  'flows:read': { argument: Type.Object({ dpid: Dpid }, strict), answer: FlowTable },
  'flows:at': {
    argument: Type.Object({ dpid: Dpid, atUs: Type.Number({ minimum: 0 }) }, strict),
    answer: PastFlowTable,
  },
  'flows:bypass': { argument: Type.Object({}, strict), answer: FlowBypass },
  'flows:lookup': {
    argument: Type.Object(
      {
        dpid: Dpid,
        seq: Type.Optional(Type.Integer({ minimum: 1 })),
        bytes: Type.Optional(Type.String({ maxLength: 100_000, pattern: '^[A-Za-z0-9+/]*={0,2}$' })),
        inPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff })),
      },
      strict,
    ),
    answer: Type.Union([FlowLookup, Type.Object({ why: Type.String() })]),
  },
  'flows:add': { argument: Type.Object({ dpid: Dpid, entry: FlowDraft }, strict), answer: FlowChange },
  'flows:edit': { argument: Type.Object({ dpid: Dpid, id: FlowId, entry: FlowDraft }, strict), answer: FlowChange },
  'flows:delete': { argument: Type.Object({ dpid: Dpid, id: FlowId }, strict), answer: FlowChange },
  'flows:undo': {
    argument: Type.Object({ dpid: Dpid, change: Type.Optional(Type.Integer({ minimum: 1 })) }, strict),
    answer: FlowChange,
  },
  'openflow:log': {
    argument: Type.Object(
      { fromId: Type.Integer({ minimum: 0 }), limit: Type.Integer({ minimum: 1, maximum: 2000 }) },
      strict,
    ),
    answer: ControlLog,
  },
  'openflow:find': {
    argument: Type.Object(
      {
        filter: Type.String({ maxLength: 4000 }),
        fromId: Type.Integer({ minimum: 0 }),
        asker: Type.String({ minLength: 1, maxLength: 64 }),
      },
      strict,
    ),
    answer: Type.Object({
      ids: Type.Array(Type.Integer()),
      scannedTo: Type.Integer(),
      isComplete: Type.Boolean(),
    }),
  },
  'openflow:raw': {
    argument: Type.Object(
      { fromId: Type.Integer({ minimum: 0 }), limit: Type.Integer({ minimum: 1, maximum: 2000 }) },
      strict,
    ),
    answer: Type.Object({ firstId: Type.Integer(), nextId: Type.Integer(), messages: Type.Array(RawMessage) }),
  },
  'openflow:message': { argument: Type.Object({ id: Type.Integer({ minimum: 1 }) }, strict), answer: ControlDetail },
} as const;

import { type Static, Type } from 'typebox';

const Seq = Type.Integer({ minimum: 0 });
const strict = { additionalProperties: false } as const;

const VantagePoint = Type.Union([
  Type.Literal('host'),
  Type.Literal('sw.rx'),
  Type.Literal('packet_in'),
  Type.Literal('to_router'),
  Type.Literal('from_router'),
  Type.Literal('packet_out'),
  Type.Literal('sw.tx'),
]);
const Vantage = Type.Object({ point: VantagePoint, node: Type.String({ maxLength: 128 }) });
const Direction = Type.Union([Type.Literal('client'), Type.Literal('server')]);
const StreamEnd = Type.Object({
  address: Type.String(),
  port: Type.Integer(),
  packets: Type.Integer(),
  bytes: Type.Integer({ description: 'payload, each time it was sent' }),
});
const StreamPiece = Type.Object({
  direction: Direction,
  seqs: Type.Array(Type.Integer()),
  tUs: Type.Number(),
  bytesBase64: Type.String(),
  gap: Type.Integer({ description: 'bytes that are missing here' }),
  why: Type.Union([Type.Literal('not captured'), Type.Literal('not kept'), Type.Null()]),
  differs: Type.Array(Type.Integer(), { description: 'records that carried other bytes here' }),
});
const Stream = Type.Object({
  transport: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
  stream: Type.Integer(),
  filter: Type.String(),
  vantage: Vantage,
  vantages: Type.Array(Type.Object({ point: VantagePoint, node: Type.String(), packets: Type.Integer() })),
  client: StreamEnd,
  server: StreamEnd,
  isStartSeen: Type.Boolean(),
  isStartForgotten: Type.Boolean(),
  endings: Type.Array(
    Type.Object({
      direction: Direction,
      how: Type.Union([Type.Literal('FIN'), Type.Literal('RST')]),
      seq: Type.Integer(),
    }),
  ),
  pieces: Type.Array(StreamPiece),
  repeatedBytes: Type.Integer(),
  droppedSegments: Type.Integer(),
  isTruncated: Type.Boolean(),
});

/** Methods of the workbench about conversations. */
export const streamMethods = {
  'stream:follow': {
    argument: Type.Object(
      {
        seq: Seq,
        vantage: Type.Optional(Type.Object({ point: VantagePoint, node: Type.String({ maxLength: 128 }) }, strict)),
        sinceSeq: Type.Optional(Seq),
        asker: Type.String({ minLength: 1, maxLength: 64 }),
      },
      strict,
    ),
    answer: Type.Object({ stream: Type.Union([Stream, Type.Null()]), seenTo: Type.Integer() }),
  },
  'stream:numbers': {
    argument: Type.Object({ fromSeq: Seq, asker: Type.String({ minLength: 1, maxLength: 64 }) }, strict),
    answer: Type.Object({
      tcp: Type.Object({
        seqs: Type.Array(Type.Integer()),
        streams: Type.Array(Type.Integer()),
        analysis: Type.Array(Type.Integer()),
      }),
      udp: Type.Object({ seqs: Type.Array(Type.Integer()), streams: Type.Array(Type.Integer()) }),
      scannedTo: Type.Integer(),
      isComplete: Type.Boolean(),
    }),
  },
} as const;

/** A conversation as one vantage saw it. */
export type FollowedStream = Static<typeof Stream>;
export type StreamPiece = Static<typeof StreamPiece>;
export type StreamVantage = Static<typeof Vantage>;

import { type Static, Type } from 'typebox';

/** The IO graph: sums of the log's records a bucket of time. Times are µs on the trace's clock. */
const strict = { additionalProperties: false } as const;
const Time = Type.Number({ minimum: 0 });

const GraphSeries = Type.Object(
  {
    filter: Type.String({ maxLength: 4000 }),
    at: Type.Union(
      [Type.Literal('hosts'), Type.Literal('controller'), Type.Literal('frames'), Type.Literal('records')],
      { description: 'which of the many records of a frame count' },
    ),
    unit: Type.Union([Type.Literal('packets'), Type.Literal('bytes'), Type.Literal('bits')]),
  },
  strict,
);
export type GraphSeries = Static<typeof GraphSeries>;

/** Of which time, in buckets of which length. */
const time = {
  intervalUs: Type.Number({ minimum: 1000, maximum: 3_600_000_000 }),
  buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: 4000 })),
  fromSeq: Type.Optional(Type.Integer({ minimum: 0 })),
  fromUs: Type.Optional(Time),
  toUs: Type.Optional(Time),
  lastUs: Type.Optional(Time),
  asker: Type.String({ minLength: 1, maxLength: 64 }),
};
const told = {
  intervalUs: Type.Number(),
  isCoarser: Type.Boolean(),
  fromUs: Type.Number(),
  toUs: Type.Number(),
  nowUs: Type.Number(),
  keptFromUs: Type.Number(),
  scannedTo: Type.Integer(),
  isComplete: Type.Boolean(),
};
const GraphTold = Type.Object(told);
export type GraphTold = Static<typeof GraphTold>;

const LatencyStage = Type.Union([
  Type.Literal('whole'),
  Type.Literal('dispatch'),
  Type.Literal('router'),
  Type.Literal('packet-out'),
]);
export type LatencyStage = Static<typeof LatencyStage>;

export const graphMethods = {
  'graph:series': {
    argument: Type.Object({ series: Type.Array(GraphSeries, { maxItems: 8 }), ...time }, strict),
    answer: Type.Object({
      ...told,
      at: Type.Array(Type.Integer({ description: 'bucket n begins at n × intervalUs' })),
      counts: Type.Array(Type.Array(Type.Number())),
    }),
  },
  'graph:latency': {
    argument: Type.Object(time, strict),
    answer: Type.Object({
      ...told,
      stages: Type.Array(LatencyStage),
      cells: Type.Array(Type.Tuple([Type.Integer(), Type.Integer(), Type.Number(), Type.Integer()]), {
        description: 'index of the stage, bucket, µs, how often',
      }),
    }),
  },
} as const;

export type GraphQuestion = Static<(typeof graphMethods)['graph:series']['argument']>;
export type GraphAnswer = Static<(typeof graphMethods)['graph:series']['answer']>;

export type LatencyAnswer = Static<(typeof graphMethods)['graph:latency']['answer']>;

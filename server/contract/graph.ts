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

export const graphMethods = {
  'graph:series': {
    argument: Type.Object(
      {
        series: Type.Array(GraphSeries, { maxItems: 8 }),
        intervalUs: Type.Number({ minimum: 1000, maximum: 3_600_000_000 }),
        buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: 4000 })),
        fromSeq: Type.Optional(Type.Integer({ minimum: 0 })),
        fromUs: Type.Optional(Time),
        toUs: Type.Optional(Time),
        lastUs: Type.Optional(Time),
        asker: Type.String({ minLength: 1, maxLength: 64 }),
      },
      strict,
    ),
    answer: Type.Object({
      intervalUs: Type.Number(),
      isCoarser: Type.Boolean(),
      fromUs: Type.Number(),
      toUs: Type.Number(),
      nowUs: Type.Number(),
      keptFromUs: Type.Number(),
      at: Type.Array(Type.Integer({ description: 'bucket n begins at n × intervalUs' })),
      counts: Type.Array(Type.Array(Type.Number())),
      scannedTo: Type.Integer(),
      isComplete: Type.Boolean(),
    }),
  },
} as const;

export type GraphQuestion = Static<(typeof graphMethods)['graph:series']['argument']>;
export type GraphAnswer = Static<(typeof graphMethods)['graph:series']['answer']>;

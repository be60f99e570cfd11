import { type Static, Type } from 'typebox';

/** Methods of the workbench about where packets came from, how long each step took and why one went no further. */
const strict = { additionalProperties: false } as const;
const Seq = Type.Object({ seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }, strict);

const Parent = Type.Object({
  seq: Type.Integer(),
  rule: Type.String(),
  confidence: Type.Integer({ description: '100: observed; less: inferred by the rule' }),
  isObserved: Type.Boolean(),
});
const ChainRecord = Type.Object({
  seq: Type.Integer(),
  tUs: Type.Number(),
  point: Type.String(),
  node: Type.String(),
  port: Type.Integer(),
  verdict: Type.String(),
  cause: Type.String(),
  parents: Type.Array(Parent),
});

const Cause = Type.Object({
  seq: Type.Integer(),
  text: Type.String(),
  again: Type.Union([
    Type.Object({
      of: Type.Integer(),
      what: Type.Union([Type.Literal('duplicate'), Type.Literal('retransmission')]),
    }),
    Type.Null(),
  ]),
});

const AnswerLink = Type.Object({
  asked: Type.Integer({ description: 'the record of the frame that a host was given' }),
  answer: Type.Integer({ description: 'the record of the frame that it sent' }),
  rule: Type.String(),
  confidence: Type.Integer({ description: 'per cent; always inferred' }),
});

const Quantiles = { count: Type.Integer(), p50Us: Type.Number(), p95Us: Type.Number(), p99Us: Type.Number() };
const StageTimes = Type.Object({
  stage: Type.Union([Type.Literal('dispatch'), Type.Literal('router'), Type.Literal('packet-out')]),
  from: Type.String(),
  to: Type.String(),
  ...Quantiles,
  budgetUs: Type.Number(),
  budgetParts: Type.Array(Type.Object({ part: Type.String(), us: Type.Number() })),
  windows: Type.Array(Type.Object({ fromUs: Type.Number(), ...Quantiles })),
});

const Reason = Type.Object({
  kind: Type.Union([Type.Literal('observed'), Type.Literal('inferred')]),
  what: Type.Union([
    Type.Literal('dropped'),
    Type.Literal('missing'),
    Type.Literal('pending'),
    Type.Literal('ignored'),
    Type.Literal('answered'),
    Type.Literal('unknown'),
  ]),
  seq: Type.Integer({ description: 'the record that it is about' }),
  text: Type.String(),
  requirement: Type.Union([Type.Object({ rule: Type.String(), text: Type.String() }), Type.Null()]),
});
const Why = Type.Object({ seq: Type.Integer(), text: Type.String(), reasons: Type.Array(Reason) });
export type Why = Static<typeof Why>;

export const chainMethods = {
  'trace:chain': { argument: Seq, answer: Type.Array(ChainRecord) },
  'trace:cause': { argument: Seq, answer: Cause },
  'trace:answers': {
    argument: Type.Object(
      { seqs: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), { maxItems: 200 }) },
      strict,
    ),
    answer: Type.Object({
      answers: Type.Union([AnswerLink, Type.Null()]),
      answeredBy: Type.Array(AnswerLink),
    }),
  },
  'trace:why': { argument: Seq, answer: Why },
  'latency:stages': {
    argument: Type.Object(
      {
        records: Type.Integer({ minimum: 1, maximum: 200_000 }),
        windowMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 600_000 })),
      },
      strict,
    ),
    answer: Type.Array(StageTimes),
  },
} as const;

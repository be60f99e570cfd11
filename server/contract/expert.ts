import { type Static, Type } from 'typebox';

/** What is wrong or remarkable in a lab's log. */
const strict = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const Severity = Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]);
const Requirement = orNull(Type.Object({ rule: Type.String(), text: Type.String() }));

const FindingKind = Type.Object({
  kind: Type.String(),
  severity: Severity,
  title: Type.String(),
  requirement: Requirement,
  count: Type.Integer(),
  firstSeq: Type.Integer(),
  lastSeq: Type.Integer(),
  kept: Type.Integer(),
  keptFromId: Type.Integer({ description: 'of this kind, findings with a lower id are no longer kept' }),
});
const Finding = Type.Object({
  id: Type.Integer(),
  kind: Type.String(),
  severity: Severity,
  tUs: Type.Number(),
  node: Type.String(),
  seqs: Type.Array(Type.Integer(), { description: 'the record that it is about, then those that show it' }),
  sentence: Type.String(),
  field: Type.String({ description: 'by its Wireshark name; empty: the whole frame' }),
  requirement: Requirement,
  inference: orNull(Type.String({ description: 'the rule by which it is concluded; null: observed' })),
});
export type FindingKind = Static<typeof FindingKind>;
export type Finding = Static<typeof Finding>;

export const expertMethods = {
  'expert:findings': {
    argument: Type.Object(
      {
        after: Type.Integer({ minimum: 0 }),
        limit: Type.Integer({ minimum: 0, maximum: 2000 }),
        isGentle: Type.Optional(Type.Boolean()),
      },
      strict,
    ),
    answer: Type.Object({
      packets: Type.Integer(),
      scannedTo: Type.Integer(),
      isComplete: Type.Boolean(),
      total: Type.Integer(),
      dropped: Type.Integer(),
      kinds: Type.Array(FindingKind),
      findings: Type.Array(Finding),
    }),
  },
} as const;

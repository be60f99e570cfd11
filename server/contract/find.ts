import { type Static, Type } from 'typebox';

const Seq = Type.Integer({ minimum: 0 });

/** The filter language over the whole log. */
export const findMethods = {
  'trace:find': {
    argument: Type.Object(
      {
        filter: Type.String({ maxLength: 4000 }),
        fromSeq: Seq,
        limit: Type.Integer({ minimum: 0, maximum: 10_000 }),
        backwards: Type.Optional(Type.Boolean()),
        asker: Type.String({ minLength: 1, maxLength: 64 }),
        checks: Type.Optional(
          Type.Array(
            Type.Object(
              { id: Type.String({ maxLength: 128 }), firstSeq: Seq, lastSeq: Seq },
              { additionalProperties: false },
            ),
            { maxItems: 1000 },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      seqs: Type.Array(Type.Integer()),
      matched: Type.Integer(),
      total: Type.Integer(),
      scannedTo: Type.Integer(),
      isComplete: Type.Boolean(),
    }),
  },
} as const;

export type FindQuestion = Static<(typeof findMethods)['trace:find']['argument']>;
export type FindAnswer = Static<(typeof findMethods)['trace:find']['answer']>;

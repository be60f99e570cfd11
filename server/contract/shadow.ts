import { Type } from 'typebox';
import { SecondUntil } from './status.ts';

/** Methods of the workbench that compare a router with the reference, or with another program beside it. */
const strict = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const ShadowFrame = Type.Object({
  seq: Type.Union([Type.Integer(), Type.Null()]),
  interface: Type.String(),
  info: Type.String(),
  bytesBase64: Type.String(),
});
const ShadowDifference = Type.Object({
  seq: Type.Integer({ description: 'the record of the frame that both routers were given' }),
  tUs: Type.Number(),
  what: Type.Union([Type.Literal('missing'), Type.Literal('different'), Type.Literal('extra')]),
  text: Type.String(),
  requirement: orNull(Type.Object({ rule: Type.String(), text: Type.String() })),
  expected: orNull(ShadowFrame),
  observed: orNull(ShadowFrame),
  fields: Type.Array(
    Type.Object({
      name: Type.String(),
      label: Type.String(),
      expected: Type.Union([Type.String(), Type.Null()]),
      observed: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

const RouterName = Type.String({ minLength: 1, maxLength: 40 });
const Question = Type.Object({ router: RouterName, limit: Type.Integer({ minimum: 1, maximum: 500 }) }, strict);
const counted = {
  router: Type.String(),
  compared: Type.Integer(),
  alike: Type.Integer(),
  pending: Type.Integer(),
  more: Type.Integer(),
} as const;

export const shadowMethods = {
  'shadow:compare': {
    argument: Question,
    answer: Type.Object({ ...counted, differences: Type.Array(ShadowDifference) }),
  },
  'shadow:builds': {
    argument: Question,
    answer: Type.Object({
      ...counted,
      differences: Type.Array(
        Type.Object({
          ...ShadowDifference.properties,
          /** The one of the two that did what the reference would have done, where only one did. */
          agrees: Type.Union([Type.Literal('router'), Type.Literal('build'), Type.Null()]),
        }),
      ),
      until: orNull(SecondUntil),
    }),
  },
  'shadow:close': {
    argument: Type.Object({ router: RouterName, reason: Type.String({ maxLength: 255 }) }, strict),
    answer: Type.Object({}),
  },
} as const;

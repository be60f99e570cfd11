import { Type } from 'typebox';

/** Methods of the workbench that compare a router with the reference. */
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

export const shadowMethods = {
  'shadow:compare': {
    argument: Type.Object(
      {
        router: Type.String({ minLength: 1, maxLength: 40 }),
        limit: Type.Integer({ minimum: 1, maximum: 500 }),
      },
      strict,
    ),
    answer: Type.Object({
      router: Type.String(),
      compared: Type.Integer(),
      alike: Type.Integer(),
      pending: Type.Integer(),
      differences: Type.Array(ShadowDifference),
      more: Type.Integer(),
    }),
  },
} as const;

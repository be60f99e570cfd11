import { Type } from 'typebox';
import { FilterText, FrameBytes, Name, Nothing, Point, strict, UpTo } from './interventions.ts';

const breakpoint = {
  id: Name,
  filter: FilterText,
  points: Type.Array(Point, { minItems: 1, maxItems: 4 }),
  enabled: Type.Boolean(),
  limit: UpTo(10_000),
};
const settings = {
  stopRouter: Type.Boolean(),
  /** At most ten minutes. */
  holdMs: Type.Integer({ minimum: 100, maximum: 600_000 }),
  capacity: Type.Integer({ minimum: 1, maximum: 1024 }),
};
const FrameId = Type.Integer({ minimum: 1 });

const HeldFrame = Type.Object({
  id: Type.Integer(),
  seq: Type.Integer(),
  point: Point,
  node: Type.String(),
  port: Type.Integer(),
  next: Type.String(),
  why: Type.Union([
    Type.Object({ kind: Type.Literal('breakpoint'), id: Type.String() }),
    Type.Object({ kind: Type.Literal('behind'), id: Type.Integer() }),
    Type.Object({ kind: Type.Literal('step') }),
  ]),
  bytes: Type.String(),
  isEdited: Type.Boolean(),
  isWhole: Type.Boolean(),
  heldUs: Type.Number(),
  deadlineUs: Type.Number(),
});

const FieldEdit = Type.Object(
  {
    field: Type.String({ minLength: 1, maxLength: 100 }),
    value: Type.Union([Type.String({ maxLength: 30_000 }), Type.Number(), Type.Boolean()]),
    occurrence: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  strict,
);
const Action = Type.Union([
  Type.Object({ kind: Type.Literal('forward') }, strict),
  Type.Object({ kind: Type.Literal('drop') }, strict),
  Type.Object({ kind: Type.Literal('duplicate') }, strict),
  Type.Object({ kind: Type.Literal('revert') }, strict),
  Type.Object({ kind: Type.Literal('edit-bytes'), bytes: FrameBytes }, strict),
  Type.Object(
    {
      kind: Type.Literal('edit-fields'),
      edits: Type.Array(FieldEdit, { minItems: 1, maxItems: 64 }),
      checksums: Type.Union([Type.Literal('recompute'), Type.Literal('keep'), Type.Literal('break')]),
    },
    strict,
  ),
]);

/** Methods of the workbench that hold frames at breakpoints. */
export const holdMethods = {
  'hold:breakpoints': {
    argument: Type.Object(
      {
        ...Type.Partial(Type.Object(settings)).properties,
        breakpoints: Type.Optional(Type.Array(Type.Object(breakpoint, strict), { maxItems: 64 })),
      },
      strict,
    ),
    answer: Type.Object({ ...settings, breakpoints: Type.Array(Type.Object({ ...breakpoint, hits: Type.Integer() })) }),
  },
  'hold:list': { argument: Nothing, answer: Type.Object({ nowUs: Type.Number(), frames: Type.Array(HeldFrame) }) },
  'hold:act': {
    argument: Type.Object(
      { ids: Type.Union([Type.Literal('all'), Type.Array(FrameId, { minItems: 1, maxItems: 1024 })]), action: Action },
      strict,
    ),
    answer: Type.Object({ done: Type.Integer(), gone: Type.Array(Type.Integer()) }),
  },
  'hold:run': { argument: Nothing, answer: Type.Object({ released: Type.Integer() }) },
  'hold:step': {
    argument: Type.Object({ id: Type.Optional(FrameId) }, strict),
    answer: Type.Object({
      outcome: Type.Union([
        Type.Literal('held'),
        Type.Literal('awaited'),
        Type.Literal('left'),
        Type.Literal('dropped'),
      ]),
      id: Type.Integer(),
    }),
  },
} as const;

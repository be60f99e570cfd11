import { Type } from 'typebox';
import { flowMethods } from './flows.ts';

/**
 * What the workbench can be asked, with the schemas of its arguments and answers:
 * POST /api/labs/:id/workbench/NAME, where the name's colon is a slash (`latency/stages`). The bridge answers.
 */
const StageTimes = Type.Object({
  stage: Type.Union([Type.Literal('dispatch'), Type.Literal('router'), Type.Literal('packet-out')]),
  from: Type.String(),
  to: Type.String(),
  count: Type.Integer(),
  p50Us: Type.Number(),
  p95Us: Type.Number(),
  p99Us: Type.Number(),
});

export const workbench = {
  ...flowMethods,
  'trace:kept': {
    argument: Type.Object({}, { additionalProperties: false }),
    answer: Type.Object({ firstSeq: Type.Integer(), nextSeq: Type.Integer() }),
  },
  'latency:stages': {
    argument: Type.Object({ records: Type.Integer({ minimum: 1, maximum: 200_000 }) }, { additionalProperties: false }),
    answer: Type.Array(StageTimes),
  },
} as const;

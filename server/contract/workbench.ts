import { Type } from 'typebox';
import { chainMethods } from './chains.ts';
import { expertMethods } from './expert.ts';
import { faultMethods } from './fault.ts';
import { findMethods } from './find.ts';
import { flowMethods } from './flows.ts';
import { graphMethods } from './graph.ts';
import { holdMethods } from './hold.ts';
import { injectMethods } from './inject.ts';
import { noteMethods } from './notes.ts';
import { shadowMethods } from './shadow.ts';
import { streamMethods } from './stream.ts';

/**
 * What the workbench can be asked, with the schemas of its arguments and answers:
 * POST /api/labs/:id/workbench/NAME, where the name's colon is a slash (`latency/stages`). The bridge answers.
 */
export const workbench = {
  ...chainMethods,
  ...findMethods,
  ...flowMethods,
  ...graphMethods,
  ...holdMethods,
  ...faultMethods,
  ...injectMethods,
  ...noteMethods,
  ...shadowMethods,
  ...streamMethods,
  ...expertMethods,
  'trace:kept': {
    argument: Type.Object({}, { additionalProperties: false }),
    answer: Type.Object({ firstSeq: Type.Integer(), nextSeq: Type.Integer() }),
  },
  'trace:records': {
    argument: Type.Object(
      { seqs: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), { maxItems: 500 }) },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      firstSeq: Type.Integer(),
      nextSeq: Type.Integer(),
      batch: Type.String({ description: 'a trace batch, base64' }),
    }),
  },
} as const;

import { type Static, Type } from 'typebox';
import type { TraceSelection } from './export-trace.ts';
import { recordFilter } from './record-filter.ts';
import { parseSeqs } from './seq-ranges.ts';

/** What of the log is wanted: all of it, or the records `seqs` names, and of those what passes the filter. */
export const TraceQuery = Type.Object(
  {
    /** In the language of the trace's filter. */
    filter: Type.Optional(Type.String({ maxLength: 4000 })),
    /** `3,5,9-12` */
    seqs: Type.Optional(Type.String({ maxLength: 12_000 })),
  },
  { additionalProperties: false },
);
export type TraceQuery = Static<typeof TraceQuery>;

const everything = [{ from: 1, to: Number.MAX_SAFE_INTEGER }];

/** The selection that a query asks for. Throws bad-request. */
export function selectionOf({ filter = '', seqs }: TraceQuery): TraceSelection {
  return {
    ranges: seqs === undefined ? everything : parseSeqs(seqs),
    passes: recordFilter(filter),
    title: titleOf(filter, seqs),
  };
}

function titleOf(filter: string, seqs: string | undefined): string {
  const parts = [seqs === undefined ? 'the log' : `records ${seqs.slice(0, 200)}`];
  if (filter.trim() !== '') parts.push(`filtered by ${filter}`);
  return parts.join(', ');
}

import { type Static, Type } from 'typebox';
import { type BridgeHandle, WorkbenchError } from '../../bridge/index.ts';
import { AppError } from '../errors.ts';
import type { TraceSelection } from './export-trace.ts';
import { asksTheLog, recordFilter } from './record-filter.ts';
import { parseSeqs, rangesOf } from './seq-ranges.ts';

/** What of the log is wanted: all of it, the records `seqs` names or the chain of one, and of those what passes the filter. */
export const TraceQuery = Type.Object(
  {
    /** In the language of the trace's filter. */
    filter: Type.Optional(Type.String({ maxLength: 4000 })),
    /** `3,5,9-12` */
    seqs: Type.Optional(Type.String({ maxLength: 12_000 })),
    /** Everything that is linked with this record. */
    chain: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,14}$' })),
  },
  { additionalProperties: false },
);
export type TraceQuery = Static<typeof TraceQuery>;

/** A bridge that runs, or a recorded run. */
type Asked = Pick<BridgeHandle, 'call'>;

const everything = [{ from: 1, to: Number.MAX_SAFE_INTEGER }];
const foundAtOnce = 10_000;
let searches = 0;

/** The selection that a query asks for of a log, live or recorded. Throws bad-request, not-found for a chain of no record. */
export async function traceSelection(bridge: Asked, query: TraceQuery): Promise<TraceSelection> {
  const { filter = '', seqs, chain } = query;
  if (chain !== undefined && seqs !== undefined) {
    throw new AppError('bad-request', 'chain and seqs: expected one of them, found both.');
  }
  const found = asksTheLog(filter) ? await searchedFor(bridge, filter) : undefined;
  return {
    ranges:
      chain !== undefined ? await chainOf(bridge, Number(chain)) : seqs === undefined ? everything : parseSeqs(seqs),
    passes: found === undefined ? recordFilter(filter) : ({ seq }) => found.has(seq),
    title: titleOf(query),
  };
}

async function chainOf(bridge: Asked, seq: number) {
  try {
    const chain = await bridge.call('trace:chain', { seq });
    return rangesOf(chain.map((record) => record.seq));
  } catch (error) {
    if (error instanceof WorkbenchError) throw new AppError('not-found', `${error.message}.`);
    throw error;
  }
}

/** What only the whole log knows is found by the bridge, in as many turns as it takes. */
async function searchedFor(bridge: Asked, filter: string): Promise<ReadonlySet<number>> {
  searches += 1;
  const asker = `export ${searches}`;
  const seqs = new Set<number>();
  const { firstSeq, nextSeq } = await bridge.call('trace:kept', {});
  for (let fromSeq = firstSeq; fromSeq < nextSeq; ) {
    const found = await bridge.call('trace:find', { filter, fromSeq, limit: foundAtOnce, asker });
    for (const seq of found.seqs) seqs.add(seq);
    const isCut = found.matched > found.seqs.length;
    fromSeq = (isCut ? (found.seqs.at(-1) ?? nextSeq) : found.scannedTo) + 1;
  }
  return seqs;
}

function titleOf({ filter = '', seqs, chain }: TraceQuery): string {
  const chosen = seqs === undefined ? 'the log' : `records ${seqs.slice(0, 200)}`;
  const parts = [chain === undefined ? chosen : `the chain of record ${chain}`];
  if (filter.trim() !== '') parts.push(`filtered by ${filter}`);
  return parts.join(', ');
}

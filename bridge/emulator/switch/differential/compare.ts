import { errorName } from '../../../protocols/openflow/v10/error.ts';
import { matchFields } from '../../../protocols/openflow/v10/match.ts';
import { normalised, withoutBuffers } from './normalisations.ts';
import type { Observed } from './observed.ts';
import type { Sequence } from './sequence.ts';

/** What is left to compare of both conversations, as lines that a person can read: equal, or a finding. */
export function comparable(
  { differs = [] }: Sequence,
  ours: readonly Observed[],
  theirs: readonly Observed[],
): { readonly ours: readonly string[]; readonly theirs: readonly string[] } {
  const known = (observed: readonly Observed[]) => differs.reduce((rest, { alike }) => alike(rest), observed);
  const [left, right] = withoutBuffers(normalised(ours), normalised(theirs));
  return { ours: known(left).flatMap(lines), theirs: known(right).flatMap(lines) };
}

const lines = ({ step, messages, frames, isClosed }: Observed): readonly string[] => [
  step,
  ...messages.map((message) => `  ${textOf(message)}`),
  ...frames.map(({ port, frame }) => `  port ${port} sends ${hexOf(frame)}`),
  ...(isClosed ? ['  the connection is closed'] : []),
];

function textOf(value: unknown): string {
  return JSON.stringify(value, (key, item) => {
    if (item instanceof Uint8Array) return `${item.length} bytes ${hexOf(item)}`;
    if (typeof item === 'bigint') return String(item);
    if (key === 'match') return matchFields(item);
    return item?.kind === 'error' ? { error: errorName(item.type, item.code), ...item } : item;
  });
}
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

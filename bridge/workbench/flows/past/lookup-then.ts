import { newKey, readKey } from '../../../emulator/switch/flow-key.ts';
import { isExact } from '../../../emulator/switch/v10/match.ts';
import {
  exactRank,
  type LookedAt,
  type Lookup,
  nearMisses,
  type RankedFlow,
  ranked,
  rankedFlows,
  slackUs,
  taking,
} from '../lookup.ts';
import type { PastEntry } from './past-entry.ts';
import type { TableAt } from './table-at.ts';

/** Looks a frame of the past up in the table of its time (WB175); `table`: as it was read lately, when it could be. */
export function lookUpThen(
  then: TableAt,
  table: { readonly flows: readonly RankedFlow[] } | undefined,
  frame: LookedAt,
): Lookup {
  const key = newKey();
  readKey(frame.bytes, frame.inPort, key);
  const entries = ranked(then.entries, (entry) => ({
    match: entry.flow,
    rank: isExact(entry.match) ? exactRank : entry.priority,
  }));
  const [matched, ...rest] = taking(entries, key);
  const [now] = taking(rankedFlows(table?.flows ?? []), key);
  return {
    confidence: 'inferred',
    tableUs: frame.tUs,
    packetUs: frame.tUs,
    matched: matched?.id ?? '',
    now: now?.row.id ?? '',
    outranked: rest.map(({ id }) => id),
    nearMisses: nearMisses(entries, key, (entry) => entry),
    text: [thenText(then, matched, frame.tUs), gapText(then), nowText(matched, now)].filter(Boolean).join(' '),
  };
}

function thenText({ entries }: TableAt, matched: PastEntry | undefined, tUs: number): string {
  if (matched === undefined)
    return entries.length === 0
      ? 'A miss: no entry is known to have been there when it came.'
      : `A miss: no entry of ${entries.length} takes it, by the table as it was when it came.`;
  const { priority, doubt, addedId, addedUs } = matched;
  const isYoung = addedId > 0 && tUs - addedUs < slackUs;
  return [
    `Taken by the entry of priority ${priority}, by the table as it was when it came.`,
    doubt,
    isYoung ? 'Its FLOW_MOD was sent just before: the switch may not have had it yet.' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const gapText = ({ isWhole }: TableAt): string =>
  isWhole ? '' : 'Older entries may be missing: what was said before is not kept.';

function nowText(matched: PastEntry | undefined, now: RankedFlow | undefined): string {
  if (now === undefined || now.row.id === matched?.id) return '';
  return matched === undefined
    ? `The entry of priority ${now.row.priority}, which would take it now, was not there yet.`
    : `The entry of priority ${now.row.priority} would take it now.`;
}

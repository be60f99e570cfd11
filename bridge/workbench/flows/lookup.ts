import { type FlowKey, newKey, readKey, vlanPresent, word } from '../../emulator/switch/flow-key.ts';
import { type FlowMatch, matches } from '../../emulator/switch/flow-match.ts';
import { fromFlowMatch, isExact, toFlowMatch } from '../../emulator/switch/v10/match.ts';
import { fieldText, fieldWord, type MatchField } from '../../packet/flow/match-words.ts';
import { matchFields } from '../../protocols/openflow/v10/match.ts';
import type { KnownFlow } from './flow-row.ts';

/** An entry that would have taken the frame but for one field. */
interface NearMiss {
  readonly id: string;
  readonly priority: number;
  /** `nw_dst` */
  readonly field: string;
  readonly expected: string;
  readonly observed: string;
}

/** Which entry takes a frame: computed from the table as it was then or as it was read, never observed. */
export interface Lookup {
  readonly confidence: 'inferred';
  /** Of when the table is (the frame's own time, or when it was read), and when the frame came (0: now). µs */
  readonly tableUs: number;
  readonly packetUs: number;
  /** The entry that took it, of those that were there when it came; '' for none. */
  readonly matched: string;
  /** The entry that would take the same frame with the table as it was read. */
  readonly now: string;
  /** Others that match too, but stand lower. */
  readonly outranked: readonly string[];
  readonly nearMisses: readonly NearMiss[];
  /** All of it in a sentence. */
  readonly text: string;
}

/** A record whose frame did not come into the switch, and why. */
export interface NotLookedUp {
  readonly why: string;
}

/** The rank of an entry without wildcards: before every priority (§3.4). */
export const exactRank = 0x1_0000;
const mostMisses = 10;
/** An age is told in whole units and travels: an entry may be this much older than it says. */
export const slackUs = 20_000;
/** After this long entries may have ended meanwhile. */
const longUs = 1_000_000;

/** Bits of each field in the words of a key. */
const fieldBits: Readonly<Record<MatchField, readonly (readonly [at: number, bits: number])[]>> = {
  inPort: [[word.inPortType, 0xffff_0000 | 0]],
  dlType: [[word.inPortType, 0xffff]],
  dlDst: [
    [word.dlDst, -1],
    [word.dlDstSrc, 0xffff_0000 | 0],
  ],
  dlSrc: [
    [word.dlDstSrc, 0xffff],
    [word.dlSrc, -1],
  ],
  dlVlan: [[word.vlanTosProto, (vlanPresent | 0x0fff) << 16]],
  dlVlanPcp: [[word.vlanTosProto, 0xe000_0000 | 0]],
  nwTos: [[word.vlanTosProto, 0xfc00]],
  nwProto: [[word.vlanTosProto, 0xff]],
  nwSrc: [[word.nwSrc, -1]],
  nwDst: [[word.nwDst, -1]],
  tpSrc: [[word.tp, 0xffff_0000 | 0]],
  tpDst: [[word.tp, 0xffff]],
};
const allFields = Object.keys(fieldBits) as MatchField[];

/** Fields of a frame that are not what a match asks for. */
function failing(match: FlowMatch, key: FlowKey): MatchField[] {
  return allFields.filter((field) =>
    fieldBits[field].some(
      ([at, bits]) => (((key[at] ?? 0) ^ (match.key[at] ?? 0)) & (match.mask[at] ?? 0) & bits) !== 0,
    ),
  );
}

/** The value of a field in words: of a key, as far as `mask` looks at it. */
function textOf(field: MatchField, key: FlowKey, mask: FlowKey | undefined): string {
  const its = newKey();
  const bits = newKey();
  for (const [at, all] of fieldBits[field]) {
    bits[at] = all & (mask?.[at] ?? -1);
    its[at] = (key[at] ?? 0) & (bits[at] ?? 0);
  }
  const value = matchFields(fromFlowMatch({ key: its, mask: bits }))[field];
  const isArp = ((key[word.inPortType] ?? 0) & 0xffff) === 0x0806;
  return value === undefined ? 'none' : fieldText(field, value, isArp).replace(/\/32$/, '');
}

/** What of an entry counts for who takes a frame. */
export interface RankedFlow {
  readonly row: Pick<KnownFlow['row'], 'id' | 'priority' | 'ageS'>;
  readonly wire: Pick<KnownFlow['wire'], 'match' | 'priority'>;
}

const rankOf = ({ wire }: RankedFlow): number => (isExact(wire.match) ? exactRank : wire.priority);

interface Ranked<E> {
  readonly entry: E;
  readonly match: FlowMatch;
  readonly rank: number;
}

/** Entries in the order in which a frame is looked for in them. */
export function ranked<E>(entries: readonly E[], read: (entry: E) => Omit<Ranked<E>, 'entry'>): readonly Ranked<E>[] {
  return entries.map((entry) => ({ entry, ...read(entry) })).sort((a, b) => b.rank - a.rank);
}
export const rankedFlows = <F extends RankedFlow>(flows: readonly F[]): readonly Ranked<F>[] =>
  ranked(flows, (flow) => ({ match: toFlowMatch(flow.wire.match), rank: rankOf(flow) }));

/** Those that take a frame, the one that does first. */
export function taking<E>(entries: readonly Ranked<E>[], key: FlowKey): readonly E[] {
  return entries.filter(({ match }) => matches(match, key)).map(({ entry }) => entry);
}

/** Those that fail in one field, by rank (WB169). */
export function nearMisses<E>(
  entries: readonly Ranked<E>[],
  key: FlowKey,
  name: (entry: E) => { readonly id: string; readonly priority: number },
): readonly NearMiss[] {
  const found: NearMiss[] = [];
  for (const { entry, match } of entries) {
    if (found.length >= mostMisses) break;
    const [field, ...more] = failing(match, key);
    if (field === undefined || more.length > 0) continue;
    const { id, priority } = name(entry);
    const expected = textOf(field, match.key, match.mask);
    found.push({ id, priority, field: fieldWord(field), expected, observed: textOf(field, key, undefined) });
  }
  return found;
}

/** A frame that is looked up; `tUs` 0 for one that did not come yet. */
export interface LookedAt {
  readonly bytes: Uint8Array;
  readonly inPort: number;
  readonly tUs: number;
}

/** Looks a frame up as §3.4 says: the highest priority wins, an entry without wildcards before all (WB168). */
export function lookUp(
  table: { readonly tUs: number; readonly flows: readonly RankedFlow[] },
  frame: LookedAt,
): Lookup {
  const key = newKey();
  readKey(frame.bytes, frame.inPort, key);
  const entries = rankedFlows(table.flows);
  const all = taking(entries, key);
  const wasThere = ({ row }: RankedFlow): boolean =>
    frame.tUs === 0 || table.tUs - row.ageS * 1e6 <= frame.tUs + slackUs;
  const now = all[0];
  const matched = all.find(wasThere);
  const rest = all.filter((flow) => flow !== (matched ?? now));
  return {
    confidence: 'inferred',
    tableUs: table.tUs,
    packetUs: frame.tUs,
    matched: matched?.row.id ?? '',
    now: now?.row.id ?? '',
    outranked: rest.map(({ row }) => row.id),
    nearMisses: nearMisses(entries, key, ({ row }) => row),
    text: sentence(matched, now, entries.length) + since(matched, table.tUs, frame.tUs),
  };
}

function sentence(matched: RankedFlow | undefined, now: RankedFlow | undefined, entries: number): string {
  const nameOf = ({ row }: RankedFlow): string => `the entry of priority ${row.priority}`;
  if (matched !== undefined && matched === now) return `Taken by ${nameOf(matched)}, by the table as it was read.`;
  if (matched !== undefined && now !== undefined)
    return `Taken by ${nameOf(matched)}, by the table as it was read; ${nameOf(now)} came later and would take it now.`;
  if (now !== undefined) return `A miss when it came: ${nameOf(now)}, which would take it now, was not there yet.`;
  if (entries === 0) return 'A miss: the table was empty when it was read.';
  return `A miss: no entry of ${entries} takes it, by the table as it was read.`;
}

/** Entries end: a table that was read later does not have them. */
const since = (matched: RankedFlow | undefined, tableUs: number, packetUs: number): string =>
  matched === undefined && packetUs > 0 && tableUs - packetUs > longUs ? ' An entry that ended since may have.' : '';

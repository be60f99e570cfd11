import { type FindingKind, type KindFacts, kindNames, kinds } from './kinds.ts';

/** What was found about one packet. */
export interface Finding extends Omit<KindFacts, 'title'> {
  /** Counts from 1, in the order in which they were found. */
  readonly id: number;
  readonly kind: FindingKind;
  /** Time of the packet on the trace's clock. */
  readonly tUs: number;
  /** Switch, router or host where it was seen. */
  readonly node: string;
  /** The record that it is about, then those that show it. */
  readonly seqs: readonly number[];
  /** With values: `eth1: TTL 63 left as 63; it must be 62.` */
  readonly sentence: string;
}

/** Where and of what a finding is. */
export type Found = Pick<Finding, 'tUs' | 'node' | 'seqs' | 'sentence'> &
  Partial<Pick<Finding, 'field' | 'requirement'>>;
export type Report = (kind: FindingKind, found: Found) => void;

interface Group {
  /** Ever found. */
  count: number;
  firstSeq: number;
  lastSeq: number;
  /** The newest, oldest first. */
  readonly kept: Finding[];
}

const mostOfAKind = 200;
const most = 2000;

/** The findings of one log, by kind: at most 200 of each and 2,000 in all, the newest; the others are counted (WB101). */
export class FindingList {
  readonly #groups = new Map<FindingKind, Group>();
  readonly #kindsBySeq = new Map<number, FindingKind[]>();
  #lastId = 0;
  #kept = 0;

  /** Ever found: the id of the newest. */
  get total(): number {
    return this.#lastId;
  }
  /** Found and no longer kept. */
  get dropped(): number {
    return this.#lastId - this.#kept;
  }

  add(kind: FindingKind, { tUs, node, seqs, sentence, ...other }: Found): void {
    const { severity, requirement, field, inference } = kinds[kind];
    this.#lastId += 1;
    const about = { severity, requirement, field, inference, ...other };
    const finding: Finding = { id: this.#lastId, kind, tUs, node, seqs, sentence, ...about };
    const [seq = 0] = seqs;
    let group = this.#groups.get(kind);
    if (group === undefined) {
      group = { count: 0, firstSeq: seq, lastSeq: seq, kept: [] };
      this.#groups.set(kind, group);
    }
    group.count += 1;
    group.lastSeq = seq;
    group.kept.push(finding);
    this.#kept += 1;
    const known = this.#kindsBySeq.get(seq);
    if (known === undefined) this.#kindsBySeq.set(seq, [kind]);
    else known.push(kind);
    if (group.kept.length > mostOfAKind) this.#dropOldest(group);
    else if (this.#kept > most) this.#dropOldest(this.#largest());
  }

  /** Kinds of the findings that are kept of a record. */
  kindsOf(seq: number): readonly FindingKind[] {
    return this.#kindsBySeq.get(seq) ?? [];
  }

  /** Those kept whose id is above `after`, in their order. */
  after(after: number): Finding[] {
    return [...this.#groups.values()]
      .flatMap(({ kept }) => kept.filter(({ id }) => id > after))
      .sort((a, b) => a.id - b.id);
  }

  /** Every kind with what was found of it, also those of which nothing was. */
  summaries() {
    return kindNames.map((kind) => {
      const { severity, title, requirement } = kinds[kind];
      const group = this.#groups.get(kind);
      const { count = 0, firstSeq = 0, lastSeq = 0, kept = [] } = group ?? {};
      const keptFromId = kept[0]?.id ?? 0;
      return { kind, severity, title, requirement, count, firstSeq, lastSeq, kept: kept.length, keptFromId };
    });
  }

  #largest(): Group {
    return [...this.#groups.values()].reduce((a, b) => (b.kept.length > a.kept.length ? b : a));
  }

  #dropOldest({ kept }: Group): void {
    const oldest = kept.shift();
    if (oldest === undefined) return;
    this.#kept -= 1;
    const [seq = 0] = oldest.seqs;
    const left = this.#kindsBySeq.get(seq) ?? [];
    left.splice(left.indexOf(oldest.kind), 1);
    if (left.length === 0) this.#kindsBySeq.delete(seq);
  }
}

import { chainOf, type Lineage } from '../state/chain.ts';
import { reading } from '../state/reading.ts';
import { seqsText } from '../state/seqs.ts';
import { countOf } from '../state/text.ts';

/** What the trace can be exported as: a query of GET /labs/:id/trace.pcapng. `off` says why not now. */
export interface ExportChoice {
  readonly id: string;
  readonly label: string;
  readonly query: string;
  readonly off?: string;
}

export interface ExportState {
  readonly lineage: Lineage;
  /** Seq of the selected packet, 0 when none is. */
  readonly selected: number;
  /** Seqs of the marked packets. */
  readonly marked: ReadonlySet<number>;
  readonly filter: string;
  /** Packets that pass the filter, as far as the page has them. */
  readonly matched: () => readonly number[];
}

/** Longest list of records that fits into an address, characters. */
const longestSeqs = 12_000;

/** Everything, what the filter lets through, what is marked, and the journey of the selected packet (TRACE40). */
export function exportChoices({ lineage, selected, marked, filter, matched }: ExportState): ExportChoice[] {
  const journey = selected === 0 ? [] : chainOf(lineage, selected);
  return [
    { id: 'export.all', label: 'All packets', query: '' },
    filtered('export.filtered', 'What passes the filter', filter.trim(), matched),
    bySeqs('export.marked', 'What is marked', [...marked], 'No packet is marked: m marks the selected one.'),
    bySeqs('export.chain', 'The selected packet’s journey', journey, 'No packet is selected.'),
  ];
}

/** The server filters its whole log where the filter is one that it understands; else the page says which packets. */
function filtered(id: string, label: string, filter: string, matched: () => readonly number[]): ExportChoice {
  if (filter === '') return { id, label, query: '', off: 'There is no filter.' };
  const read = reading().readFilter(filter);
  // Of checks only the page knows; the rest is known where the whole log is.
  if (read.ok && !read.filter.needs.has('checks')) return { id, label, query: `?filter=${encodeURIComponent(filter)}` };
  return bySeqs(id, label, matched(), 'No packet passes it.');
}

function bySeqs(id: string, label: string, seqs: readonly number[], none: string): ExportChoice {
  const text = seqsText(seqs);
  const query = `?seqs=${encodeURIComponent(text)}`;
  if (seqs.length === 0) return { id, label, query, off: none };
  if (query.length > longestSeqs) return { id, label, query, off: 'Too many single packets for one download.' };
  return { id, label: `${label} (${countOf(seqs.length)})`, query };
}

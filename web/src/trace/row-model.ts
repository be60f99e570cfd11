import type { LabEvent } from '../../../server/contract/status.ts';
import { plural } from '../state/text.ts';
import type { TraceGap } from '../state/trace-log.ts';

/** A full-width row between packets: something that happened to the lab, or records that are not here. */
export interface Marker {
  readonly key: string;
  /** It stands behind the last shown record whose seq is not above this. */
  readonly afterSeq: number;
  readonly level: LabEvent['level'];
  readonly text: string;
  readonly reason: string;
  /** Unix milliseconds, undefined when no time is known. */
  readonly atMs: number | undefined;
}

export type Row =
  | { readonly kind: 'packet'; readonly position: number }
  | { readonly kind: 'marker'; readonly marker: Marker };

/** What the server's log has for the list beyond the ring. */
export interface ServerRows {
  /** Every kept record with a lower seq is a row; 0 when the server cannot be asked. */
  readonly from: number;
  /** Records that it does not keep any more. */
  readonly lost: number;
  /** Records that it keeps and that are too many to be rows. */
  readonly unlisted: number;
}

/**
 * Events and gaps as markers, in order of the log; the routine of a start, before any packet, is not worth a row, and what
 * happened before `startedMs` (Unix) belongs to an earlier log.
 */
export function markersOf(
  events: readonly LabEvent[],
  gaps: readonly TraceGap[],
  startedMs = 0,
  server: ServerRows = { from: 0, lost: 0, unlisted: 0 },
): Marker[] {
  const markers: Marker[] = events
    .filter((event) => event.atMs >= startedMs && (event.level !== 'info' || event.afterSeq > 0))
    .map((event) => ({ ...event, key: `event-${event.id}` }));
  const many = (count: number) => `${plural(count, 'record')} ${count === 1 ? 'is' : 'are'}`;
  if (server.lost > 0)
    markers.push({
      key: 'lost',
      afterSeq: 0,
      level: 'warn',
      text: `${many(server.lost)} no longer kept.`,
      reason: 'The lab’s log keeps the newest; these were the oldest.',
      atMs: undefined,
    });
  if (server.unlisted > 0)
    markers.push({
      key: 'unlisted',
      afterSeq: 0,
      level: 'info',
      text: `${many(server.unlisted)} too many for this list.`,
      reason: 'The lab’s log has them: a filter finds them.',
      atMs: undefined,
    });
  for (const { afterSeq, missing } of gaps) {
    if (afterSeq + missing < server.from) continue;
    markers.push({
      key: `gap-${afterSeq}`,
      afterSeq,
      level: 'warn',
      text: `${many(missing)} not shown here.`,
      reason:
        afterSeq === 0 ? 'They came before this page followed the log.' : 'This page fell behind; the server has all.',
      atMs: undefined,
    });
  }
  return markers.sort((a, b) => a.afterSeq - b.afterSeq);
}

/** Packet rows with markers between them. */
export class RowModel {
  readonly #packets: number;
  readonly #markers: readonly Marker[];
  /** Row of each marker, rising. */
  readonly #rows: readonly number[];

  /** `before` says how many packet rows have a seq of at most its argument. */
  constructor(packets: number, markers: readonly Marker[], before: (seq: number) => number) {
    this.#packets = packets;
    this.#markers = markers;
    this.#rows = markers.map((marker, order) => before(marker.afterSeq) + order);
  }

  get count(): number {
    return this.#packets + this.#markers.length;
  }

  at(row: number): Row {
    const order = this.#markersBefore(row);
    const marker = this.#rows[order] === row ? this.#markers[order] : undefined;
    return marker ? { kind: 'marker', marker } : { kind: 'packet', position: row - order };
  }

  /** Row of the packet row `position`. */
  rowOf(position: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] ?? 0) - middle <= position) low = middle + 1;
      else high = middle;
    }
    return position + low;
  }

  #markersBefore(row: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

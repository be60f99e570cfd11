import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Summary } from '../../../bridge/packet/tree.ts';
import { isCauseUnknown, isObserved } from '../state/chain.ts';
import { countOf } from '../state/text.ts';
import type { IconName } from '../ui/icon-paths.ts';
import type { Names } from './names.ts';

/** What became of a frame, in a word. The ordinary is quiet; what needs attention has an icon and a tone. */
interface VerdictCell {
  readonly word: string;
  readonly icon: IconName | undefined;
  readonly tone: 'quiet' | 'bad' | 'warn' | 'info';
}

/** A row of the trace as text. */
export interface RowCells {
  readonly seq: number;
  /** Seconds since the bridge started, with microseconds. */
  readonly time: string;
  readonly point: string;
  readonly place: string;
  readonly source: AddressCell;
  readonly destination: AddressCell;
  readonly summary: Summary;
  readonly length: number;
  /** `426`, inferred `≈426`, `?` for what a router sent and nobody knows why, '' for what needs no cause. */
  readonly cause: string;
  readonly inferred: boolean;
  readonly verdict: VerdictCell;
}

/** An address as it is shown, and what else it is called ('' when nothing else). */
export interface AddressCell {
  readonly text: string;
  readonly alias: string;
}

/** Microseconds as seconds with six digits: 42204861 → `42.204861`. */
export function seconds(tUs: number): string {
  const us = Math.round(tUs);
  const whole = Math.floor(us / 1e6);
  return `${whole}.${String(us - whole * 1e6).padStart(6, '0')}`;
}

/** Time between two records, signed, in the unit that reads best: `+38 µs`, `+1.204 ms`, `+2.000 s`. */
export function elapsed(us: number): string {
  const sign = us < 0 ? '−' : '+';
  const size = Math.abs(Math.round(us));
  if (size < 10_000) return `${sign}${countOf(size)} µs`;
  if (size < 1e6) return `${sign}${(size / 1e3).toFixed(1)} ms`;
  return `${sign}${(size / 1e6).toFixed(3)} s`;
}

const macAddress = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** A MAC address says less than its owner's name, an IP address more: each is shown as what says more, the other is its alias. */
function addressCell(address: string, names: Names): AddressCell {
  const name = names.nameOf(address);
  if (name === undefined) return { text: address, alias: '' };
  return macAddress.test(address) ? { text: name, alias: address } : { text: address, alias: name };
}

/** What a router did with what it was given, as its rule concludes. */
const routerDeeds: Partial<Record<TraceRecord['rule'], VerdictCell>> = {
  forward: { word: 'forwarded', icon: 'arrow', tone: 'quiet' },
  'arp release': { word: 'released', icon: 'play', tone: 'quiet' },
  'icmp error': { word: 'answered', icon: 'return', tone: 'quiet' },
  'echo reply': { word: 'answered', icon: 'return', tone: 'quiet' },
  'arp reply': { word: 'answered', icon: 'return', tone: 'quiet' },
  'arp request for': { word: 'asked', icon: 'search', tone: 'quiet' },
  nat: { word: 'rewritten', icon: 'pencil', tone: 'quiet' },
  flood: { word: 'flooded', icon: 'copy', tone: 'quiet' },
};

function verdictCell(record: TraceRecord): VerdictCell {
  switch (record.verdict) {
    case 'dropped':
      return { word: record.cause === 'none' ? 'dropped' : record.cause, icon: 'close', tone: 'bad' };
    case 'held':
      return { word: 'held', icon: 'hourglass', tone: 'warn' };
    case 'edited':
      return { word: 'edited', icon: 'pencil', tone: 'warn' };
    case 'injected':
      return { word: 'injected', icon: 'syringe', tone: 'info' };
    case 'duplicated':
      return { word: 'duplicated', icon: 'copy', tone: 'info' };
    case 'passed': {
      const deed = record.point === 'from_router' ? routerDeeds[record.rule] : undefined;
      return deed ?? { word: 'passed', icon: undefined, tone: 'quiet' };
    }
  }
}

/** The columns of a record. */
export function rowCells(record: TraceRecord, summary: Summary, names: Names): RowCells {
  const parent = record.parents[0];
  const inferred = parent !== undefined && !isObserved(record);
  return {
    seq: record.seq,
    time: seconds(record.tUs),
    point: record.point,
    place: names.placeOf(record.node, record.port),
    source: addressCell(summary.source, names),
    destination: addressCell(summary.destination, names),
    summary,
    length: record.length,
    cause: isCauseUnknown(record) ? '?' : parent === undefined ? '' : `${inferred ? '≈' : ''}${parent}`,
    inferred,
    verdict: verdictCell(record),
  };
}

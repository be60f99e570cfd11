import { summarize } from '../../packet/dissect.ts';
import { points } from '../../packet/trace-batch.ts';
import { type LoggedRecord, newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { walkToEnd } from '../log-walk.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import type { KnownRouter, RouterExpectations } from '../why/expectations.ts';
import type { Requirement } from '../why/reasons.ts';
import { compareOutputs } from './compare.ts';
import type { Divergence, Observed } from './divergence.ts';
import type { FieldDifference } from './frame-diff.ts';

export interface ShadowFrame {
  /** The record of what was observed; null for what the reference would have sent, and never did. */
  readonly seq: number | null;
  readonly interface: string;
  readonly info: string;
  readonly bytesBase64: string;
}
/** One difference, under the record of the frame that both routers were given. */
export interface ShadowDifference {
  readonly seq: number;
  readonly tUs: number;
  readonly what: Divergence['what'];
  readonly text: string;
  readonly requirement: Requirement | null;
  readonly expected: ShadowFrame | null;
  readonly observed: ShadowFrame | null;
  readonly fields: readonly FieldDifference[];
}

export interface ShadowMethods {
  /**
   * Compares a router with the reference over the frames that are kept, the first divergence first (WB200–WB206). The
   * reference's side is computed and never sent; which output came of which frame is inferred, as the links say.
   */
  'shadow:compare'(argument: { readonly router: string; readonly limit: number }): {
    readonly router: string;
    /** Frames that both were given, those of which the same came, and those of which something may still come. */
    readonly compared: number;
    readonly alike: number;
    readonly pending: number;
    readonly differences: readonly ShadowDifference[];
    /** Differences beyond the limit. */
    readonly more: number;
  };
}

export interface ShadowDeps {
  readonly log: PacketLog;
  readonly routers: () => readonly KnownRouter[];
  readonly expectations: RouterExpectations;
  readonly nowUs: () => number;
}

/** What has not come after this long does not come: five ARP requests a second apart, and what follows. */
export const patienceUs = 1_500_000;
const mostRecords = 80_000;

export function shadowMethods(deps: ShadowDeps): Implementation<ShadowMethods> {
  return { 'shadow:compare': ({ router, limit }) => compareRouter(deps, router, limit) };
}

async function compareRouter(
  deps: ShadowDeps,
  name: string,
  limit: number,
): Promise<ReturnType<ShadowMethods['shadow:compare']>> {
  const { log, routers, nowUs } = deps;
  const router = routers().find((each) => each.name === name);
  if (router === undefined) throw new WorkbenchError('not-found', `There is no router "${name}" in this lab.`);
  const expectations = deps.expectations.of(name);
  if (expectations === undefined)
    throw new WorkbenchError('conflict', `The routing table of ${name} cannot be used by the reference.`);
  const own = new Set(router.interfaces.map(({ address }) => address));
  const sent = sentBecauseOf(log, router);
  const found: ShadowDifference[] = [];
  const counts = { compared: 0, alike: 0, pending: 0, more: 0 };
  const now = nowUs();
  await walkToEnd(log, firstOf(log), (seq, record) => {
    if (!isAt(log, record, 'to_router', name)) return;
    const expectation = expectations.of(seq, now);
    if (expectation === undefined) return;
    counts.compared += 1;
    const { tUs } = record;
    const divergences = compareOutputs(expectation, sent.get(seq) ?? [], own);
    const isDue = (one: Divergence): boolean =>
      now - (one.expected?.tUs ?? tUs) >= patienceUs || one.what !== 'missing';
    const due = divergences.filter(isDue);
    if (due.length < divergences.length) counts.pending += 1;
    else if (due.length === 0) counts.alike += 1;
    for (const one of due) {
      if (found.length < limit) found.push(difference(seq, tUs, one));
      else counts.more += 1;
    }
  });
  return { router: name, ...counts, differences: found };
}

/** The first record that is compared. */
export const firstOf = (log: PacketLog): number => Math.max(log.firstSeq, log.nextSeq - mostRecords);

/** Whether a record is one of a node at a point. */
export const isAt = (log: PacketLog, record: LoggedRecord, point: string, name: string): boolean =>
  points[record.point] === point && log.nodeName(record.node) === name;

/** What the router sent, by the frame that it came of: an ARP reply releases what waited, which came of the older one. */
export function sentBecauseOf(log: PacketLog, { name, interfaces }: KnownRouter): Map<number, Observed[]> {
  const sent = new Map<number, Observed[]>();
  const record = newLoggedRecord();
  for (let seq = firstOf(log); seq < log.nextSeq; seq++) {
    if (!log.look(seq, record) || !isAt(log, record, 'from_router', name) || record.parentCount === 0) continue;
    const cause = record.parents[0] ?? 0;
    const port = record.port;
    const list = sent.get(cause) ?? [];
    sent.set(cause, list);
    list.push({
      seq,
      interface: interfaces.find((each) => each.port === port)?.name ?? '',
      frame: record.bytes.slice(record.start, record.end),
    });
  }
  return sent;
}

/** A divergence as it is told. */
export const difference = (seq: number, tUs: number, one: Divergence): ShadowDifference => ({
  seq,
  tUs,
  what: one.what,
  text: one.text,
  requirement: one.requirement,
  expected: one.expected === null ? null : shown(null, one.expected),
  observed: one.observed === null ? null : shown(one.observed.seq, one.observed),
  fields: one.fields,
});

const shown = (seq: number | null, { interface: name, frame }: Omit<Observed, 'seq'>): ShadowFrame => ({
  seq,
  interface: name,
  info: summarize(frame).info,
  bytesBase64: Buffer.from(frame).toString('base64'),
});

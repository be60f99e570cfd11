import type { BridgeRouter, BridgeSecondBuild } from '../../api.ts';
import type { SecondSide } from '../../apps/app.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { walkToEnd } from '../log-walk.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import type { Expected, RouterExpectations } from '../why/expectations.ts';
import { compareOutputs } from './compare.ts';
import type { Divergence, Observed } from './divergence.ts';
import { otherBuild } from './other-side.ts';
import { difference, firstOf, isAt, patienceUs, type ShadowDifference, sentBecauseOf } from './shadow.ts';

/** A difference between two programs: with whom of them the reference agrees, and what the other one breaks. */
interface BuildDifference extends ShadowDifference {
  readonly agrees: 'router' | 'build' | null;
}

export interface SecondMethods {
  /**
   * Compares a router with the program beside it, over the frames that both were given (WB206–WB212): `expected` is what
   * that program sent. not-found while there never was one.
   */
  'shadow:builds'(argument: { readonly router: string; readonly limit: number }): {
    readonly router: string;
    readonly compared: number;
    readonly alike: number;
    readonly pending: number;
    readonly differences: readonly BuildDifference[];
    readonly more: number;
    /** From this record on nothing is compared any more, and why. */
    readonly until: BridgeSecondBuild['until'] | null;
  };
  /** Ends the connection of the program beside a router with a CLOSE that says why; no effect when there is none. */
  'shadow:close'(argument: { readonly router: string; readonly reason: string }): Readonly<Record<string, never>>;
}

export interface SecondDeps {
  readonly log: PacketLog;
  readonly routers: () => readonly BridgeRouter[];
  readonly seconds: () => SecondSide | undefined;
  readonly expectations: RouterExpectations;
  readonly nowUs: () => number;
}

export function secondMethods(deps: SecondDeps): Implementation<SecondMethods> {
  return {
    'shadow:builds': ({ router, limit }) => compareBuilds(deps, router, limit),
    'shadow:close': ({ router, reason }) => {
      deps.seconds()?.close(router, reason);
      return {};
    },
  };
}

async function compareBuilds(
  deps: SecondDeps,
  name: string,
  limit: number,
): Promise<ReturnType<SecondMethods['shadow:builds']>> {
  const { log, routers, seconds, expectations, nowUs } = deps;
  const router = routers().find((each) => each.name === name);
  if (router === undefined) throw new WorkbenchError('not-found', `There is no router "${name}" in this lab.`);
  const second = seconds()?.of(name);
  if (second === undefined)
    throw new WorkbenchError('not-found', `No other build stands beside ${name}: start one to compare it.`);
  const { until } = second.state;
  const oracle = expectations.of(name);
  const own = new Set(router.interfaces.map(({ address }) => address));
  const sent = sentBecauseOf(log, router);
  const found: BuildDifference[] = [];
  const counts = { compared: 0, alike: 0, pending: 0, more: 0 };
  const now = nowUs();
  const from = Math.max(firstOf(log), second.keptFromSeq, expectations.sinceOf(name));
  const end = Math.min(log.nextSeq, until?.seq ?? Number.POSITIVE_INFINITY);
  await walkToEnd(log, from, (seq, record) => {
    if (seq >= end || !isAt(log, record, 'to_router', name)) return;
    const given = record.bytes.slice(record.start, record.end);
    const { tUs } = record;
    const left = sent.get(seq) ?? [];
    const right = second.outputsOf(seq);
    const divergences = compareOutputs({ given, outputs: right }, left, own, otherBuild);
    counts.compared += 1;
    // Either of the two may be the slower one.
    const lastUs = Math.max(tUs, ...right.map((each) => each.tUs), ...left.map((each) => log.timeOf(each.seq)));
    if (divergences.length === 0) counts.alike += 1;
    else if (now - lastUs < patienceUs) counts.pending += 1;
    else {
      const expectation = oracle?.of(seq, now);
      const judged = (sides: readonly Observed[]): Divergence[] | undefined =>
        expectation && compareOutputs(expectation, sides, own);
      const verdict = agreement(judged(left), judged(right.map(asObserved)));
      for (const one of divergences) {
        if (found.length < limit)
          found.push({ ...difference(seq, tUs, { ...one, requirement: verdict.requirement }), agrees: verdict.agrees });
        else counts.more += 1;
      }
    }
  });
  return { router: name, ...counts, differences: found, until: until ?? null };
}

/** What a build sent is in no log, so it has no number. */
const asObserved = ({ interface: name, frame }: Expected): Observed => ({ seq: 0, interface: name, frame });

/** With whom the reference agrees: only where it does with one of them, the other breaks a requirement (WB211). */
function agreement(
  router: readonly Divergence[] | undefined,
  build: readonly Divergence[] | undefined,
): Pick<BuildDifference, 'agrees' | 'requirement'> {
  const nobody = { agrees: null, requirement: null };
  if (router === undefined || build === undefined) return nobody;
  const [broken] = router.length === 0 ? build : router;
  if (broken === undefined || (router.length > 0 && build.length > 0)) return nobody;
  return { agrees: router.length === 0 ? 'router' : 'build', requirement: broken.requirement };
}

import { dropCauses, points } from '../../packet/trace-batch.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { keptSeqs, walkIds } from '../log-walk.ts';
import type { Implementation } from '../method.ts';
import type { KnownRouter } from '../why/expectations.ts';
import { type Finding, FindingList, type Report } from './finding-list.ts';
import type { FindingKind } from './kinds.ts';
import { NetworkWatch } from './network-watch.ts';
import { factsOf } from './router-facts.ts';
import { RouterWatch } from './router-watch.ts';
import { SeenFrame } from './seen-frame.ts';

interface FindingsAnswer {
  /** Records that were looked at, and the last of them. */
  readonly packets: number;
  readonly scannedTo: number;
  /** False when the time for one answer was over: ask again. */
  readonly isComplete: boolean;
  /** Ever found, and of those no longer kept. */
  readonly total: number;
  readonly dropped: number;
  /** Every kind that is looked for, with its count; of a kind, ids below `keptFromId` are no longer kept. */
  readonly kinds: ReturnType<FindingList['summaries']>;
  /** The oldest above the `after` of the question. */
  readonly findings: readonly Finding[];
}

export interface ExpertMethods {
  /** What is wrong or remarkable in the whole log, found independently of the reference (WB100–WB107). */
  'expert:findings'(argument: FindingsQuestion): FindingsAnswer;
}

interface FindingsQuestion {
  /** Only findings with a higher id. */
  readonly after: number;
  readonly limit: number;
  /** Nobody waits for the answer: looking takes a tenth of the time at most. */
  readonly isGentle?: boolean | undefined;
}

export interface ExpertDeps {
  readonly log: PacketLog;
  readonly routers: () => readonly KnownRouter[];
  /** The lab's routing tables, by router. */
  readonly rtables: ReadonlyMap<string, string>;
  readonly nowUs: () => number;
}

/** Who looks at which log: filters ask it for `lab.finding`. */
const experts = new WeakMap<PacketLog, Expert>();

/** Undefined of a log that nobody looks at. */
export const expertOf = (log: PacketLog): Expert | undefined => experts.get(log);

/** Looks through the log when somebody asks, from where it was last: packets on their way cost nothing for it. */
export class Expert {
  readonly #deps: ExpertDeps;
  readonly #found = new FindingList();
  readonly #network: NetworkWatch;
  readonly #watches = new Map<string, { readonly identity: string; readonly watch: RouterWatch }>();
  /** Records from which on another program plays a router. */
  readonly #connections: { readonly node: string; readonly seq: number }[] = [];
  readonly #frame = new SeenFrame();
  readonly #before = new SeenFrame();
  #next = 1;
  #packets = 0;
  #walking: Promise<boolean> | undefined;

  constructor(deps: ExpertDeps) {
    this.#deps = deps;
    const { log, rtables } = deps;
    const report: Report = (kind, found) => this.#found.add(kind, found);
    this.#network = new NetworkWatch((node) => log.nodeName(node), rtables.size > 0, report);
    experts.set(log, this);
  }

  /** Kinds of what is known of a record. */
  kindsOf(seq: number): readonly FindingKind[] {
    return this.#found.kindsOf(seq);
  }

  /** From record `seq` on another program plays the router; told in order of seq. */
  connected(node: string, seq: number): void {
    const latest = this.#connections.at(-1);
    // Whoever connects again and again without a packet is one connection.
    if (latest?.node === node && latest.seq === seq) return;
    this.#connections.push({ node, seq });
    if (this.#connections.length > mostConnections) this.#connections.shift();
  }

  /**
   * Looks at what is new; false when the time for one answer was over before the end. Who asks meanwhile waits for the same.
   * A gentle look is for what nobody waits for: packets on their way do not notice it.
   */
  catchUp(isGentle = false): Promise<boolean> {
    this.#walking ??= this.#walk(isGentle).finally(() => {
      this.#walking = undefined;
    });
    return this.#walking;
  }

  async findings({ after, limit, isGentle }: FindingsQuestion): Promise<FindingsAnswer> {
    const isComplete = await this.catchUp(isGentle);
    const found = this.#found;
    return {
      packets: this.#packets,
      scannedTo: this.#next - 1,
      isComplete,
      total: found.total,
      dropped: found.dropped,
      kinds: found.summaries(),
      findings: limit === 0 ? [] : found.after(after).slice(0, limit),
    };
  }

  async #walk(isGentle: boolean): Promise<boolean> {
    const { log, nowUs } = this.#deps;
    this.#learnRouters();
    if (this.#next < log.firstSeq) this.#missed();
    const walk = { fromSeq: this.#next, isGentle, isWanted: () => true };
    const { scannedTo, isComplete } = await walkIds(keptSeqs(log), walk, (seq) => this.#visit(seq));
    this.#next = Math.max(this.#next, scannedTo + 1);
    if (isComplete) this.#network.passed(nowUs());
    return isComplete;
  }

  #visit(seq: number): void {
    const { log } = this.#deps;
    const frame = this.#frame;
    if (!frame.look(log, seq)) return;
    if (seq > this.#next) this.#missed();
    this.#next = seq + 1;
    this.#packets += 1;
    while ((this.#connections[0]?.seq ?? Number.POSITIVE_INFINITY) <= seq)
      this.#watches.get(this.#connections.shift()?.node ?? '')?.watch.clear();
    this.#network.visit(frame);
    const { record } = frame;
    const point = points[record.point];
    if (point !== 'to_router' && point !== 'from_router' && point !== 'drop') return;
    const watch = this.#watches.get(log.nodeName(record.node))?.watch;
    if (watch === undefined) return;
    if (point === 'to_router') watch.given(frame);
    else if (point === 'from_router') watch.sent(frame);
    else if (dropCauses[record.cause] === 'unknown interface' && this.#before.look(log, record.parents[0] ?? 0))
      watch.unknownInterface(this.#before, seq);
  }

  /** Routers as they are now: other MACs are known from here on. */
  #learnRouters(): void {
    const { log, routers, rtables } = this.#deps;
    for (const router of routers()) {
      const identity = router.interfaces.map(({ mac }) => mac).join(' ');
      const known = this.#watches.get(router.name);
      if (known?.identity === identity) continue;
      const facts = factsOf(router, rtables.get(router.name) ?? '');
      const macsFrom = known === undefined ? 0 : this.#next;
      const report: Report = (kind, found) => this.#found.add(kind, found);
      const watch = new RouterWatch(log, facts, macsFrom, report);
      if (known !== undefined || this.#next > 1) watch.missed();
      this.#watches.set(router.name, { identity, watch });
    }
  }

  #missed(): void {
    for (const { watch } of this.#watches.values()) watch.missed();
  }
}

/** Programs of routers that came between two questions. */
const mostConnections = 1000;

export function expertMethods(expert: Expert): Implementation<ExpertMethods> {
  return { 'expert:findings': (question) => expert.findings(question) };
}

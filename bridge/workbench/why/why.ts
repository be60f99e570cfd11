import { points } from '../../packet/trace-batch.ts';
import { newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { causeText, notKept } from '../chain/chain.ts';
import { type ChainRecord, chainOf } from '../chain/lineage.ts';
import type { Implementation } from '../method.ts';
import type { Expectation, Expected, RouterExpectations } from './expectations.ts';
import { dropTexts, expectationText, type Requirement } from './reasons.ts';

/**
 * One reason why a packet went no further, or one way in which it did. `observed` is a fact of the log; `inferred` is what
 * links and the reference router conclude.
 */
interface Reason {
  readonly kind: 'observed' | 'inferred';
  /** `missing`: an output that the reference would have sent; `pending`: it may still come; `ignored`: rightly thrown away. */
  readonly what: 'dropped' | 'missing' | 'pending' | 'ignored' | 'answered' | 'unknown';
  /** The record that it is about. */
  readonly seq: number;
  readonly text: string;
  readonly requirement: Requirement | null;
}

export interface WhyMethods {
  /** Why the packet of a record went no further (WB93–WB95). */
  'trace:why'(argument: { readonly seq: number }): {
    readonly seq: number;
    /** The answer in one sentence. */
    readonly text: string;
    readonly reasons: readonly Reason[];
  };
}

export interface WhyDeps {
  readonly log: PacketLog;
  readonly expectations: RouterExpectations;
  readonly nowUs: () => number;
}

/** An output that has not come after this long is missing. */
const patienceUs = 1_000_000;
/** Records looked through for an output whose cause is unknown. */
const mostSearched = 20_000;

/** Asks the log what happened to a packet, and the reference router what should have. */
export function whyMethods(deps: WhyDeps): Implementation<WhyMethods> {
  const { log } = deps;
  return {
    'trace:why': ({ seq }) => {
      const chain = chainOf(log, seq);
      if (chain.length === 0) throw notKept(log, seq);
      const reasons = [
        ...chain.filter(isLost).map(dropReason),
        ...chain.flatMap((record) => routerReasons(deps, chain, record, seq)),
      ];
      return { seq, text: verdictOf(seq, chain, reasons), reasons };
    },
  };
}

const isLost = ({ verdict }: ChainRecord): boolean => verdict === 'dropped';

function dropReason({ seq, cause, node, port }: ChainRecord): Reason {
  const where = port === 0 ? node : `${node} port ${port}`;
  return {
    kind: 'observed',
    what: 'dropped',
    seq,
    text: `${dropTexts[cause]} (${cause}, at ${where})`,
    requirement: null,
  };
}

/** What the router made of a frame that it was given, and what it should have. */
function routerReasons(deps: WhyDeps, chain: readonly ChainRecord[], record: ChainRecord, asked: number): Reason[] {
  const { seq, point } = record;
  const isOnTheWay = seq === asked || chain.some(({ parents: [first] }) => first?.seq === seq) || isEnd(chain, record);
  if (point !== 'to_router' || !isOnTheWay) return [];
  const children = chain.filter(({ point: at, parents }) => at === 'from_router' && parents[0]?.seq === seq);
  const answers = children.filter(({ parents: [first] }) => first?.rule !== 'arp request for');
  if (answers.length > 0)
    return answers.map(
      (answer): Reason => inferred('answered', answer.seq, `The router answered with ${causeText(answer)}.`),
    );
  const expectation = deps.expectations.of(record.node)?.of(seq, deps.nowUs());
  if (expectation === undefined)
    return [inferred('unknown', seq, 'Nothing came of it, and it is too long ago to say what should have.')];
  return expectationReasons(deps, record, children.length > 0, expectation);
}

/** An ARP packet that released others stands beside the chain, not in it. */
const isEnd = (chain: readonly ChainRecord[], { seq }: ChainRecord): boolean =>
  !chain.some(({ parents }) => parents.some((parent) => parent.seq === seq));

function expectationReasons(deps: WhyDeps, record: ChainRecord, hasAsked: boolean, expectation: Expectation): Reason[] {
  const { given, outputs, ignoredBecause } = expectation;
  const open = outputs.filter(({ frame }) => !(hasAsked && isArpRequest(frame)));
  // Asked five times over is one request that is missing, not five.
  const distinct = open.filter((output, i) => open.findIndex(({ frame }) => isAlike(frame, output.frame)) === i);
  if (distinct.length > 0) return distinct.map((output) => openReason(deps, record, given, output));
  if (outputs.length > 0)
    return [
      inferred('pending', record.seq, 'The router asked for the MAC address of its next hop; no answer has come.'),
    ];
  if (ignoredBecause !== undefined)
    return [inferred('ignored', record.seq, `The reference throws it away, too: ${ignoredBecause}.`)];
  return [inferred('unknown', record.seq, 'Nothing came of it, and the reference would have sent nothing either.')];
}

function openReason({ log, nowUs }: WhyDeps, record: ChainRecord, given: Uint8Array, output: Expected): Reason {
  const { text, requirement } = expectationText(given, output);
  const late = nowUs() - output.tUs;
  if (late < patienceUs) return { ...inferred('pending', record.seq, `${text} It may still come.`), requirement };
  const perhaps = lookalike(log, record, output.frame);
  if (perhaps !== undefined)
    return inferred(
      'answered',
      perhaps,
      `The router sent #${perhaps}, whose cause is unknown; it is what was expected of this one.`,
    );
  return {
    ...inferred('missing', record.seq, `${text} The router sent nothing like it within a second.`),
    requirement,
  };
}

const inferred = (what: Reason['what'], seq: number, text: string): Reason => ({
  kind: 'inferred',
  what,
  seq,
  text,
  requirement: null,
});

const isArpRequest = (frame: Uint8Array): boolean => frame[12] === 8 && frame[13] === 6 && frame[21] === 1;

/** Equal but for what a router may choose: MACs, IP id, TTL and checksum. */
function isAlike(a: Uint8Array, b: Uint8Array, at = 0, end = b.length): boolean {
  if (a.length !== end - at) return false;
  const isIpv4 = a[12] === 8 && a[13] === 0;
  for (let i = 12; i < a.length; i++) {
    const isFree = isIpv4 && (i === 18 || i === 19 || i === 22 || i === 24 || i === 25);
    if (!isFree && a[i] !== b[at + i]) return false;
  }
  return true;
}

/** An output without a known cause that is as expected, within a second. */
function lookalike(log: PacketLog, { seq, tUs }: ChainRecord, frame: Uint8Array): number | undefined {
  const record = newLoggedRecord();
  const end = Math.min(log.nextSeq, seq + mostSearched);
  for (let next = seq + 1; next < end; next++) {
    if (!log.look(next, record) || points[record.point] !== 'from_router' || record.parentCount > 0) continue;
    if (record.tUs - tUs > patienceUs) return undefined;
    if (isAlike(frame, record.bytes, record.start, record.end)) return next;
  }
  return undefined;
}

function verdictOf(seq: number, chain: readonly ChainRecord[], reasons: readonly Reason[]): string {
  const worst = (['dropped', 'missing', 'ignored', 'pending'] as const)
    .map((what) => reasons.find((reason) => reason.what === what))
    .find((reason) => reason !== undefined);
  if (worst !== undefined) return worst.text;
  const last = chain.findLast(({ point }) => point === 'host.rx' || point === 'sw.tx' || point === 'packet_out');
  if (last !== undefined) return `It was not dropped: #${last.seq} left at ${last.node} port ${last.port}.`;
  return reasons[0]?.text ?? `Nothing more was seen of #${seq}, and nothing says why.`;
}

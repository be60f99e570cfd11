import { actionsText, actionText } from '../../packet/flow/action-words.ts';
import { type MatchField, matchTerms, matchText } from '../../packet/flow/match-words.ts';
import { type MatchFields, matchFields } from '../../protocols/openflow/v10/match.ts';
import type { StatsReply } from '../../protocols/openflow/v10/stats.ts';

type WireFlow = Extract<StatsReply, { kind: 'flow' }>['flows'][number];

/** One entry of a flow table, as the switch told it, and what changed since it was asked before. */
export interface FlowRow {
  /** Table, priority and match: what makes an entry itself. */
  readonly id: string;
  readonly table: number;
  readonly priority: number;
  readonly match: readonly { readonly field: MatchField; readonly name: string; readonly text: string }[];
  /** The match as it can be written again; '' matches everything. */
  readonly matchText: string;
  readonly actions: readonly string[];
  readonly actionsText: string;
  /** −1 when the switch does not count. */
  readonly packets: number;
  readonly bytes: number;
  /** Since the answer before; 0 without one. */
  readonly packetsDelta: number;
  readonly bytesDelta: number;
  /** Packets a second since the answer before. */
  readonly packetRate: number;
  /** It was not in the answer before. */
  readonly isNew: boolean;
  readonly ageS: number;
  /** 0 for never. */
  readonly idleTimeoutS: number;
  readonly hardTimeoutS: number;
  /** Seconds until it ends, −1 for never. The idle one is inferred once frames came: from when the counter was seen to move. */
  readonly idleLeftS: number;
  readonly isIdleLeftInferred: boolean;
  readonly hardLeftS: number;
  /** 16 hex digits behind 0x. */
  readonly cookie: string;
}

/** An entry with what a change needs of it. */
export interface KnownFlow {
  readonly row: FlowRow;
  readonly wire: WireFlow;
  readonly fields: MatchFields;
  /** When its counter was seen to move last, µs; of an entry whose counter never moved, when it was read first. */
  readonly movedUs: number;
}

/** What makes an entry itself: priority and match (§4.6), and its table. */
export const flowId = (fields: MatchFields, priority: number, table = 0): string =>
  `${table}/${priority}/${matchText(fields)}`;

const notCounted = 2n ** 64n - 1n;
const counter = (value: bigint): number => (value === notCounted ? -1 : Number(value));
const roundS = (seconds: number): number => Math.max(0, Math.round(seconds * 10) / 10);
const left = (timeoutS: number, passedS: number): number => (timeoutS === 0 ? -1 : roundS(timeoutS - passedS));

/** Reads an entry at `nowUs`; `before` is the same entry in the answer of `beforeUs`. */
export function knownFlow(wire: WireFlow, nowUs: number, before: KnownFlow | undefined, beforeUs: number): KnownFlow {
  const fields = matchFields(wire.match);
  const packets = counter(wire.packetCount);
  const bytes = counter(wire.byteCount);
  const ageS = wire.durationS + wire.durationNs / 1e9;
  // An entry that was replaced by its like counts anew.
  const isSame = before !== undefined && ageS >= before.row.ageS && packets >= before.row.packets;
  const packetsDelta = isSame ? packets - before.row.packets : 0;
  const isUnused = wire.packetCount === 0n;
  const movedUs = isSame && packetsDelta === 0 ? before.movedUs : nowUs;
  const idleS = isUnused ? ageS : (nowUs - movedUs) / 1e6;
  return {
    wire,
    fields,
    movedUs,
    row: {
      id: flowId(fields, wire.priority, wire.tableId),
      table: wire.tableId,
      priority: wire.priority,
      match: matchTerms(fields),
      matchText: matchText(fields),
      actions: wire.actions.map(actionText),
      actionsText: actionsText(wire.actions),
      packets,
      bytes,
      packetsDelta,
      bytesDelta: isSame ? bytes - before.row.bytes : 0,
      packetRate: isSame ? packetsDelta / Math.max(1e-6, (nowUs - beforeUs) / 1e6) : 0,
      isNew: before === undefined,
      ageS,
      idleTimeoutS: wire.idleTimeoutS,
      hardTimeoutS: wire.hardTimeoutS,
      idleLeftS: left(wire.idleTimeoutS, idleS),
      isIdleLeftInferred: !isUnused,
      hardLeftS: left(wire.hardTimeoutS, ageS),
      cookie: `0x${wire.cookie.toString(16).padStart(16, '0')}`,
    },
  };
}

import type { Switch } from '../../controller/switch.ts';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { StatsReply, StatsRequest } from '../../protocols/openflow/v10/stats.ts';
import type { RequestAnswer } from '../../sessions/pending-requests.ts';
import { WorkbenchError } from '../method.ts';
import { type KnownFlow, knownFlow } from './flow-row.ts';

/** What a switch answered: its entries, tables and sums. */
export interface TableAnswer {
  readonly tUs: number;
  /** 0 when it is the first. */
  readonly previousUs: number;
  /** The higher the sooner a frame is looked for in it. */
  readonly flows: readonly KnownFlow[];
  readonly tables: Extract<StatsReply, { kind: 'table' }>['tables'];
  readonly aggregate: { readonly packetCount: bigint; readonly byteCount: bigint; readonly flowCount: number };
}

const everything = { match: matchOf(), tableId: 0xff, outPort: portNumbers.None, flags: [] } as const;
/** The switch is asked at most this often. */
const restUs = 1_000_000;

/** Reads the table of one switch, and keeps the last answer to compare with (WB164). */
export class FlowReader {
  readonly #its: Switch;
  readonly #nowUs: () => number;
  #last: TableAnswer | undefined;
  #isOutdated = false;
  #asking: Promise<TableAnswer> | undefined;

  constructor(its: Switch, nowUs: () => number) {
    this.#its = its;
    this.#nowUs = nowUs;
  }

  /** The answer of the last second, or a new one. Rejects with WorkbenchError when the switch does not answer. */
  read(): Promise<TableAnswer> {
    const last = this.#last;
    const isFresh = last !== undefined && !this.#isOutdated && this.#nowUs() - last.tUs < restUs;
    return isFresh ? Promise.resolve(last) : this.readNow();
  }

  /** A new answer, for a change that must know what there is. */
  readNow(): Promise<TableAnswer> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The table was changed from here: who looks next sees it as it is. */
  outdate(): void {
    this.#isOutdated = true;
  }

  /** The switch has another table: it connected anew. */
  forget(): void {
    this.#last = undefined;
  }

  async #ask(): Promise<TableAnswer> {
    this.#isOutdated = false;
    const [flows, tables, aggregates] = await Promise.all([
      this.#stats('flow', { kind: 'flow', ...everything }),
      this.#stats('table', { kind: 'table', flags: [] }).catch(none),
      this.#stats('aggregate', { kind: 'aggregate', ...everything }).catch(none),
    ]);
    const previous = this.#last;
    const known = new Map(previous?.flows.map((flow) => [flow.row.id, flow]));
    const tUs = this.#nowUs();
    const previousUs = previous?.tUs ?? 0;
    const rows = flows
      .flatMap((reply) => (reply.kind === 'flow' ? reply.flows : []))
      .map((wire) => {
        const first = knownFlow(wire, tUs, undefined, 0);
        const before = known.get(first.row.id);
        // Without an answer before nothing can be called new.
        if (previous === undefined) return { ...first, row: { ...first.row, isNew: false } };
        return before === undefined ? first : knownFlow(wire, tUs, before, previousUs);
      })
      .sort((a, b) => b.row.priority - a.row.priority || (a.row.id < b.row.id ? -1 : 1));
    const [sum] = aggregates.flatMap((reply) => (reply.kind === 'aggregate' ? [reply] : []));
    const answer: TableAnswer = {
      tUs,
      previousUs,
      flows: rows,
      tables: tables.flatMap((reply) => (reply.kind === 'table' ? reply.tables : [])),
      aggregate: sum ?? { packetCount: 0n, byteCount: 0n, flowCount: rows.length },
    };
    this.#last = answer;
    return answer;
  }

  #stats(what: string, stats: StatsRequest): Promise<StatsReply[]> {
    return new Promise((resolve, reject) => {
      this.#its.request(
        (xid) => ({ kind: 'statsRequest', xid, stats }),
        (answer) => {
          if (answer.kind !== 'reply') reject(new WorkbenchError('conflict', noAnswer(this.#its.name, what, answer)));
          else resolve(answer.replies.flatMap((reply) => (reply.kind === 'statsReply' ? [reply.stats] : [])));
        },
      );
    });
  }
}

/** A switch that does not keep these figures is read without them. */
const none = (): StatsReply[] => [];

/** Why a switch did not do what it was asked, in a sentence. */
export function noAnswer(name: string, what: string, answer: Exclude<RequestAnswer, { kind: 'reply' }>): string {
  if (answer.kind === 'timeout') return `${name} did not answer about its ${what} in time`;
  if (answer.kind === 'closed') return `${name} is not connected: ${answer.reason}`;
  return `${name} refused with ${answer.error}`;
}

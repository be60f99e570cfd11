import { Conversations } from '../../packet/conversation/conversations.ts';
import { Segment } from '../../packet/conversation/segment.ts';
import { ConversationColumns, type ConversationTable } from '../../packet/conversation/table.ts';
import type { LoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { walkLog } from '../log-walk.ts';
import { vantageAt } from './vantage.ts';

/** A chunk is let go of when so many records were forgotten since the last time. */
const forgetEvery = 0x1_0000;

/**
 * Which conversation each record of a log belongs to (WB30): found out when somebody asks first, and from then on only of
 * what came since. A number that was given stays; it does not depend on who asks or when, but for what the log had
 * forgotten before the first question.
 */
export class StreamIndex {
  readonly #log: PacketLog;
  readonly #columns = new ConversationColumns();
  readonly #conversations = new Conversations();
  readonly #segment = new Segment();
  /** The first record of each conversation, by its number. */
  readonly #firstSeqs = { tcp: [] as number[], udp: [] as number[] };
  #next = 1;
  #forgotten = 0;

  constructor(log: PacketLog) {
    this.#log = log;
  }

  get table(): ConversationTable {
    return this.#columns;
  }

  /** Seq of the first record that was not looked at yet. */
  get nextSeq(): number {
    return this.#next;
  }

  /** Where a conversation begins; 1 when it is not known. */
  firstSeqOf(transport: 'tcp' | 'udp', stream: number): number {
    return this.#firstSeqs[transport][stream] ?? 1;
  }

  /** Looks at what came since, in short turns. False when the time for one answer is over: ask on. */
  async catchUp(isWanted: () => boolean): Promise<boolean> {
    // Two who ask at once share the work: what one has looked at the other passes over.
    const { isComplete } = await walkLog(this.#log, { fromSeq: this.#next, isWanted }, (seq, record) => {
      if (seq >= this.#next) this.#look(seq, record);
    });
    if (this.#log.firstSeq - this.#forgotten > forgetEvery) {
      this.#forgotten = this.#log.firstSeq;
      this.#columns.forgetBefore(this.#forgotten);
    }
    return isComplete;
  }

  #look(seq: number, record: LoggedRecord): void {
    this.#next = seq + 1;
    const { bytes, start, end, length, point, node, port, tUs, parentCount, parents } = record;
    const segment = this.#segment;
    if (!segment.read(bytes, start, end, length)) return;
    const conversations = this.#conversations;
    const parent = parentCount === 0 ? 0 : (parents[0] ?? 0);
    conversations.take(segment, { vantage: vantageAt(point, node), port, tUs, parent });
    this.#columns.set(seq, segment.transport, conversations.stream, conversations.analysis);
    this.#firstSeqs[segment.transport][conversations.stream] ??= seq;
  }
}

const indices = new WeakMap<PacketLog, StreamIndex>();

/** The one index of a log: nothing is claimed for it before somebody asks. */
export function streamIndexOf(log: PacketLog): StreamIndex {
  let index = indices.get(log);
  if (index === undefined) {
    index = new StreamIndex(log);
    indices.set(log, index);
  }
  return index;
}

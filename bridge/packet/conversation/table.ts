/** What a filter asks of the conversations of a log: by the seq of a record. */
export interface ConversationTable {
  /** Number of the record's conversation; undefined when it has none of that transport, or it is not known. */
  tcpStreamOf(seq: number): number | undefined;
  udpStreamOf(seq: number): number | undefined;
  /** Bits of `tcpAnalysis`. */
  tcpAnalysisOf(seq: number): number;
}

/** Where no conversations are known: of a frame that stands alone. */
export const noConversations: ConversationTable = {
  tcpStreamOf: () => undefined,
  udpStreamOf: () => undefined,
  tcpAnalysisOf: () => 0,
};

const transports = 2;
const chunkRecords = 0x1_0000;

interface Chunk {
  /** 0 for none, else the number of the conversation twice, and one more for UDP, from 1. */
  readonly codes: Uint32Array;
  readonly analysis: Uint16Array;
}

/** Conversations of records, as they were found out once: memory is claimed a stretch of 65,536 at a time. */
export class ConversationColumns implements ConversationTable {
  readonly #chunks = new Map<number, Chunk>();

  set(seq: number, transport: 'tcp' | 'udp', stream: number, analysis: number): void {
    const number = Math.floor(seq / chunkRecords);
    let chunk = this.#chunks.get(number);
    if (chunk === undefined) {
      chunk = { codes: new Uint32Array(chunkRecords), analysis: new Uint16Array(chunkRecords) };
      this.#chunks.set(number, chunk);
    }
    chunk.codes[seq % chunkRecords] = stream * transports + (transport === 'tcp' ? 0 : 1) + 1;
    chunk.analysis[seq % chunkRecords] = analysis;
  }

  /** Lets go of stretches that end before `seq`. */
  forgetBefore(seq: number): void {
    for (const number of this.#chunks.keys()) if ((number + 1) * chunkRecords <= seq) this.#chunks.delete(number);
  }

  clear(): void {
    this.#chunks.clear();
  }

  tcpStreamOf(seq: number): number | undefined {
    return this.#stream(seq, 0);
  }

  udpStreamOf(seq: number): number | undefined {
    return this.#stream(seq, 1);
  }

  tcpAnalysisOf(seq: number): number {
    return this.#chunks.get(Math.floor(seq / chunkRecords))?.analysis[seq % chunkRecords] ?? 0;
  }

  #stream(seq: number, transport: number): number | undefined {
    const code = this.#chunks.get(Math.floor(seq / chunkRecords))?.codes[seq % chunkRecords] ?? 0;
    return code === 0 || (code - 1) % transports !== transport ? undefined : Math.floor((code - 1) / transports);
  }
}

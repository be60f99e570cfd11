import { Conversations, type Sighting } from './conversations.ts';
import { Segment } from './segment.ts';
import type { ConversationTable } from './table.ts';

/** The conversations of a capture file, which has one vantage: tells of the packet that it looked at last (PK73). */
export class CaptureConversations implements ConversationTable {
  readonly #conversations = new Conversations();
  readonly #segment = new Segment();
  #isSegment = false;

  /** Looks at the next packet of the file: `bytes[start, end)`, of `length` bytes on the wire. */
  look(bytes: Uint8Array, start: number, end: number, length: number, tUs: number): void {
    this.#isSegment = this.#segment.read(bytes, start, end, length);
    const sighting: Sighting = { vantage: 0, port: 0, tUs, parent: 0 };
    if (this.#isSegment) this.#conversations.take(this.#segment, sighting);
  }

  tcpStreamOf(): number | undefined {
    return this.#isSegment && this.#segment.transport === 'tcp' ? this.#conversations.stream : undefined;
  }

  udpStreamOf(): number | undefined {
    return this.#isSegment && this.#segment.transport === 'udp' ? this.#conversations.stream : undefined;
  }

  tcpAnalysisOf(): number {
    return this.#isSegment ? this.#conversations.analysis : 0;
  }
}

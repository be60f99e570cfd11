import { ConversationColumns } from '../../../bridge/packet/conversation/table.ts';

/** Which conversations records belong to, as far as the server has told (STREAM2): one table a page, filled in order of seq. */
class PageConversations {
  readonly table = new ConversationColumns();
  #knownTo = 0;

  /** The last record that is known; those before it are, too. */
  knownTo(): number {
    return this.#knownTo;
  }

  learnedTo(seq: number): void {
    this.#knownTo = Math.max(this.#knownTo, seq);
  }

  /** Another log: nothing is known of it. */
  reset(): void {
    this.table.clear();
    this.#knownTo = 0;
  }
}

export const pageConversations = new PageConversations();

/** A comment on a record of the log. */
export interface PacketComment {
  readonly seq: number;
  readonly text: string;
}

/** How many there are, told with the bridge's state: `revision` rises with every change. */
export interface CommentCount {
  readonly revision: number;
  readonly kept: number;
  /** Comments of records that the log forgot. */
  readonly forgotten: number;
}

/** Comments of a run, and characters of one. */
export const mostComments = 1000;
export const longestComment = 2000;

const none: readonly string[] = [];

/** What people say of records, by seq; a record that the log forgets takes its comment along (WB23). */
export class PacketComments {
  readonly #firstSeq: () => number;
  readonly #texts = new Map<number, string>();
  #listener: () => void = () => undefined;
  #oldest = Number.POSITIVE_INFINITY;
  #revision = 0;
  #forgotten = 0;

  /** `firstSeq` tells the oldest record that is kept. */
  constructor(firstSeq: () => number) {
    this.#firstSeq = firstSeq;
  }

  /** One listener hears of each change by people; what the log forgets is in the next `count`. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  get count(): CommentCount {
    this.#forget();
    return { revision: this.#revision, kept: this.#texts.size, forgotten: this.#forgotten };
  }

  /** Whether one more record may be commented. */
  get isFull(): boolean {
    this.#forget();
    return this.#texts.size >= mostComments;
  }

  has(seq: number): boolean {
    return this.#texts.has(seq);
  }

  /** As a filter asks for them: none or one. */
  of(seq: number): readonly string[] {
    const text = this.#texts.get(seq);
    return text === undefined ? none : [text];
  }

  /** In order of seq. */
  list(): PacketComment[] {
    this.#forget();
    return [...this.#texts].map(([seq, text]) => ({ seq, text })).sort((a, b) => a.seq - b.seq);
  }

  /** Puts a comment in the place of the one before; an empty one removes it. */
  set(seq: number, text: string): void {
    if ((this.#texts.get(seq) ?? '') === text) return;
    if (text === '') this.#texts.delete(seq);
    else this.#texts.set(seq, text);
    this.#oldest = Math.min(this.#oldest, seq);
    this.#revision++;
    this.#listener();
  }

  #forget(): void {
    const first = this.#firstSeq();
    if (this.#oldest >= first) return;
    const before = this.#texts.size;
    for (const seq of this.#texts.keys()) if (seq < first) this.#texts.delete(seq);
    this.#oldest = Math.min(...this.#texts.keys(), Number.POSITIVE_INFINITY);
    if (this.#texts.size === before) return;
    this.#forgotten += before - this.#texts.size;
    this.#revision++;
  }
}

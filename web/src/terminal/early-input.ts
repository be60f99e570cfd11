import { countOf, plural } from '../state/text.ts';

/** Why something was not done for somebody, by its code, and in words. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/** So much is kept: lines, no file. */
const mostBytes = 4096;

/** What is typed while a terminal is being joined (TERM11): in order, and all of it or nothing. */
export class EarlyInput {
  #kept: Uint8Array[] = [];
  #bytes = 0;
  /** Why nothing is kept, which is said whenever somebody types. */
  #why: Refusal | undefined;

  /** A joining begins: from now on what is typed is kept for it. */
  begin(): void {
    this.#why = undefined;
  }

  /** Keeps what was typed, or tells why not. */
  add(data: Uint8Array): Refusal | undefined {
    if (this.#why !== undefined) return this.#why;
    this.#kept.push(data);
    this.#bytes += data.length;
    if (this.#bytes <= mostBytes) return undefined;
    // A command with a hole in it would be another command.
    const text = `More than ${countOf(mostBytes)} bytes were typed before the terminal was joined: none of them reached it.`;
    this.#why = { code: 'unsent', text };
    this.take();
    return this.#why;
  }

  /** What was kept, which is kept no longer; without a byte where nothing was typed. */
  take(): Uint8Array {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const each of this.#kept) {
      all.set(each, at);
      at += each.length;
    }
    this.#kept = [];
    this.#bytes = 0;
    return all;
  }

  /** Joining failed: what was kept is gone. What to say of it. */
  lose(why: Refusal): Refusal {
    this.#why = why;
    const { length } = this.take();
    if (length === 0) return why;
    const sentence = why.text.endsWith('.') ? why.text : `${why.text}.`;
    return {
      code: 'unsent',
      text: `${sentence} What was typed meanwhile (${plural(length, 'byte')}) did not reach it.`,
    };
  }
}

import { create } from 'zustand';

interface Announcement {
  readonly text: string;
  /** Interrupts what is being read. */
  readonly urgent: boolean;
}

/** What the live region says now. */
export const useAnnouncement = create<Announcement>()(() => ({ text: '', urgent: false }));

/** At most one sentence in this time: a screen reader must be able to finish it. */
const quietMs = 1_500;
const longestQueue = 4;

/** A rate-limited speaker: what cannot be said in time is counted, not lost without a word. */
export class Announcer {
  readonly #say: (announcement: Announcement) => void;
  #queue: Announcement[] = [];
  #left = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (announcement: Announcement) => void) {
    this.#say = say;
  }

  announce(text: string, urgent = false): void {
    if (this.#queue.length >= longestQueue) this.#left += 1;
    else this.#queue.push({ text, urgent });
    if (this.#timer === undefined) this.#next();
  }

  #next(): void {
    const next = this.#queue.shift();
    if (next !== undefined) this.#say(next);
    else if (this.#left > 0) {
      this.#say({ text: `${this.#left} more events in the log.`, urgent: false });
      this.#left = 0;
    } else {
      this.#timer = undefined;
      return;
    }
    this.#timer = setTimeout(() => this.#next(), quietMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
    this.#left = 0;
  }
}

const announcer = new Announcer((announcement) => useAnnouncement.setState(announcement));

/** Says a sentence in the page's live region. */
export function announce(text: string, urgent = false): void {
  announcer.announce(text, urgent);
}

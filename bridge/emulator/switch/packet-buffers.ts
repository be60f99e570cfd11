/** How many frames wait for their controller at once. */
export const bufferCount = 256;
const maxId = 0x7fff_ffff;

export interface Buffered {
  readonly frame: Uint8Array;
  readonly inPort: number;
}
interface Slot {
  readonly id: number;
  /** Undefined: taken. */
  content: Buffered | undefined;
}

/** Frames of which a controller has the beginning and the number (ES41). The oldest makes room; its number is unknown then. */
export class PacketBuffers {
  readonly #slots: (Slot | undefined)[] = new Array(bufferCount).fill(undefined);
  #lastId = 0;

  /** The number under which a frame can be had; the same one as long as it is the same frame. */
  keep(frame: Uint8Array, inPort: number): number {
    const last = this.#slots[this.#lastId % bufferCount];
    if (last?.content?.frame === frame && last.content.inPort === inPort) return last.id;
    const id = this.#lastId >= maxId ? 1 : this.#lastId + 1;
    this.#lastId = id;
    this.#slots[id % bufferCount] = { id, content: { frame, inPort } };
    return id;
  }

  /** Whether there is a frame under this number. */
  look(id: number): 'there' | 'empty' | 'unknown' {
    const slot = this.#slots[id % bufferCount];
    if (slot === undefined || slot.id !== id) return 'unknown';
    return slot.content === undefined ? 'empty' : 'there';
  }

  take(id: number): Buffered | undefined {
    const slot = this.#slots[id % bufferCount];
    if (slot === undefined || slot.id !== id) return undefined;
    const { content } = slot;
    slot.content = undefined;
    return content;
  }
}

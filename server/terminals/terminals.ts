import type { TerminalInfo } from '../contract/status.ts';
import { ScreenTerminal } from './terminal.ts';
import type { Terminal, TerminalOptions, Terminals } from './terminal-service.ts';

/** No terminals yet. */
export function createTerminals(): Terminals {
  return new LabTerminals();
}

class LabTerminals implements Terminals {
  readonly #terminals = new Map<string, ScreenTerminal>();
  readonly #listeners = new Set<() => void>();
  #telling = false;

  list(): TerminalInfo[] {
    return [...this.#terminals.values()].map((terminal) => terminal.info());
  }

  get(id: string): Terminal | undefined {
    return this.#terminals.get(id);
  }

  add(options: TerminalOptions): Terminal {
    if (this.#terminals.has(options.id)) throw new Error(`a terminal "${options.id}" exists already`);
    const terminal = new ScreenTerminal(options, () => this.#changed());
    this.#terminals.set(options.id, terminal);
    this.#changed();
    return terminal;
  }

  async remove(id: string): Promise<void> {
    const terminal = this.#terminals.get(id);
    if (terminal === undefined) return;
    this.#terminals.delete(id);
    this.#changed();
    await terminal.close();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    const terminals = [...this.#terminals.values()];
    this.#terminals.clear();
    await Promise.all(terminals.map((terminal) => terminal.close()));
  }

  /** One call for everything that changed together, and outside of whatever changed it. */
  #changed(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}

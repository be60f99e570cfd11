const lineCount = 1000;
const charLimit = 1024 * 1024;

/** The lines that were entered, oldest first: 1000 at most, 1 Mi characters at most, none twice in a row. */
export class History {
  readonly #lines: string[] = [];
  #chars = 0;

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    if (line.trim() === '' || line === this.#lines.at(-1)) return;
    this.#lines.push(line);
    this.#chars += line.length;
    while (this.#lines.length > lineCount || this.#chars > charLimit) this.#chars -= this.#lines.shift()?.length ?? 0;
  }

  /** The newest line at index `from` or before that holds `text`; undefined when there is none. */
  find(text: string, from: number): number | undefined {
    for (let at = Math.min(from, this.#lines.length - 1); at >= 0; at--) if (this.#lines[at]?.includes(text)) return at;
    return undefined;
  }
}

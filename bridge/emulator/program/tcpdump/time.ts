/** How times stand in front of a line: as clock, not at all, as seconds since 1970, as difference, with the date. */
export type TimeStyle = 'clock' | 'none' | 'unix' | 'delta' | 'date' | 'since start';

/** Writes times; differences are between lines. `unixUs` are microseconds since 1970. */
export class TimeText {
  readonly #style: TimeStyle;
  #first: number | undefined;
  #last: number | undefined;

  constructor(style: TimeStyle) {
    this.#style = style;
  }

  of(unixUs: number): string {
    const micro = (us: number): string => String(Math.floor(us % 1_000_000)).padStart(6, '0');
    const clock = (us: number): string => `${new Date(us / 1000).toISOString().slice(11, 19)}.${micro(us)}`;
    const from = this.#style === 'delta' ? (this.#last ?? unixUs) : (this.#first ?? unixUs);
    this.#first ??= unixUs;
    this.#last = unixUs;
    switch (this.#style) {
      case 'none':
        return '';
      case 'clock':
        return `${clock(unixUs)} `;
      case 'unix':
        return `${Math.floor(unixUs / 1_000_000)}.${micro(unixUs)} `;
      case 'date':
        return `${new Date(unixUs / 1000).toISOString().slice(0, 10)} ${clock(unixUs)} `;
      default:
        return ` ${clock(unixUs - from)} `;
    }
  }
}

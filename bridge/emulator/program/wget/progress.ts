import { decimal, humanSize, rateOf, shortTime } from './figures.ts';

/** Shows how a download goes on; what it returns is written as it is. Times in seconds since it began. */
interface Progress {
  update(bytes: number, seconds: number): string;
  finish(seconds: number): string;
}

const dotBytes = 1024;
const dotsARow = 50;
const rowBytes = dotBytes * dotsARow;

/** Rows of dots: what GNU Wget writes where no terminal is. */
export class DotProgress implements Progress {
  readonly #total: number | undefined;
  #received = 0;
  /** Bytes that are dots already. */
  #shown = 0;
  #rowBeganAt = 0;

  constructor(total: number | undefined) {
    this.#total = total;
  }

  update(bytes: number, seconds: number): string {
    this.#received += bytes;
    let text = '';
    while (this.#received - this.#shown >= dotBytes) {
      text += this.#rowHead();
      if (this.#shown % (dotBytes * 10) === 0) text += ' ';
      text += '.';
      this.#shown += dotBytes;
      if (this.#shown % rowBytes === 0) text += this.#rowEnd(seconds, false);
    }
    return text;
  }

  finish(seconds: number): string {
    let text = this.#rowHead();
    for (let dot = (this.#shown % rowBytes) / dotBytes; dot < dotsARow; dot++) text += dot % 10 === 0 ? '  ' : ' ';
    text += this.#rowEnd(seconds, true);
    return `${text}\n\n`;
  }

  #rowHead(): string {
    return this.#shown % rowBytes === 0 ? `\n${String(this.#shown / 1024).padStart(6)}K` : '';
  }

  #rowEnd(seconds: number, isLast: boolean): string {
    const known = this.#total !== undefined && this.#total > 0 ? this.#total : undefined;
    const done = isLast ? this.#received : this.#shown;
    const inRow = isLast ? done - Math.floor(this.#shown / rowBytes) * rowBytes : rowBytes;
    const { number, unit } = rateOf(inRow, seconds - this.#rowBeganAt);
    this.#rowBeganAt = seconds;
    const percent = known === undefined ? '' : `${Math.floor((100 * done) / known)}%`.padStart(4);
    const head = `${percent} ${number.padStart(4)}${unit || ' '}`;
    if (isLast) return `${head}=${seconds >= 10 ? shortTime(Math.round(seconds)) : `${decimal(seconds)}s`}`;
    if (known === undefined) return head;
    return `${head} ${shortTime(Math.round((seconds * (known - done)) / done))}`;
  }
}

/** The bar that GNU Wget draws in a terminal: one line that is written over and over, at most five times a second. */
export class BarProgress implements Progress {
  readonly #name: string;
  readonly #total: number | undefined;
  readonly #columns: number;
  #received = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(name: string, total: number | undefined, columns: number) {
    this.#name = name;
    this.#total = total;
    this.#columns = columns;
  }

  update(bytes: number, seconds: number): string {
    this.#received += bytes;
    if (seconds - this.#drawnAt < 0.2) return '';
    const first = this.#drawnAt === Number.NEGATIVE_INFINITY ? '\n' : '';
    this.#drawnAt = seconds;
    return first + this.#line(seconds, false);
  }

  finish(seconds: number): string {
    return `${this.#drawnAt === Number.NEGATIVE_INFINITY ? '\n' : ''}${this.#line(seconds, true)}\n\n`;
  }

  #line(seconds: number, isLast: boolean): string {
    const nameWidth = Math.max(4, Math.floor(this.#columns / 4));
    const barWidth = this.#columns - nameWidth - 40;
    const share = this.#total ? this.#received / this.#total : undefined;
    const name = this.#name.length > nameWidth - 1 ? this.#name.slice(0, nameWidth - 1) : this.#name;
    const percent = share === undefined ? '    ' : `${Math.floor(share * 100)}%`.padStart(4);
    const { number, unit } = rateOf(this.#received, seconds);
    // Less than 0.15 s is no ground for a rate.
    const rate = seconds < 0.15 ? '--.-K' : `${number.slice(0, 4).padStart(4)}${unit}`;
    const size = this.#received < 1024 ? String(this.#received) : preciseSize(this.#received);
    const time = isLast
      ? `   in ${seconds >= 10 ? shortTime(Math.round(seconds)) : `${decimal(seconds)}s`}`
      : share === undefined
        ? ''
        : `   eta ${shortTime(Math.round((seconds * (1 - share)) / Math.max(share, 1e-9)))}`;
    const line = `${name.padEnd(nameWidth)}${percent}[${bar(share, barWidth)}]${size.padStart(8)}  ${rate}B/s ${time}`;
    return `\r${line.padEnd(this.#columns - 1)}`;
  }
}

function bar(share: number | undefined, width: number): string {
  if (width <= 0) return '';
  if (share === undefined) return '<=>'.padEnd(width);
  const filled = Math.floor(share * width);
  return filled === 0 ? ' '.repeat(width) : `${'='.repeat(filled - 1)}>`.padEnd(width);
}

function preciseSize(bytes: number): string {
  const short = humanSize(bytes);
  const unit = short.at(-1) ?? 'K';
  const value = bytes / 1024 ** (['K', 'M', 'G'].indexOf(unit) + 1);
  return `${value.toFixed(value < 1000 ? 2 : 0)}${unit}`;
}

import { FilterError, type Token } from './token.ts';

/** The words of a filter, one by one. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  /** Where the next word stands. */
  get at(): number {
    return this.peek()?.at ?? this.#end;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  /** The next word. Throws FilterError when there is none: `what` was expected. */
  take(what: string): Token {
    const token = this.peek();
    if (token === undefined) throw new FilterError(`${what} expected`, this.#end);
    this.#next++;
    return token;
  }

  /** Takes the next word if it is one of these. */
  accept(...texts: readonly string[]): Token | undefined {
    const token = this.peek();
    if (token === undefined || !texts.includes(token.text)) return undefined;
    this.#next++;
    return token;
  }

  expect(text: string): void {
    const token = this.take(`'${text}'`);
    if (token.text !== text) throw new FilterError(`'${text}' expected, not '${token.text}'`, token.at);
  }
}

/** A filter that is no expression; `at` counts characters from 0. */
export class FilterError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(`${message} at position ${at + 1}`);
    this.at = at;
  }
}

export interface Token {
  readonly text: string;
  readonly at: number;
  /** Punctuation and operators are symbols; the rest are words: names, numbers, addresses. */
  readonly isSymbol: boolean;
  /** Stood behind a backslash: no keyword. */
  readonly isEscaped: boolean;
}

const pattern = /\s*(?:(&&|\|\||[<>=!]=|<<|>>|[()[\]!<>=+*/%&|^~]|-(?![\w.]))|([\w.:\\][\w.:\\/-]*)|(-))/y;

/** Splits a filter into its words and symbols. Throws FilterError. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (let at = 0; text.slice(at).trim() !== ''; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null)
      throw new FilterError(`unexpected '${text.slice(at).trim().slice(0, 1)}'`, at + text.slice(at).search(/\S/));
    const symbol = match[1] ?? match[3];
    const start = at + match[0].length - (symbol ?? match[2] ?? '').length;
    let word = symbol ?? match[2] ?? '';
    // Inside brackets a colon and the signs part words: tcp[13:2], ip[0]-4.
    if (symbol === undefined && depth > 0) word = /^[\w\\]+(?:-[a-z][\w-]*)?|^:/.exec(word)?.[0] ?? word;
    if (word === '[') depth++;
    if (word === ']') depth--;
    const isEscaped = word.startsWith('\\');
    tokens.push({
      text: isEscaped ? word.slice(1) : word,
      at: start,
      isSymbol: symbol !== undefined || word === ':',
      isEscaped,
    });
    at = start + word.length;
  }
  return tokens;
}

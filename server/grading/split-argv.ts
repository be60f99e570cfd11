/** A command line that cannot be split. */
export class QuotingError extends Error {}

/**
 * Splits a command line into argv: words are separated by white space, '…' takes everything as it is, "…" everything but
 * \\" and \\\\, a backslash outside of quotes takes the next character as it is. Nothing is expanded: there is no shell.
 */
export function splitArgv(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'" || char === '"') {
      const end = closing(line, at);
      word = `${word ?? ''}${unescaped(line.slice(at + 1, end), char)}`;
      at = end;
    } else if (char === '\\') {
      if (at + 1 === line.length) throw new QuotingError('a backslash at the end takes no character');
      at++;
      word = `${word ?? ''}${line.charAt(at)}`;
    } else word = `${word ?? ''}${char}`;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** Where the quotation that begins at `start` ends. */
function closing(line: string, start: number): number {
  const quote = line.charAt(start);
  for (let at = start + 1; at < line.length; at++) {
    if (quote === '"' && line.charAt(at) === '\\') at++;
    else if (line.charAt(at) === quote) return at;
  }
  throw new QuotingError(`a ${quote} at character ${start + 1} is not closed`);
}

const unescaped = (text: string, quote: string): string => (quote === '"' ? text.replace(/\\(["\\])/g, '$1') : text);

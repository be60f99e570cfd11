/** A command line as a person types it, split into program and arguments without a shell (UI9). */

export type Argv =
  | { readonly ok: true; readonly argv: readonly string[] }
  | { readonly ok: false; readonly why: string };

/**
 * Splits at blanks; `'…'` and `"…"` keep blanks, a backslash keeps the next character (not within `'…'`). What only a shell
 * understands is refused with a sentence rather than passed on as text.
 */
export function splitArgv(text: string): Argv {
  const argv: string[] = [];
  let word = '';
  let inWord = false;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && '"\\'.includes(text.charAt(at + 1))) word += text.charAt(++at);
      else word += character;
      continue;
    }
    if (character === "'" || character === '"') {
      quote = character;
      inWord = true;
    } else if (character === '\\') {
      if (at + 1 === text.length) return { ok: false, why: 'The last character is a backslash: it keeps nothing.' };
      word += text.charAt(++at);
      inWord = true;
    } else if (/\s/.test(character)) {
      if (inWord) argv.push(word);
      word = '';
      inWord = false;
    } else if (shellOnly.includes(character)) {
      return {
        ok: false,
        why: `“${character}” needs a shell, and none is involved. Put the steps into a script and name the script here.`,
      };
    } else {
      word += character;
      inWord = true;
    }
  }
  if (quote !== '') return { ok: false, why: `A quotation mark (${quote}) is not closed.` };
  if (inWord) argv.push(word);
  if (argv.length === 0) return { ok: false, why: 'Type the command that starts your router.' };
  return { ok: true, argv };
}

const shellOnly = '&|;<>`$()*?';

/** The opposite: a line that splits into exactly these words again. */
export function joinArgv(argv: readonly string[]): string {
  return argv
    .map((word) => (word === '' || /[\s'"\\&|;<>`$()*?]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : word))
    .join(' ');
}

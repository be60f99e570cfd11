/** Why a line is not run; the message is what the shell says behind `bash: `. */
export class ShellSyntaxError extends Error {}

type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly isQuoted: boolean };
export type Word = readonly WordPart[];

type Redirect =
  | { readonly kind: 'read'; readonly path: Word }
  | { readonly kind: 'write'; readonly descriptor: 1 | 2 | 'both'; readonly isAppending: boolean; readonly path: Word }
  | { readonly kind: 'join'; readonly descriptor: 1 | 2; readonly to: 1 | 2 };

export interface Command {
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}
export interface Pipeline {
  readonly commands: readonly Command[];
  readonly isNegated: boolean;
  readonly isTimed: boolean;
  /** As it was typed, for `jobs`. */
  readonly source: string;
}
/** Pipelines in order; `after` says which outcome of the one before lets it run. */
export interface List {
  readonly steps: readonly { readonly pipeline: Pipeline; readonly after: 'any' | 'success' | 'failure' }[];
  readonly isBackground: boolean;
  readonly source: string;
}

type Token =
  | { readonly kind: 'word'; readonly word: Word; readonly start: number; readonly end: number }
  | { readonly kind: 'operator'; readonly text: string; readonly start: number; readonly end: number };

const whatIsThere = 'there are ; && || ! & | > >> < 2>&1 quotes, $NAME and $?';
const operators = ['&&', '||', '>>', '>&', '&>', '<<', ';;', ';', '&', '|', '>', '<', '(', ')'];
const reserved = /^(for|while|until|if|then|else|fi|do|done|case|esac|select|function|\{|\}|\[\[)$/;

/** Reads a line (EC20). Throws ShellSyntaxError, which names what there is in place of what there is not. */
export function parseShell(line: string): List[] {
  return new Parser(line).lists();
}

class Parser {
  readonly #line: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(line: string) {
    this.#line = line;
    this.#tokens = tokensOf(line);
  }

  lists(): List[] {
    const lists: List[] = [];
    while (this.#peek() !== undefined) lists.push(this.#list());
    return lists;
  }

  #list(): List {
    const start = this.#peek()?.start ?? 0;
    const steps: { pipeline: Pipeline; after: 'any' | 'success' | 'failure' }[] = [];
    let after: 'any' | 'success' | 'failure' = 'any';
    for (;;) {
      steps.push({ pipeline: this.#pipeline(), after });
      if (this.#takes('&&')) after = 'success';
      else if (this.#takes('||')) after = 'failure';
      else break;
    }
    const source = this.#line.slice(start, this.#tokens[this.#at - 1]?.end);
    if (this.#takes('&')) return { steps, isBackground: true, source };
    if (!this.#takes(';') && this.#peek() !== undefined) throw this.#unexpected();
    return { steps, isBackground: false, source };
  }

  #pipeline(): Pipeline {
    const start = this.#peek()?.start ?? 0;
    let isNegated = false;
    let isTimed = false;
    for (;;) {
      if (this.#takesWord('!')) isNegated = !isNegated;
      else if (this.#takesWord('time')) isTimed = true;
      else break;
    }
    const commands = [this.#command()];
    while (this.#takes('|')) commands.push(this.#command());
    return { commands, isNegated, isTimed, source: this.#line.slice(start, this.#tokens[this.#at - 1]?.end) };
  }

  #command(): Command {
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const token = this.#peek();
      if (token?.kind === 'word') {
        this.#at++;
        const digit = descriptorOf(token, this.#peek());
        if (digit !== undefined) redirects.push(this.#redirect(digit));
        else words.push(token.word);
      } else if (token !== undefined && /^(>|>>|>&|&>|<|<<)$/.test(token.text))
        redirects.push(this.#redirect(undefined));
      else break;
    }
    const name = bareText(words[0]);
    if (name !== undefined && reserved.test(name))
      throw new ShellSyntaxError(`${name}: this shell has no control structures; ${whatIsThere}`);
    if (words.length === 0 && redirects.length === 0) throw this.#unexpected();
    return { words, redirects };
  }

  #redirect(given: 1 | 2 | undefined): Redirect {
    const operator = this.#peek();
    this.#at++;
    const text = operator?.kind === 'operator' ? operator.text : '';
    if (text === '<<') throw new ShellSyntaxError(`<<: there are no here-documents; ${whatIsThere}`);
    const target = this.#peek();
    if (target?.kind !== 'word') throw this.#unexpected();
    this.#at++;
    if (text === '<') return { kind: 'read', path: target.word };
    const isJoin = text === '>&' && /^[12]$/.test(bareText(target.word) ?? '');
    if (isJoin) return { kind: 'join', descriptor: given ?? 1, to: bareText(target.word) === '1' ? 1 : 2 };
    const descriptor = text === '&>' || text === '>&' ? 'both' : (given ?? 1);
    return { kind: 'write', descriptor, isAppending: text === '>>', path: target.word };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #takes(operator: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'operator' || token.text !== operator) return false;
    this.#at++;
    return true;
  }

  #takesWord(text: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'word' || bareText(token.word) !== text) return false;
    this.#at++;
    return true;
  }

  #unexpected(): ShellSyntaxError {
    const token = this.#peek();
    if (token?.kind === 'operator' && (token.text === '(' || token.text === ')'))
      return new ShellSyntaxError(`${token.text}: there are no subshells or functions; ${whatIsThere}`);
    const near = token === undefined ? 'newline' : this.#line.slice(token.start, token.end);
    return new ShellSyntaxError(`syntax error near unexpected token \`${near}'`);
  }
}

/** `2` right before `>`. */
function descriptorOf(token: Token, next: Token | undefined): 1 | 2 | undefined {
  if (next?.kind !== 'operator' || next.start !== token.end || !next.text.startsWith('>')) return undefined;
  const text = token.kind === 'word' ? bareText(token.word) : undefined;
  if (text === '1') return 1;
  return text === '2' ? 2 : undefined;
}

/** The text of a word without quotes or variables. */
function bareText(word: Word | undefined): string | undefined {
  const [part, ...others] = word ?? [];
  return part?.kind === 'text' && !part.isQuoted && others.length === 0 ? part.text : undefined;
}

function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at] ?? '';
    if (/\s/.test(char)) at++;
    else if (char === '#') break;
    else {
      const start = at;
      const text = operators.find((operator) => line.startsWith(operator, start));
      if (text !== undefined) {
        at += text.length;
        tokens.push({ kind: 'operator', text, start, end: at });
      } else {
        const reader = new WordReader(line, start);
        const word = reader.read();
        at = reader.at;
        tokens.push({ kind: 'word', word, start, end: at });
      }
    }
  }
  return tokens;
}

class WordReader {
  readonly #line: string;
  readonly #parts: WordPart[] = [];
  at: number;

  constructor(line: string, at: number) {
    this.#line = line;
    this.at = at;
  }

  read(): Word {
    for (;;) {
      const char = this.#line[this.at];
      if (char === undefined || /[\s;&|<>()]/.test(char)) return this.#parts;
      if (char === "'") this.#single();
      else if (char === '"') this.#double();
      else if (char === '$') this.#variable(false);
      else if (char === '`') throw substitution('`');
      else if (char === '\\') {
        this.at++;
        this.#push(this.#next(), true);
      } else {
        this.#push(char, false);
        this.at++;
      }
    }
  }

  #single(): void {
    const end = this.#line.indexOf("'", this.at + 1);
    if (end < 0) throw unclosed("'");
    this.#push(this.#line.slice(this.at + 1, end), true);
    this.at = end + 1;
  }

  #double(): void {
    this.at++;
    this.#push('', true);
    for (;;) {
      const char = this.#line[this.at];
      if (char === undefined) throw unclosed('"');
      if (char === '"') break;
      if (char === '$') this.#variable(true);
      else if (char === '`') throw substitution('`');
      else if (char === '\\' && /[$`"\\]/.test(this.#line[this.at + 1] ?? '')) {
        this.at++;
        this.#push(this.#next(), true);
      } else {
        this.#push(char, true);
        this.at++;
      }
    }
    this.at++;
  }

  #variable(isQuoted: boolean): void {
    const rest = this.#line.slice(this.at, this.at + 256);
    if (rest.startsWith('$(')) throw substitution('$(');
    const found = /^\$(?:([A-Za-z_]\w*|[?$!#0-9])|\{([A-Za-z_]\w*|[?$!#0-9])\})/.exec(rest);
    const name = found?.[1] ?? found?.[2];
    if (found === null || name === undefined) {
      if (rest.startsWith('${')) throw new ShellSyntaxError(`\${: only \${NAME} is understood; ${whatIsThere}`);
      this.#push('$', isQuoted);
      this.at++;
      return;
    }
    this.#parts.push({ kind: 'variable', name, isQuoted });
    this.at += found[0].length;
  }

  #next(): string {
    const char = this.#line[this.at];
    if (char === undefined) return '';
    this.at++;
    return char;
  }

  #push(text: string, isQuoted: boolean): void {
    const last = this.#parts.at(-1);
    if (last?.kind === 'text' && last.isQuoted === isQuoted)
      this.#parts[this.#parts.length - 1] = { kind: 'text', text: last.text + text, isQuoted };
    else this.#parts.push({ kind: 'text', text, isQuoted });
  }
}

const substitution = (what: string): ShellSyntaxError =>
  new ShellSyntaxError(`${what}: there is no command substitution; ${whatIsThere}`);
const unclosed = (quote: string): ShellSyntaxError =>
  new ShellSyntaxError(`unexpected end of line while looking for matching \`${quote}'`);

/** The words that a word becomes: a variable without quotes is split at blanks, and may become none. */
export function expandWord(word: Word, lookUp: (name: string) => string, home: string): string[] {
  const words: string[] = [];
  let current: string | undefined;
  word.forEach((part, at) => {
    if (part.kind === 'text') {
      const isHome = at === 0 && !part.isQuoted && /^~(\/|$)/.test(part.text);
      current = (current ?? '') + (isHome ? home + part.text.slice(1) : part.text);
      return;
    }
    const value = lookUp(part.name);
    if (part.isQuoted) {
      current = (current ?? '') + value;
      return;
    }
    const pieces = value.split(/\s+/);
    pieces.forEach((piece, index) => {
      if (index > 0 && current !== undefined) {
        words.push(current);
        current = undefined;
      }
      if (piece !== '') current = (current ?? '') + piece;
    });
  });
  if (current !== undefined) words.push(current);
  return words;
}

/** What was typed: a run of printable characters, or a key by the name that Emacs would give it. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'enter' }
  | { readonly kind: 'press'; readonly name: string };

/** Longer sequences are not keys; what a terminal answers to questions may be. */
const sequenceLimit = 64;
const answerLimit = 4096;

const csiKeys: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  '1~': 'home',
  '3~': 'delete',
  '4~': 'end',
  '7~': 'home',
  '8~': 'end',
  '1;3C': 'alt-f',
  '1;3D': 'alt-b',
  '1;5C': 'alt-f',
  '1;5D': 'alt-b',
  '5C': 'alt-f',
  '5D': 'alt-b',
  '3;3~': 'alt-d',
  '3;5~': 'alt-d',
};

/**
 * Turns a terminal's bytes into keys (EC1). It keeps what is not complete: an escape sequence, a UTF-8 character. Never throws:
 * what is no UTF-8 becomes U+FFFD, sequences that are no keys vanish.
 */
export class KeyDecoder {
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  #state: 'text' | 'escape' | 'csi' | 'ss3' | 'answer' | 'answer-escape' = 'text';
  #sequence = '';
  #isPasting = false;
  #afterReturn = false;
  #run = '';
  #keys: Key[] = [];

  push(data: Uint8Array): readonly Key[] {
    for (const char of this.#utf8.decode(data, { stream: true })) this.#take(char);
    this.#endRun();
    const keys = this.#keys;
    this.#keys = [];
    return keys;
  }

  #take(char: string): void {
    if (this.#state === 'text') this.#takeText(char);
    else if (this.#state === 'escape') this.#takeEscape(char);
    else if (this.#state === 'csi') this.#takeCsi(char);
    else if (this.#state === 'ss3') {
      this.#state = 'text';
      if (char === 'M') this.#enter();
      else this.#press(csiKeys[char]);
    } else this.#takeAnswer(char);
  }

  #takeText(char: string): void {
    const code = char.codePointAt(0) ?? 0;
    const afterReturn = this.#afterReturn;
    this.#afterReturn = char === '\r';
    if (code === 0x1b) this.#state = 'escape';
    else if (char === '\r') this.#enter();
    else if (char === '\n') {
      if (!afterReturn) this.#enter();
    } else if (this.#isPasting) {
      if (char === '\t') this.#run += ' ';
      else if (code >= 0x20 && !isDelete(code)) this.#run += char;
    } else if (char === '\t') this.#press('tab');
    else if (code === 0x7f || code === 0x08) this.#press('backspace');
    else if (code < 0x20) this.#press(`ctrl-${String.fromCharCode(code | 0x40).toLowerCase()}`);
    else if (!isDelete(code)) this.#run += char;
  }

  #takeEscape(char: string): void {
    this.#sequence = '';
    if (char === '[') this.#state = 'csi';
    else if (char === 'O') this.#state = 'ss3';
    else if (char === ']' || char === 'P' || char === '_' || char === '^') this.#state = 'answer';
    else if (char !== '\x1b') {
      this.#state = 'text';
      if (char === '\x7f' || char === '\b') this.#press('alt-backspace');
      else if (char >= ' ') this.#press(`alt-${char.toLowerCase()}`);
      else this.#takeText(char);
    }
  }

  #takeCsi(char: string): void {
    if (char < '@' || char > '~') {
      // A control character is no part of a sequence: what came before it was none.
      if (char < ' ' || this.#sequence.length >= sequenceLimit) {
        this.#state = 'text';
        if (char < ' ') this.#takeText(char);
      } else this.#sequence += char;
      return;
    }
    this.#state = 'text';
    const name = this.#sequence + char;
    if (name === '200~') this.#isPasting = true;
    else if (name === '201~') this.#isPasting = false;
    else this.#press(csiKeys[name]);
  }

  /** Up to BEL or ESC \. */
  #takeAnswer(char: string): void {
    this.#sequence += char;
    const isOver = char === '\x07' || (this.#state === 'answer-escape' && char === '\\');
    this.#state = char === '\x1b' ? 'answer-escape' : 'answer';
    if (isOver || this.#sequence.length >= answerLimit) this.#state = 'text';
  }

  #enter(): void {
    this.#endRun();
    this.#keys.push({ kind: 'enter' });
  }

  #press(name: string | undefined): void {
    if (name === undefined || this.#isPasting) return;
    this.#endRun();
    this.#keys.push({ kind: 'press', name });
  }

  #endRun(): void {
    if (this.#run === '') return;
    this.#keys.push({ kind: 'text', text: this.#run });
    this.#run = '';
  }
}

/** DEL and the control characters beyond ASCII. */
const isDelete = (code: number): boolean => code >= 0x7f && code < 0xa0;

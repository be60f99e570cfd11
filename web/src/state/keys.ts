/** What of a KeyboardEvent decides which key was pressed. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/**
 * Whether a press is the key written as `F6`, `Shift+F6`, `Ctrl+Shift+P`, `j` or `A`. A printable character alone stands for
 * itself, whichever modifiers the keyboard needs to make it; with Ctrl or Alt its case does not matter but Shift does.
 */
export function matchesKey(written: string, press: KeyPress): boolean {
  const parts = written.split('+').filter((part) => part !== '');
  const key = written.endsWith('+') ? '+' : (parts.at(-1) ?? '');
  const has = (modifier: string) => parts.includes(modifier) && key !== modifier;
  const plain = isSingleCharacter(written);
  if (press.ctrlKey !== has('Ctrl') || press.altKey !== has('Alt') || press.metaKey !== has('Meta')) return false;
  if (plain) return press.key === key;
  return press.shiftKey === has('Shift') && press.key.toLowerCase() === key.toLowerCase();
}

/** A key that types a character: switched off with the single-letter keys (WCAG 2.1.4). */
export function isSingleCharacter(written: string): boolean {
  return [...written].length === 1;
}

/** The parts of a key for `<kbd>` elements: `Ctrl+Shift+P` → Ctrl, Shift, P. */
export function keyParts(written: string): string[] {
  if (isSingleCharacter(written)) return [written];
  return written.split('+').map((part) => named[part] ?? part);
}

const named: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

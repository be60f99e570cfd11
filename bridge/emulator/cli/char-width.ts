const marks = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
/** East Asian wide and fullwidth characters, and those that are drawn as emoji. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4e00-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18af2}\u{1b000}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const flagLetters = { first: 0x1f1e6, last: 0x1f1ff };
const softHyphen = 0xad;

const known = new Map<number, 0 | 1 | 2>();
const knownLimit = 4096;

/** Columns that a printable character takes, as the page's xterm (Unicode 11) draws it: a mark goes on the one before. */
export function charWidth(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x300) return 1;
  let width = known.get(codePoint);
  if (width === undefined) {
    width = look(codePoint);
    if (known.size >= knownLimit) known.clear();
    known.set(codePoint, width);
  }
  return width;
}

function look(codePoint: number): 0 | 1 | 2 {
  if (codePoint === softHyphen || (codePoint >= flagLetters.first && codePoint <= flagLetters.last)) return 1;
  const char = String.fromCodePoint(codePoint);
  if (marks.test(char)) return 0;
  return wide.test(char) ? 2 : 1;
}

/** Columns of a text without line ends. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char.codePointAt(0) ?? 0);
  return width;
}

/** Where the character before `at` starts: a character comes with the marks on it. 0 at the start. */
export function charStart(text: string, at: number): number {
  let start = at;
  while (start > 0) {
    start -= isPair(text, start - 2) ? 2 : 1;
    if (charWidth(text.codePointAt(start) ?? 0) > 0) break;
  }
  return start;
}

/** Where the character at `at` ends; the text's length at its end. */
export function charEnd(text: string, at: number): number {
  let end = at;
  do end += isPair(text, end) ? 2 : 1;
  while (end < text.length && charWidth(text.codePointAt(end) ?? 0) === 0);
  return Math.min(end, text.length);
}

const isPair = (text: string, at: number): boolean => at >= 0 && (text.codePointAt(at) ?? 0) > 0xffff;

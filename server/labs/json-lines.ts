/** Where each value of a JSON text stands: JSON pointer → line, from 1. The text must have passed JSON.parse. */
export function jsonLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;

  const skip = (): void => {
    for (; at < text.length && ' \t\r\n,:'.includes(text.charAt(at)); at++) if (text[at] === '\n') line++;
  };
  const string = (): string => {
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    return JSON.parse(text.slice(start, at));
  };
  const value = (pointer: string): void => {
    skip();
    lines.set(pointer, line);
    const first = text[at];
    if (first === '"') {
      string();
    } else if (first === '{' || first === '[') {
      at++;
      skip();
      for (let index = 0; text[at] !== '}' && text[at] !== ']'; index++) {
        const key = first === '{' ? string().replaceAll('~', '~0').replaceAll('/', '~1') : String(index);
        value(`${pointer}/${key}`);
        skip();
      }
      at++;
    } else {
      while (at < text.length && !',]} \t\r\n'.includes(text.charAt(at))) at++;
    }
  };
  value('');
  return lines;
}

/** Line (from 1) of a character offset, such as the one that JSON.parse names. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

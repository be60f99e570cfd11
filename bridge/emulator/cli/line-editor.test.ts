import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from './char-width.ts';
import { History } from './history.ts';
import { KeyDecoder } from './keys.ts';
import { LineEditor, type LineEditorOptions, type LineResult } from './line-editor.ts';
import { layOut, type Size } from './line-view.ts';
import { TestTerminal } from './testing.ts';

const prompt = 'mininet> ';

function open(size: Size = { cols: 80, rows: 24 }, options: Partial<LineEditorOptions> = {}) {
  const terminal = new TestTerminal(size);
  const history = new History();
  const decoder = new KeyDecoder();
  const write = (text: string) => terminal.write(text);
  const editor = new LineEditor({ prompt, history, write, size: () => terminal.size, ...options });
  editor.refresh();
  const type = (data: string | Uint8Array): LineResult => {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    let result: LineResult = 'editing';
    for (const key of decoder.push(bytes)) {
      result = editor.press(key);
      if (result !== 'editing') return result;
    }
    editor.refresh();
    return result;
  };
  return { terminal, history, editor, type };
}

/** Types and resolves with the line, its cursor as `|`. */
function edited(keys: string): string {
  const { editor, type } = open();
  type(keys);
  return `${editor.text.slice(0, editor.cursor)}|${editor.text.slice(editor.cursor)}`;
}

test('[EC2] the keys of readline', () => {
  const cases: [keys: string, line: string][] = [
    ['abc\x01x', 'x|abc'],
    ['abc\x01\x05x', 'abcx|'],
    ['abc\x1b[D\x1b[Dx', 'ax|bc'],
    ['abc\x02\x02\x06x', 'abx|c'],
    ['abc\x1b[Hx\x1b[Fy', 'xabcy|'],
    ['abc\x1b[1~x\x1b[4~y\x1bOHz\x1bOFz', 'zxabcyz|'],
    ['abc\x1b[H\x1b[3~', '|bc'],
    ['abc\x7f\bx', 'ax|'],
    ['abc\x01\x04', '|bc'],
    ['one two\x1bbx', 'one x|two'],
    ['one two\x01\x1bfx', 'onex| two'],
    ['one two\x1b[1;5Dx\x1b[1;5Cy', 'one xtwoy|'],
    ['one two\x01\x1bd', '| two'],
    ['a-b c-d\x17', 'a-b |'],
    ['a-b c-d\x1b\x7f', 'a-b c-|'],
    ['one two\x1bb\x0b', 'one |'],
    ['one two\x1bb\x15', '|two'],
    ['one two\x17\x17\x19\x19', 'one twoone two|'],
    ['abc\x01\x0b\x19\x19', 'abcabc|'],
    ['a\x1b[200~b\x03\x01\tc\x1b[201~d', 'ab cd|'],
    ['日本語\x1b[D\x7f', '日|語'],
    ['e\u0301x\x7f\x7f', '|'],
    ['a\u{1f600}b\x02\x02\x7f', '|\u{1f600}b'],
    ['a\x1b]11;rgb:0/0/0\x07b\x1b[?1;2cc\x1bP1$r\x1b\\d', 'abcd|'],
    ['a\x00\x1e\x1b[24~\x1bq\x1bOPb', 'ab|'],
  ];
  for (const [keys, line] of cases) expect([keys, edited(keys)]).toEqual([keys, line]);
});

test('[EC1] characters and sequences may come in pieces; what is no UTF-8 is one mark', () => {
  const { editor, type } = open();
  for (const byte of new TextEncoder().encode('aé日\u{1f600}\x1b[D\x1b[1;5Dx')) type(new Uint8Array([byte]));
  expect(editor.text).toBe('xaé日\u{1f600}');
  type(new Uint8Array([0xff, 0x41]));
  expect(editor.text).toBe('x\ufffdAaé日\u{1f600}');
});

test('[EC1] Enter is \\r, \\n or both', () => {
  const enters = (text: string) =>
    new KeyDecoder().push(new TextEncoder().encode(text)).filter(({ kind }) => kind === 'enter').length;
  expect(['\r', '\n', '\r\n', '\r\r', '\n\r\n', '\x1bOM'].map(enters)).toEqual([1, 1, 1, 2, 2, 1]);
});

test('[EC2] Up and Down walk the history and keep what was typed; nothing is kept twice in a row', () => {
  const { editor, type, history } = open();
  for (const line of ['one', 'two', 'two', '  ', 'three']) history.add(line);
  expect(history.lines).toEqual(['one', 'two', 'three']);
  const fresh = open(undefined, { history });
  const at = (keys: string) => {
    fresh.type(keys);
    return fresh.editor.text;
  };
  expect(at('draft')).toBe('draft');
  expect([at('\x1b[A'), at('\x1b[A'), at('X\x1b[A'), at('\x1b[A')]).toEqual(['three', 'two', 'one', 'one']);
  expect([at('\x1b[B'), at('\x1b[B'), at('\x0e'), at('\x1bOB')]).toEqual(['twoX', 'three', 'draft', 'draft']);
  expect(editor.text + type('')).toBe('editing');
  for (let i = 0; i < 1500; i++) history.add(`line ${i}`);
  expect(history.lines).toHaveLength(1000);
  for (let i = 0; i < 40; i++) history.add(`${i}${'x'.repeat(60_000)}`);
  expect(history.lines.join('').length).toBeLessThanOrEqual(1024 * 1024);
});

test('[EC2] Ctrl-R searches backwards, as one types', async () => {
  const history = new History();
  for (const line of ['ping h1', 'net', 'ping h2', 'nodes']) history.add(line);
  const { editor, type, terminal } = open(undefined, { history });
  type('draft\x12pin');
  expect(await terminal.cursorLine()).toBe("(reverse-i-search)`pin': ");
  expect(await terminal.text()).toBe("(reverse-i-search)`pin': ping h2");
  type('\x12');
  expect(editor.text).toBe('ping h1');
  type('\x12');
  expect(await terminal.text()).toBe("(reverse-i-search)`pin': ping h1");
  type('\x07');
  expect(await terminal.text()).toBe('mininet> draft');
  type('\x12h2\x05!');
  expect(editor.text).toBe('ping h2!');
  type('\x12zzz');
  expect(editor.text).toBe('ping h2!');
  type('\x7f\x7f\x7fne\x12\x01');
  expect([editor.text, editor.cursor]).toEqual(['net', 0]);
});

test('[EC2] Ctrl-C gives a line up, Ctrl-D ends the input when nothing is typed', async () => {
  const { terminal, type } = open();
  expect(type('abc\x03')).toBe('given up');
  expect(await terminal.text()).toBe('mininet> abc^C');
  expect(open().type('\x04')).toBe('ended');
  expect(open().type('a\x04')).toBe('editing');
});

test('[EC6] a line of 65536 characters is the longest; the rest is cut, and that is said', async () => {
  const { editor, type, terminal } = open();
  type(`${'x'.repeat(65_535)}\u{1f600}y`);
  expect(editor.text).toBe('x'.repeat(65_535));
  for (let i = 0; i < 16; i++) type('y'.repeat(65_536));
  expect(editor.text).toHaveLength(65_536);
  expect(type('\r')).toBe('entered');
  expect(await terminal.text()).toMatch(/\(the line was cut: it holds 65536 characters\)$/);
});

test('[EC3] characters are as wide as the page draws them', () => {
  const terminal = new TestTerminal();
  const text = 'aé日本語한국어\u{1f600}‘’…ｆｕｌｌ e\u0301 กำ ñ\u00ad⌚€→─█ﬁ';
  terminal.write(text);
  return terminal.parsed().then(() => expect(textWidth(text)).toBe(terminal.xterm.buffer.active.cursorX));
});

test('[EC3] a wide character that does not fit goes to the next row', () => {
  expect(layOut('abc日d', 3, 4)).toEqual({ rows: ['abc', '日d'], cursorRow: 1, cursorCol: 0 });
  expect(layOut('abcd', 4, 4)).toEqual({ rows: ['abcd', ''], cursorRow: 1, cursorCol: 0 });
});

/** The screen shows the model: the text from the prompt on, and the cursor where it belongs. */
async function expectShown({ terminal, editor }: ReturnType<typeof open>): Promise<void> {
  const text = await terminal.text();
  const whole = prompt + editor.text;
  const { rows, cursorCol } = layOut(whole, prompt.length + editor.cursor, terminal.size.cols);
  if (rows.length <= terminal.size.rows) {
    // Rows that were broken in front of a wide character end with a blank cell.
    const flat = (from: string) => from.replace(/\s/g, '');
    expect(flat(text)).toBe(flat(whole));
  }
  expect(terminal.xterm.buffer.active.cursorX).toBe(cursorCol);
  const before = layOut(whole, 0, terminal.size.cols).rows;
  const cursorRow = layOut(whole, prompt.length + editor.cursor, terminal.size.cols).cursorRow;
  const buffer = terminal.xterm.buffer.active;
  const row = buffer.getLine(buffer.baseY + buffer.cursorY)?.translateToString(true) ?? '';
  expect(row.trimEnd()).toBe((before[cursorRow] ?? '').trimEnd());
}

const sequences = [
  '\x01',
  '\x05',
  '\x02',
  '\x06',
  '\x0b',
  '\x15',
  '\x17',
  '\x19',
  '\x7f',
  '\x1b[D',
  '\x1b[C',
  '\x1bb',
  '\x1bf',
  '\x1bd',
  '\x1b[3~',
  '\x1b[A',
  '\x1b[B',
];
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...sequences) },
  { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom(...'abc  日語한e\u0301\u{1f600}é'), maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('x', 'y', '日'), minLength: 30, maxLength: 90 }) },
);

test('[EC3] whatever is typed, the screen shows the line that is edited', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 25 }),
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 2, max: 12 }),
      async (pieces, cols, rows) => {
        const history = new History();
        history.add('an older line that is longer than some terminals are wide');
        history.add('日本語');
        const opened = open({ cols, rows }, { history });
        for (const one of pieces) {
          opened.type(one);
          await expectShown(opened);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('[EC3] after the terminal changed its size the line is drawn anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom(...'abc日'), maxLength: 120 }),
      fc.array(fc.integer({ min: 12, max: 60 }), { minLength: 1, maxLength: 4 }),
      async (text, widths) => {
        const opened = open({ cols: 30, rows: 24 });
        opened.type(text);
        for (const cols of widths) {
          await opened.terminal.resize({ cols, rows: 24 });
          opened.editor.refresh();
          await expectShown(opened);
          opened.type('z');
          await expectShown(opened);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('[EC1] no bytes make the editor throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 30 }),
      (data, cols) => {
        const { type, editor } = open(
          { cols: Math.max(2, cols), rows: 5 },
          { complete: () => ({ from: 0, candidates: ['a', 'ab'] }) },
        );
        for (const bytes of data) if (type(bytes) !== 'editing') break;
        expect(editor.cursor).toBeLessThanOrEqual(editor.text.length);
      },
    ),
    { numRuns: 300 },
  );
});

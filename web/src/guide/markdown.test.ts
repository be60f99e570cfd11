import { describe, expect, test } from 'vitest';
import { type Block, type Inline, parseInline, parseMarkdown } from './markdown.ts';

const text = (words: string): Inline => ({ kind: 'text', text: words });
const paragraph = (words: string): Block => ({ kind: 'paragraph', content: [text(words)] });

describe('[GUIDE1] blocks', () => {
  test('headings, paragraphs over several lines, rules', () => {
    expect(parseMarkdown('# One\n\ntwo\nthree\n\n---\n#### Deep ##\n###### Deeper')).toEqual([
      { kind: 'heading', level: 1, content: [text('One')] },
      paragraph('two three'),
      { kind: 'rule' },
      { kind: 'heading', level: 4, content: [text('Deep')] },
      { kind: 'heading', level: 4, content: [text('Deeper')] },
    ]);
  });

  test('lists nest, go over several lines and hold blocks', () => {
    const source = '1. one\n   still one\n2. two\n   - inner\n   - more\n\n   after\n\n- other';
    expect(parseMarkdown(source)).toEqual([
      {
        kind: 'list',
        ordered: true,
        start: 1,
        items: [
          [paragraph('one still one')],
          [
            paragraph('two'),
            { kind: 'list', ordered: false, start: 1, items: [[paragraph('inner')], [paragraph('more')]] },
            paragraph('after'),
          ],
        ],
      },
      { kind: 'list', ordered: false, start: 1, items: [[paragraph('other')]] },
    ]);
  });

  test('code keeps every character; an open fence goes to the end', () => {
    expect(parseMarkdown('```c\n  int *a = b;\n\n# no heading\n```\n~~~\nopen')).toEqual([
      { kind: 'code', language: 'c', text: '  int *a = b;\n\n# no heading' },
      { kind: 'code', language: '', text: 'open' },
    ]);
  });

  test('a run block is a command, of a host or of the command line', () => {
    expect(parseMarkdown('```run host=client\nping -c 3 192.168.2.2\n```\n```run\nnet\n```')).toEqual([
      { kind: 'run', host: 'client', text: 'ping -c 3 192.168.2.2' },
      { kind: 'run', host: undefined, text: 'net' },
    ]);
    expect(parseMarkdown('```run host=a;reboot\nid\n```')).toEqual([{ kind: 'run', host: undefined, text: 'id' }]);
  });

  test('tables have aligned columns and as many cells as their head', () => {
    const [table] = parseMarkdown('| a | b |\n| --- | ---: |\n| `x \\| y` | 1 | extra |\n| only |\n\nafter');
    expect(table).toEqual({
      kind: 'table',
      head: [
        { align: 'left', content: [text('a')] },
        { align: 'right', content: [text('b')] },
      ],
      rows: [
        [
          { align: 'left', content: [{ kind: 'code', text: 'x | y' }] },
          { align: 'right', content: [text('1')] },
        ],
        [
          { align: 'left', content: [text('only')] },
          { align: 'right', content: [] },
        ],
      ],
    });
    expect(parseMarkdown('a | b\nc | d')).toEqual([paragraph('a | b c | d')]);
  });

  test('quotes hold blocks', () => {
    expect(parseMarkdown('> one\n> two\n\nafter')).toEqual([
      { kind: 'quote', blocks: [paragraph('one two')] },
      paragraph('after'),
    ]);
  });

  test('any nesting and any length comes to an end', () => {
    expect(parseMarkdown('> '.repeat(500)).length).toBe(1);
    expect(parseMarkdown('- '.repeat(500)).length).toBe(1);
    expect(parseMarkdown(`${'*'.repeat(2_000)}a`).length).toBe(1);
    expect(parseMarkdown('[a]('.repeat(1_000)).length).toBe(1);
  });
});

describe('[GUIDE1] lines', () => {
  test('code, strong, emphasis, links', () => {
    expect(parseInline('a **b *c*** `d*e*` _f_ [g `h`](https://x.org/a_b "t")')).toEqual([
      text('a '),
      { kind: 'strong', content: [text('b '), { kind: 'emphasis', content: [text('c')] }] },
      text(' '),
      { kind: 'code', text: 'd*e*' },
      text(' '),
      { kind: 'emphasis', content: [text('f')] },
      text(' '),
      { kind: 'link', href: 'https://x.org/a_b', content: [text('g '), { kind: 'code', text: 'h' }] },
    ]);
  });

  test('constants and arithmetic keep their signs', () => {
    for (const words of ['PACKET_IN and PACKET_OUT', '2 * 3 * 4', 'a `b', '**', 'x_y_z', '[no link]'])
      expect(parseInline(words)).toEqual([text(words)]);
    expect(parseInline('\\*not\\* \\`so\\`')).toEqual([text('*not* `so`')]);
  });
});

describe('[GUIDE2] nothing in a guide becomes markup or a script', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<!-- <svg/onload=alert(1)> -->',
    '&lt;b&gt;',
  ])('%s is text', (source) => {
    expect(parseMarkdown(source)).toEqual([paragraph(source)]);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>1</script>',
    'vbscript:x',
    '//evil.example/x',
    'blob:x',
    ' javascript:alert(1)',
    '\tjavascript:alert(1)',
    'java\\script:x',
    'relative',
  ])('a link to %j is no link', (href) => {
    const links = JSON.stringify(parseMarkdown(`[x](${href}) [x](<${href}>)`)).includes('"link"');
    expect(links).toBe(false);
  });

  test.each(['https://example.org', 'http://example.org', 'mailto:a@b.c', '#then', '/api/openapi.json'])(
    'a link to %s is one',
    (href) => {
      expect(parseInline(`[x](${href})`)).toEqual([{ kind: 'link', href, content: [text('x')] }]);
    },
  );
});

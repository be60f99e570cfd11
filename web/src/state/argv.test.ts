import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinArgv, splitArgv } from './argv.ts';

const argvOf = (text: string) => {
  const split = splitArgv(text);
  return split.ok ? split.argv : split.why;
};

test('[UI12] blanks split, quotes and backslashes keep', () => {
  expect(argvOf('./sr -s localhost -p 8888')).toEqual(['./sr', '-s', 'localhost', '-p', '8888']);
  expect(argvOf(`python3 'my router.py' "a \\"b\\" c" d\\ e ''`)).toEqual([
    'python3',
    'my router.py',
    'a "b" c',
    'd e',
    '',
  ]);
  expect(argvOf('  tab\tand  blanks ')).toEqual(['tab', 'and', 'blanks']);
});

test('[UI12] what only a shell understands is refused with a sentence', () => {
  expect(argvOf('make && ./sr')).toMatch(/“&” needs a shell/);
  expect(argvOf('./sr > log')).toMatch(/“>” needs a shell/);
  expect(argvOf('echo $HOME')).toMatch(/“\$” needs a shell/);
  expect(argvOf("./sr '-v")).toMatch(/not closed/);
  expect(argvOf('./sr \\')).toMatch(/backslash/);
  expect(argvOf('   ')).toMatch(/Type the command/);
});

test('[UI12] any list of words joins to a line that splits into the same words', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (words) => {
      const split = splitArgv(joinArgv(words));
      expect(split).toEqual({ ok: true, argv: words });
    }),
  );
});

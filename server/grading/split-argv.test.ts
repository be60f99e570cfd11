import { expect, test } from 'vitest';
import { splitArgv } from './split-argv.ts';

test.each<[string, string[]]>([
  ['./sr -p 8888', ['./sr', '-p', '8888']],
  ['  a\t b ', ['a', 'b']],
  ['', []],
  ['\'my router\' "a b"c', ['my router', 'a bc']],
  [`a\\ b 'c\\d' "e\\"f\\\\g\\h"`, ['a b', 'c\\d', 'e"f\\g\\h']],
  ["'' a", ['', 'a']],
  ['sr; rm -rf $HOME > x | y `z` {port}', ['sr;', 'rm', '-rf', '$HOME', '>', 'x', '|', 'y', '`z`', '{port}']],
])('[GRADE9] %j is split by quotes and white space only', (line, argv) => {
  expect(splitArgv(line)).toEqual(argv);
});

test.each(["a 'b", 'a "b', 'a "b\\"', 'a\\'])('[GRADE9] %j is refused', (line) => {
  expect(() => splitArgv(line)).toThrow();
});

import { expect, test } from 'vitest';
import { readOptions, UsageError } from './options.ts';

test('[BENCH2] without options everything is measured three times', () => {
  const options = readOptions([]);
  expect(options).toMatchObject({ json: false, runs: 3 });
  expect(options !== 'help' && options.wants('lab') && options.wants('codec')).toBe(true);
  expect(readOptions(['--help'])).toBe('help');
});

test('[BENCH2] one group can be asked for', () => {
  const options = readOptions(['--only', 'lab', '--runs', '100', '--json']);
  expect(options).toMatchObject({ json: true, runs: 100 });
  expect(options !== 'help' && options.wants('lab') && !options.wants('page')).toBe(true);
});

test.each([
  [['--only', 'nope'], '--only "nope" is none of codec, emulator, trace, lab, page'],
  [['--runs', '0'], '--runs "0" is not a number from 1 to 100'],
  [['--runs', '101'], '--runs "101"'],
  [['--runs', '1e1'], '--runs "1e1"'],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('[BENCH2] %j measures nothing, and says what was expected', (args, reason) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(reason);
});

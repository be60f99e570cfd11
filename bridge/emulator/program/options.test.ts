import { expect, test } from 'vitest';
import { OptionError, type OptionSpec, parseOptions } from './options.ts';

const spec: OptionSpec = {
  short: 'c:i:nq',
  long: {
    count: 'c',
    numeric: 'n',
    quiet: 'q',
    'post-data': 'post-data:',
    'post-file': 'post-file:',
    spider: 'spider',
  },
};
const parse = (...words: string[]) => {
  const { given, operands } = parseOptions(spec, ['x', ...words]);
  return { given: given.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)), operands };
};
function problem(...words: string[]): string {
  try {
    parseOptions(spec, ['x', ...words]);
  } catch (error) {
    if (error instanceof OptionError) return `${error.message} (${error.reason}, word ${error.at})`;
  }
  return 'none';
}

test('[EP1] letters in clusters, values attached or apart, options behind operands', () => {
  expect(parse('-nqc', '3', 'host', '-i0.2')).toEqual({ given: ['n', 'q', 'c=3', 'i=0.2'], operands: ['host'] });
  expect(parse('-c-1', '-')).toEqual({ given: ['c=-1'], operands: ['-'] });
  expect(parse('-n', '--', '-q')).toEqual({ given: ['n'], operands: ['-q'] });
});

test('[EP1] long names, cut short while they are unique', () => {
  expect(parse('--count=3', '--count', '4', '--num', '--spider', '--post-data=a=b')).toEqual({
    given: ['c=3', 'c=4', 'n', 'spider', 'post-data=a=b'],
    operands: [],
  });
  expect(problem('--post', 'x')).toBe("option '--post' is ambiguous (ambiguous, word 1)");
});

test('[EP1] what is wrong is said as glibc says it', () => {
  expect(problem('-nZ')).toBe("invalid option -- 'Z' (unknown, word 1)");
  expect(problem('-:')).toBe("invalid option -- ':' (unknown, word 1)");
  expect(problem('host', '-c')).toBe("option requires an argument -- 'c' (value missing, word 2)");
  expect(problem('--foo=1')).toBe("unrecognized option '--foo' (unknown, word 1)");
  expect(() => parseOptions({ short: 'n' }, ['x', '--foo'])).toThrow("invalid option -- '-'");
  expect(problem('--count')).toBe("option '--count' requires an argument (value missing, word 1)");
  expect(problem('--quiet=1')).toBe("option '--quiet' doesn't allow an argument (value unwanted, word 1)");
});

test('[EP1] the last value wins, and a command behind the first operand stays as it is', () => {
  const parsed = parseOptions(spec, ['x', '-c', '1', '-c2']);
  expect([parsed.value('c'), parsed.value('i'), parsed.has('c'), parsed.has('n')]).toEqual([
    '2',
    undefined,
    true,
    false,
  ]);
  expect(parseOptions({ ...spec, stopsAtOperand: true }, ['x', '-n', 'ping', '-c', '1']).operands).toEqual([
    'ping',
    '-c',
    '1',
  ]);
});

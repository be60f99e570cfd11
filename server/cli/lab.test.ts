import { expect, test, vi } from 'vitest';
import { main } from './lab.ts';

test.each([
  [['nothing'], 'There is no command "nothing".'],
  [['check'], 'check: expected the path of a lab.json.'],
  [['check', '--all'], 'check: expected the path of a lab.json.'],
  [['list', '--all'], 'list: expected nothing behind it.'],
])('[LAB7] %j is no command: exit code 2, what was expected, and the help', async (args, reason) => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await main(args)).toBe(2);
  expect(said.mock.calls.flat().join('')).toMatch(new RegExp(`^${reason}\n\nnpm run lab`));
  said.mockRestore();
});

import { expect, test } from 'vitest';
import { commandLine, routerCommand } from './router-command.ts';

test('[LAB12] only the five placeholders of a command are replaced, each as one word', () => {
  const place = { host: '::1', port: 8888, vhost: 'v h', rtable: '/tmp/a b', key: '/k e', cwd: '/' };
  const argv = ['./sr', '-s', '{host}:{port}', '{vhost}', '-r={rtable}', '-k{key}', '{user}', '$HOME; rm *'];
  expect(routerCommand({ kind: 'command', argv, cwd: '/x' }, place)).toEqual({
    argv: ['./sr', '-s', '::1:8888', 'v h', '-r=/tmp/a b', '-k/k e', '{user}', '$HOME; rm *'],
    cwd: '/x',
  });
  expect(routerCommand({ kind: 'network' }, place)).toBeUndefined();
  const reference = routerCommand({ kind: 'reference', flags: ['--quiet'] }, place);
  const where = ['-s', '::1', '-p', '8888', '-v', 'v h', '-r', '/tmp/a b'];
  expect(reference?.argv.slice(-11)).toEqual([...where, '-k', '/k e', '--quiet']);
  const keyless = routerCommand({ kind: 'reference' }, { ...place, key: undefined });
  expect(keyless?.argv.slice(-8)).toEqual(where);
});

test('[LAB12] a command is shown as it could be typed', () => {
  expect(commandLine(['./sr', '-s', '{host}', "it's", '$HOME', ''])).toBe(`./sr -s {host} 'it'\\''s' '$HOME' ''`);
});

import { expect, test } from 'vitest';
import { parseRouterArguments } from './options.ts';

test('[RT46] the defaults are those of the classic client', () => {
  expect(parseRouterArguments([])).toEqual({
    host: 'localhost',
    port: 8888,
    vhost: 'vrhost',
    topology: 0,
    user: 'router',
    rtable: undefined,
    template: undefined,
    authKey: undefined,
    wrong: new Set(),
    quiet: false,
  });
});

test('[RT46] short and long options say the same', () => {
  const short = '-s box -p 9 -v vhost1 -t 300 -u ada -r my/rtable -T tpl -k key -q'.split(' ');
  const long =
    '--server box --port 9 --vhost vhost1 --topology 300 --user ada --rtable my/rtable --template tpl --auth-key key --quiet';
  expect(parseRouterArguments(short)).toEqual(parseRouterArguments(long.split(' ')));
  expect(parseRouterArguments(short)).toMatchObject({ host: 'box', port: 9, vhost: 'vhost1', topology: 300 });
});

test('[RT47] faults can be given one by one or as a list', () => {
  expect(parseRouterArguments(['--wrong', 'tcp-silent', '--wrong', 'udp-silent'])).toMatchObject({
    wrong: new Set(['tcp-silent', 'udp-silent']),
  });
  expect(parseRouterArguments(['--wrong', 'tcp-silent,udp-silent'])).toMatchObject({
    wrong: new Set(['tcp-silent', 'udp-silent']),
  });
});

test.each([
  [['-p', '0'], '--port "0" is not a number from 1 to 65535'],
  [['-t', '1x'], '--topology "1x" is not a number from 0 to 65535'],
  [['-v', 'x'.repeat(32)], 'is longer than 31 bytes'],
  [['--wrong', 'nothing'], '--wrong "nothing" is none of arp-reads-target, '],
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['surplus'], 'Unexpected argument'],
])('[RT46] %j is refused with a reason', (args, message) => {
  expect(() => parseRouterArguments(args)).toThrow(message);
});

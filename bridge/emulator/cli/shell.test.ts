import { expect, test } from 'vitest';
import type { Program } from '../program/program.ts';
import { MemoryFiles } from './files.ts';
import { HostShell } from './host-shell.ts';
import { runProgram } from './run-program.ts';
import { TestTerminal, testNetwork, testPing, testPrograms, testShout, turns, typist } from './testing.ts';

async function start(programs: Record<string, Program> = {}) {
  const network = testNetwork(['client', 'server']);
  const terminal = new TestTerminal({ cols: 120, rows: 50 });
  const files = new MemoryFiles();
  const host = network.hosts.get('client');
  if (host === undefined) throw new Error('no client');
  const all = testPrograms({ ping: testPing, shout: testShout, ...programs });
  const shell = new HostShell({ host, network, programs: all, terminal, files, wallMs: () => 0 });
  const ran = shell.run();
  const { isAtPrompt, command } = typist(terminal, network.scheduler, /^client\$ $/);
  await turns();
  return { network, host, terminal, files, shell, ran, command, isAtPrompt, programs: all };
}

test('[EC20] words, quotes, variables and $?', async () => {
  const { command } = await start();
  const cases: [line: string, output: string][] = [
    ['echo a  b', 'a b\n'],
    ['echo \'a  $HOME\' "b  $HOME" c\\ \\ d', 'a  $HOME b  /root c  d\n'],
    ['echo "" \'\' x | cat', '  x\n'],
    [`echo $HOSTNAME:$${'{HOME}'}x$`, 'client:/rootx$\n'],
    ['X="a  b"; echo $X "$X" $NOTHING.', 'a b a  b .\n'],
    ['echo ~/f ~x "~"', '/root/f ~x ~\n'],
    ['false; echo $?; true; echo $?', '1\n0\n'],
    ['! true; echo $?', '1\n'],
    ['false && echo no || echo yes', 'yes\n'],
    ['true || echo no && echo yes', 'yes\n'],
    ['echo a # b; echo c', 'a\n'],
    ['echo a#b', 'a#b\n'],
    ['echo "a\\"b\\\\c\\d"', 'a"b\\c\\d\n'],
    ["echo -e 'a\\tb' -n", 'a\tb -n\n'],
    ['echo -n a', 'a\n'],
    ['$NOTHING; echo $?', '0\n'],
  ];
  for (const [line, output] of cases)
    expect([line, (await command(line)).replace(/ {7}b -n/, '\tb -n')]).toEqual([line, output]);
});

test('[EC21] redirection goes to the files of the host', async () => {
  const { command, files } = await start();
  const text = (path: string) => new TextDecoder().decode(files.read(path));
  expect(await command('echo one > f; echo two >> f; cat < f')).toBe('one\ntwo\n');
  expect(text('/root/f')).toBe('one\ntwo\n');
  expect(await command('cat missing > g 2>&1; cat g')).toBe('cat: missing: No such file or directory\n');
  expect(await command('cat missing 2> h; cat missing &> i; cat missing 2>/dev/null; echo to-err >&2')).toBe(
    'to-err\n',
  );
  expect(text('h') + text('i')).toBe('cat: missing: No such file or directory\n'.repeat(2));
  expect(await command('cat < nowhere; echo $?')).toBe('bash: nowhere: No such file or directory\n1\n');
  expect(await command('> empty; ls')).toBe('empty  f  g  h  i\n');
  expect(await command('rm f g; ls -l; rm f')).toBe(
    "        0 empty\n       40 h\n       40 i\nrm: cannot remove 'f': No such file or directory\n",
  );
  expect(await command('echo a > /; echo a > /tmp/x/y; ls /tmp /tmp/x')).toBe('bash: /: Permission denied\nx/  y\n');
});

test('[EC22] a pipe joins programs; who writes to nobody ends', async () => {
  const { command, network } = await start({
    first: async ({ stdin, stdout }) => {
      stdout.write((await stdin.read()) ?? '');
      return 7;
    },
  });
  expect(await command('echo abc | shout | cat')).toBe('ABC\n');
  expect(await command('ping server | first; echo $?')).toMatch(/^PING .*\n7\n$/);
  expect(network.scheduler.nowUs()).toBeLessThan(10_000_000);
});

test('[EC23] what there is not is refused, and named with what there is', async () => {
  const { command } = await start();
  const there = 'there are ; && || ! & | > >> < 2>&1 quotes, $NAME and $?\n';
  expect(await command('for i in 1 2; do echo $i; done')).toBe(
    `bash: for: this shell has no control structures; ${there}`,
  );
  expect(await command('echo $(ls)')).toBe(`bash: $(: there is no command substitution; ${there}`);
  expect(await command('echo `ls`')).toBe(`bash: \`: there is no command substitution; ${there}`);
  expect(await command('(ls)')).toBe(`bash: (: there are no subshells or functions; ${there}`);
  expect(await command('cat << EOF')).toBe(`bash: <<: there are no here-documents; ${there}`);
  expect(await command("echo 'a")).toBe("bash: unexpected end of line while looking for matching `''\n");
  expect(await command('ls ;; ls')).toBe("bash: syntax error near unexpected token `;;'\n");
  expect(await command('ls |')).toBe("bash: syntax error near unexpected token `newline'\n");
  expect(await command('X=1 ls')).toBe('bash: NAME=value stands alone here: the programs have no environment\n');
  expect(await command('echo $?')).toBe('2\n');
  expect(await command('vi')).toBe(
    'bash: vi: command not found. Programs here: cat echo false ls ping pwd rm shout sleep true\n',
  );
  expect(await command('echo $?; cd /tmp')).toBe(
    '127\nbash: cd: there is one folder here, /root; name files by their paths\n',
  );
});

test('[EC24] help, history, time, export and exit', async () => {
  const { command, terminal, ran } = await start();
  expect(await command('export A=1 B; echo $A')).toBe('1\n');
  expect(await command('time sleep 1.5')).toMatch(/^\nreal\t?.*0m1\.5\d\ds\n$/);
  expect(await command('help')).toMatch(
    /^The shell of the emulated host client\. Programs:\n {2}cat .*\n(.*\n)* {2}ping +ping for tests\n/,
  );
  expect(await command('history')).toBe(
    '    1  export A=1 B; echo $A\n    2  time sleep 1.5\n    3  help\n    4  history\n',
  );
  terminal.type('exit 3\r');
  await expect(ran).resolves.toBe(3);
});

test('[EC25] jobs: & starts one, its end is told before a prompt, fg and kill reach it', async () => {
  const { command, terminal, network } = await start();
  expect(await command('sleep 2 &')).toBe('[1] 1001\n');
  expect(await command('ping server & echo $!')).toMatch(/^\[2\] 1002\nPING .*\n64 .*\n1002\n$|^\[2\] 1002\n1002\n/);
  expect(await command('jobs')).toBe(
    '[1]   Running                 sleep 2\n[2]+  Running                 ping server\n',
  );
  network.scheduler.advance(2_000_000);
  await turns();
  expect(await command('')).toMatch(/\[1\] {3}Done +sleep 2\n$/);
  expect(await command('kill %ping; wait; echo $?')).toMatch(/ping statistics ---\n.*\n.*\n0\n/);
  expect(await command('kill %7')).toBe('bash: kill: %7: no such job\n');
  await command('sleep 100 &');
  terminal.type('fg\r');
  await turns();
  terminal.type('\x03');
  await turns();
  expect(await terminal.text()).toMatch(/fg\nsleep 100\n\^C\nclient\$$/);
  expect(await command('jobs; echo $?')).toBe('0\n');
  await command('true; sleep 1 && false &');
  expect(await command('sleep 2; echo $?')).toMatch(/^0\n\[1\] {3}Exit 1 +sleep 1 && false\n$/);
});

test('[EC25] Ctrl-C ends a list, not only its first program', async () => {
  const { terminal, network, command } = await start();
  terminal.type('sleep 100; echo never\r');
  await turns();
  network.scheduler.advance(1_000_000);
  terminal.type('\x03');
  await turns();
  expect(await terminal.text()).toBe('client$ sleep 100; echo never\n^C\nclient$');
  expect(await command('echo $?')).toBe('130\n');
});

test('[EC4] a program reads lines with echo; Backspace works, Ctrl-D ends its input', async () => {
  const { terminal, isAtPrompt } = await start();
  terminal.type('shout\r');
  await turns();
  terminal.type('helo\x7flo wrong\x17日本\x7f\r');
  await turns();
  terminal.type('\x04');
  await turns();
  expect(await terminal.text()).toMatch(/^client\$ shout\nhello 日 *\nHELLO 日\nclient\$$/);
  expect(await isAtPrompt()).toBe(true);
  terminal.type('\x04');
  await turns();
  expect(await terminal.text()).toMatch(/client\$ exit$/);
});

test('[EC4] what is typed ahead runs at the next prompt; Ctrl-C forgets it', async () => {
  const { terminal, network } = await start();
  terminal.type('sleep 5\r');
  await turns();
  terminal.type('echo one\recho tw');
  network.scheduler.advance(5_000_000);
  await turns();
  expect(await terminal.text()).toBe('client$ sleep 5\necho one\necho tw\nclient$ echo one\none\nclient$ echo tw');
  terminal.type('\x15sleep 5\r');
  await turns();
  terminal.type('echo lost\r\x03');
  await turns();
  expect(await terminal.text()).toMatch(/client\$ sleep 5\necho lost\n\^C\nclient\$$/);
});

test('[EC6] lines that are pasted run one after the other; the last one waits for Enter', async () => {
  const { terminal } = await start();
  terminal.type('\x1b[200~echo a\recho b\necho\tc\r\necho d\x1b[201~');
  await turns();
  expect(await terminal.text()).toBe('client$ echo a\na\nclient$ echo b\nb\nclient$ echo c\nc\nclient$ echo d');
});

test('[EC6] a megabyte that is pasted is survived, and what did not fit is said', async () => {
  const { terminal, isAtPrompt } = await start();
  terminal.type(`\x1b[200~echo ${'x'.repeat(1024 * 1024)}\x1b[201~\r`);
  await turns();
  expect(await terminal.text()).toMatch(/\(the line was cut: it holds 65536 characters\)\nx+\nclient\$$/);
  terminal.type(`sleep 1\r${`${'y'.repeat(60_000)}\r`.repeat(40)}`);
  terminal.type('\x03');
  await turns();
  expect(await isAtPrompt()).toBe(true);
});

test('[EC7] a program that floods is bounded while nobody reads; what is lost is said', async () => {
  let written = 0;
  const { terminal, isAtPrompt } = await start({
    flood: async ({ stdout }) => {
      for (let i = 0; i < 4096; i++) {
        stdout.write(`${'z'.repeat(1023)}\n`);
        written += 1024;
      }
      return 0;
    },
  });
  let resume = () => {};
  terminal.stalled = new Promise((resolve) => {
    resume = resolve;
  });
  terminal.type('flood\r');
  await turns();
  expect(written).toBe(4 * 1024 * 1024);
  expect(terminal.written.length).toBeLessThan(1.2 * 1024 * 1024);
  terminal.stalled = undefined;
  resume();
  await turns();
  expect(await terminal.text()).toMatch(/\(\d{7} bytes of output are not shown: the terminal did not keep up\)/);
  expect(await isAtPrompt()).toBe(true);
});

test('[EC8] a program that does not end when it is told: the second Ctrl-C leaves it alone', async () => {
  let say = (_text: string) => {};
  const { terminal, network, isAtPrompt } = await start({
    deaf: ({ stdout }) =>
      new Promise(() => {
        say = (text) => stdout.write(text);
      }),
  });
  terminal.type('deaf\r');
  await turns();
  terminal.type('\x03');
  await turns();
  expect(await isAtPrompt()).toBe(false);
  network.scheduler.advance(1_000_000);
  terminal.type('\x03');
  await turns();
  expect(await isAtPrompt()).toBe(true);
  say('still here\n');
  expect(await terminal.text()).not.toContain('still here');
});

test('[EC8] when the terminal is gone the shell ends with 129, even while it waits for the terminal', async () => {
  const { terminal, shell, ran, network } = await start();
  terminal.stalled = new Promise(() => {});
  terminal.type('echo a\r');
  await turns();
  shell.hangUp();
  shell.hangUp();
  await expect(network.scheduler.settle(ran)).resolves.toBe(129);
});

test('[EC9] files are bounded and their paths are made plain', () => {
  const files = new MemoryFiles();
  const mebi = new Uint8Array(1024 * 1024);
  for (let i = 0; i < 15; i++) files.write('big', mebi, { append: true });
  expect(() => files.write('big', mebi, { append: true })).toThrow('Permission denied');
  expect(files.list()).toEqual([{ path: '/root/big', bytes: 15 * 1024 * 1024 }]);
  files.write('/root/x/../big', new Uint8Array([1]));
  expect(files.read('./big')).toEqual(new Uint8Array([1]));
  expect(files.remove('big') && !files.remove('big')).toBe(true);
  for (let i = 0; i < 15; i++) files.write(`f${i}`, mebi);
  const count = () => files.list().length;
  expect(() => {
    for (;;) files.write(`empty${count()}`, new Uint8Array(0));
  }).toThrow('Permission denied');
  expect(count()).toBeLessThan(3000);
});

test('[EC10] a program hears of Ctrl-C by its sleep, its input and its signal, and prints nothing once it has ended', async () => {
  const heard: unknown[] = [];
  let late = () => {};
  const { terminal } = await start({
    waits: async ({ sleep, stdin, interrupted, stdout }) => {
      heard.push(await Promise.all([sleep(1e9), stdin.read()]), interrupted.aborted);
      late = () => stdout.write('late\n');
      return 0;
    },
  });
  terminal.type('waits\r');
  await turns();
  terminal.type('\x03');
  await turns();
  expect(heard).toEqual([[false, undefined], true]);
  late();
  expect(await terminal.text()).not.toContain('late');
});

test('[EC11] a program without a terminal: code, output in order and bounded, 127 for one that is not there', async () => {
  const { host, files, programs, network } = await start({
    both: async ({ stdout, stderr, stdin, columns }) => {
      stdout.write('a\n');
      stderr.write('b\n');
      stdout.write(new TextEncoder().encode(`é ${await stdin.read()} ${columns}\n`));
      return 3;
    },
    deaf: () => new Promise(() => {}),
  });
  const run = (argv: string[], outputLimitBytes = 1000, signal?: AbortSignal) =>
    network.scheduler.settle(runProgram({ host, programs, files, argv, wallMs: () => 0, outputLimitBytes, signal }));
  expect(await run(['both'])).toEqual({ exitCode: 3, output: 'a\nb\né undefined undefined\n', truncated: false });
  expect(await run(['both'], 3)).toEqual({ exitCode: 3, output: 'a\nb', truncated: true });
  expect(await run(['echo', '$HOME', '; id', '*'])).toMatchObject({ exitCode: 0, output: '$HOME ; id *\n' });
  expect(await run(['nope'])).toMatchObject({
    exitCode: 127,
    output: expect.stringMatching(/^bash: nope: command not found\./),
  });
  const stop = new AbortController();
  network.scheduler.after(3_500_000, () => stop.abort());
  expect(await run(['ping', '10.0.0.2'], 1000, stop.signal)).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining('4 packets transmitted'),
  });
  expect(await run(['deaf'], 1000, AbortSignal.abort())).toMatchObject({ exitCode: 137 });
});

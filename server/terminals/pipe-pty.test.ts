import { expect, test } from 'vitest';
import { openPipes } from './pipe-pty.ts';
import type { Pty, PtyExit } from './pty.ts';
import { until } from './testing.ts';

/** Runs lines of JavaScript as a program: it is there wherever the tests are. */
const open = (script: string) =>
  openPipes(process.execPath, { argv: ['node', '-e', script], cwd: '/', env: { PATH: '' } });

function watch(pty: Pty) {
  const seen = { text: '', exit: undefined as PtyExit | undefined };
  pty.onData((data) => {
    seen.text += Buffer.from(data).toString();
  });
  pty.onExit((exit) => {
    seen.exit = exit;
  });
  return seen;
}

test('[TERM17] both outputs come as one, with a terminal’s line ends, and all of it before the exit', async () => {
  const seen = watch(
    open('console.error("first"); for (let i = 0; i < 20000; i++) console.log(i); process.exitCode = 3'),
  );
  await until(() => seen.exit !== undefined);
  expect(seen.exit).toEqual({ exitCode: 3, signal: null });
  expect(seen.text).toContain('first\r\n');
  expect(seen.text.endsWith('19998\r\n19999\r\n')).toBe(true);
});

test('[TERM17] who listens late, or pauses, gets everything and the exit after it', async () => {
  const pty = open('console.log("early")');
  await new Promise((resolve) => setTimeout(resolve, 300));
  pty.pause();
  const seen = watch(pty);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen).toEqual({ text: '', exit: undefined });
  pty.resume();
  await until(() => seen.exit !== undefined);
  expect(seen.text).toBe('early\r\n');
});

test('[TERM17] what is typed is echoed and read as lines; Ctrl-D ends it', async () => {
  const pty = open(
    'process.stdin.on("data", (d) => console.log(JSON.stringify(String(d)))).on("end", () => console.log("end"))',
  );
  const seen = watch(pty);
  pty.write('hello\r');
  await until(() => seen.text.includes('hello\\n'));
  pty.write('\x04');
  await until(() => seen.exit !== undefined);
  expect(seen.text).toBe('hello\r\n"hello\\n"\r\nend\r\n');
});

test('[TERM17] Ctrl-C is SIGINT; a kill reaches what the program started, too', async () => {
  const pty = open('console.log("ready"); setInterval(() => {}, 1000)');
  const seen = watch(pty);
  await until(() => seen.text.includes('ready'));
  pty.write('\x03');
  await until(() => seen.exit !== undefined);
  expect(seen).toEqual({ text: 'ready\r\n^C', exit: { exitCode: null, signal: 'SIGINT' } });
});

test('[TERM17] input that is not read is bounded', async () => {
  const pty = open('setInterval(() => {}, 1000)');
  watch(pty);
  const chunk = Buffer.alloc(256 * 1024, 'x');
  expect(() => {
    for (let i = 0; i < 10; i++) pty.write(chunk);
  }).toThrow('1 MiB is waiting');
  pty.kill('SIGKILL');
});

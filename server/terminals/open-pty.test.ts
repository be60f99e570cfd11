import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { openPty } from './open-pty.ts';
import type { Pty, PtyExit } from './pty.ts';
import { until } from './testing.ts';

// Real programs on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const env = { PATH: process.env.PATH ?? '' };
const size = { cols: 80, rows: 24 };
const open = (...argv: string[]) => openPty({ argv, cwd: '/', env }, size);

interface Run {
  output: string;
  exit: PtyExit;
}
function finished(pty: Pty): Promise<Run> {
  const chunks: Uint8Array[] = [];
  pty.onData((data) => chunks.push(data));
  return new Promise((resolve) => {
    pty.onExit((exit) => resolve({ output: Buffer.concat(chunks).toString(), exit }));
  });
}

test('[TERM1] what a program wrote last is never lost, in forty runs that end at once', async () => {
  for (let round = 0; round < 10; round++) {
    const runs = await Promise.all([1, 2, 3, 4].map(() => finished(open('seq', '1', '20000'))));
    for (const { output, exit } of runs) {
      expect(output.length).toBe(128_894);
      expect(output.endsWith('\r\n20000\r\n')).toBe(true);
      expect(exit).toEqual({ exitCode: 0, signal: null });
    }
  }
});

test('[TERM1] output that nobody read while the program ended is still delivered before its exit', async () => {
  const pty = open('seq', '1', '500');
  pty.pause();
  const { output } = await finished(pty);
  expect(output.endsWith('\r\n500\r\n')).toBe(true);
});

test('[TERM1] an owner that listens late gets everything, and the exit after it', async () => {
  const pty = open('printf', 'early');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await finished(pty)).toEqual({ output: 'early', exit: { exitCode: 0, signal: null } });
});

test('[TERM1] a background program that goes on writing does not keep the terminal alive', async () => {
  const { exit } = await finished(open('bash', '-c', 'trap "" HUP; (trap "" HUP; timeout 1 yes) & sleep 0.1; exit 3'));
  expect(exit).toEqual({ exitCode: 3, signal: null });
});

test('[TERM2] a program that cannot be started is refused with the reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-pty-'));
  try {
    writeFileSync(join(folder, 'text'), 'no program', { mode: 0o644 });
    const refusal = (argv: string[], cwd = folder, its = env) => {
      try {
        openPty({ argv, cwd, env: its }, size);
      } catch (fault) {
        if (fault instanceof AppError) return `${fault.code}: ${fault.message}`;
        throw fault;
      }
      return 'started';
    };
    expect(refusal([])).toBe('invalid-command: The command is empty: expected a program and its arguments.');
    expect(refusal(['no-such-program'])).toBe('invalid-command: "no-such-program" is in no folder of PATH.');
    // Only somebody who is not root is kept out of it.
    mkdirSync(join(folder, 'locked'), { mode: 0o000 });
    expect(refusal(['no-such-program'], folder, { ...env, PATH: join(folder, 'locked') })).toBe(
      'invalid-command: "no-such-program" is in no folder of PATH.',
    );
    expect(refusal(['./absent'])).toBe(`invalid-command: There is no file "${folder}/absent".`);
    expect(refusal(['./text'])).toBe(`invalid-command: "${folder}/text" is not executable.`);
    expect(refusal(['/tmp/'])).toBe('invalid-command: "/tmp" is a folder, not a program.');
    expect(refusal(['ls'], '/no/folder')).toBe(
      'invalid-command: The folder "/no/folder" does not exist or is not a folder.',
    );
    expect(refusal(['ls'], 'tmp')).toBe(
      'invalid-command: The folder "tmp" is not a whole path, like /home/me/simple-router.',
    );
    expect(refusal(['ls', 'a\0b'])).toBe('invalid-command: The command contains a zero byte.');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('[TERM2] arguments reach the program as they are: no shell sees them', async () => {
  const { output } = await finished(open('printf', '%s|', '$HOME', '`id`', 'a b', ';reboot', '*'));
  expect(output).toBe('$HOME|`id`|a b|;reboot|*|');
});

test('[TERM2] the program gets the environment it was given, and TERM', async () => {
  const pty = openPty({ argv: ['env'], cwd: '/', env: { ...env, LAB: 'simple-router' } }, size);
  const names = (await finished(pty)).output.split('\r\n').map((line) => line.split('=')[0]);
  expect(new Set(names)).toEqual(new Set(['PATH', 'LAB', 'TERM', 'PWD', '']));
});

test('[TERM3] a signal ends the whole process group and is told by its name', async () => {
  const pty = open('sh', '-c', 'sleep 60 & echo $!; wait');
  let output = '';
  pty.onData((data) => {
    output += Buffer.from(data).toString();
  });
  const exit = new Promise<PtyExit>((resolve) => {
    pty.onExit(resolve);
  });
  await until(() => output.includes('\n'));
  pty.kill('SIGKILL');
  expect(await exit).toEqual({ exitCode: null, signal: 'SIGKILL' });
  const child = Number(output);
  await until(() => !alive(child));
  pty.kill('SIGKILL');
});

test('[TERM1] a program that is killed the moment it is started has ended', async () => {
  for (let round = 0; round < 50; round++) {
    const pty = open('cat');
    const end = finished(pty);
    pty.kill('SIGKILL');
    expect((await end).exit).toEqual({ exitCode: null, signal: 'SIGKILL' });
  }
});

test.skipIf(process.platform !== 'linux')('[TERM4] a program inherits its own terminal and nothing else', async () => {
  const others = [open('cat'), open('cat')];
  const { output } = await finished(open('ls', '-l', '/proc/self/fd'));
  expect(output).not.toContain('ptmx');
  expect(output.match(/-> \/dev\/pts\/\d+/g)?.length).toBe(3);
  await Promise.all(
    others.map((pty) => {
      const end = finished(pty);
      pty.kill('SIGKILL');
      return end;
    }),
  );
});

test('[TERM8] half a megabyte of lines is typed in order and without loss', async () => {
  const pty = open('sh', '-c', 'stty -echo; echo ready; sum=$(head -c 524288 | cksum); echo "$sum"');
  let output = '';
  pty.onData((data) => {
    output += Buffer.from(data).toString();
  });
  const exit = new Promise((resolve) => {
    pty.onExit(resolve);
  });
  await until(() => output.includes('ready'));
  const lines = Array.from({ length: 8192 }, (_, index) => `${String(index).padStart(63, 'x')}\n`).join('');
  for (let at = 0; at < lines.length; at += 60_000) pty.write(lines.slice(at, at + 60_000));
  await exit;
  const expected = (
    await finished(
      open(
        'sh',
        '-c',
        `i=0; while [ $i -lt 8192 ]; do printf '%s\\n' "$i"; i=$((i+1)); done | awk '{ s = $1; while (length(s) < 63) s = "x" s; print s }' | cksum`,
      ),
    )
  ).output.trim();
  expect(output.trim().split('\r\n').at(-1)).toBe(expected);
});

test.skipIf(process.platform !== 'linux')(
  '[TERM8] input for a program that never reads is refused above 1 MiB, and Ctrl-C still ends it',
  async () => {
    const pty = open('sh', '-c', 'stty raw -echo isig; echo ready; exec sleep 60');
    let output = '';
    pty.onData((data) => {
      output += Buffer.from(data).toString();
    });
    const exit = new Promise<PtyExit>((resolve) => {
      pty.onExit(resolve);
    });
    await until(() => output.includes('ready'));
    const block = 'x'.repeat(65_536);
    expect(() => {
      for (let sent = 0; sent < 20; sent++) pty.write(block);
    }).toThrow('The program is not reading its input: 1 MiB is waiting for it already.');
    pty.write('\x03');
    expect(await exit).toEqual({ exitCode: null, signal: 'SIGINT' });
  },
);

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

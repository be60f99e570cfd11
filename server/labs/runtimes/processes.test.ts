import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { until } from '../../terminals/testing.ts';
import { killProcess, processOf } from './processes.ts';

const python = '/usr/bin/python3';

test.skipIf(process.platform !== 'linux' || !existsSync(python))(
  '[RUN6] a process whose first thread has ended and another not is there still',
  async () => {
    const script =
      'import ctypes, threading, time; threading.Thread(target=time.sleep, args=(60,)).start(); ctypes.CDLL(None).pthread_exit(None)';
    const child = spawn(python, ['-c', script], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    const pid = child.pid ?? 0;
    let state = '';
    const look = async () => {
      state = / \(.*\) (\w)/.exec(await readFile(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '';
    };
    await until(() => {
      void look();
      return state === 'Z';
    });
    const id = await processOf(pid);
    expect(id).toBeDefined();
    if (id !== undefined) expect(await killProcess(id)).toBe(true);
    await exited;
    expect(await processOf(pid)).toBeUndefined();
  },
);

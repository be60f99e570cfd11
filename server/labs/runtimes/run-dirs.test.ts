import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, killMarked, processOf } from './processes.ts';
import { RunDirs, recordProcess, runMark } from './run-dirs.ts';

const skip = process.platform !== 'linux';

async function inTemporaryDir(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'pb-'));
  try {
    await work(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function sleeper(env: NodeJS.ProcessEnv = {}) {
  const child = spawn('sleep', ['1000'], { env: { PATH: process.env.PATH, ...env } });
  const exited = once(child, 'exit');
  const id = await processOf(child.pid ?? 0);
  if (id === undefined) throw new Error('sleep did not start');
  return { id, exited, end: () => child.kill('SIGKILL') };
}

test.skipIf(skip)('[RUN7] a sweep ends the recorded processes of an owner that is gone, and only the same ones', () =>
  inTemporaryDir(async (tmp) => {
    const dirs = new RunDirs(tmp);
    const kept = await dirs.create();
    const base = dirname(kept);
    // An owner with the pid of a living process but another start time has ended: its pid was used again.
    const [pid, startTime, namespace] = basename(kept).split('-');
    const orphaned = join(base, `${pid}-${Number(startTime) - 1}-${namespace}-0a0b0c`);
    const elsewhere = join(base, `${pid}-${Number(startTime) - 1}-1-0a0b0c`);
    for (const dir of [orphaned, elsewhere, join(base, 'something')]) await mkdir(dir);
    const [left, reused] = await Promise.all([sleeper(), sleeper()]);
    await recordProcess(orphaned, left.id);
    await recordProcess(orphaned, { pid: reused.id.pid, startTime: '1' });

    expect(await dirs.sweep()).toEqual([basename(orphaned)]);
    expect(await left.exited).toEqual([null, 'SIGKILL']);
    expect(await isAlive(reused.id)).toBe(true);
    expect((await readdir(base)).sort()).toEqual([basename(kept), basename(elsewhere), 'something'].sort());
    reused.end();
    await reused.exited;
  }),
);

test.skipIf(skip)('[RUN7] a base directory that others can enter, or a path too long for a socket, is refused', () =>
  inTemporaryDir(async (tmp) => {
    const dirs = new RunDirs(tmp);
    await chmod(dirname(await dirs.create()), 0o777);
    await expect(dirs.create()).rejects.toThrow(/not a directory that only this user can enter/);
    const long = join(tmp, 'x'.repeat(60));
    await mkdir(long);
    await expect(new RunDirs(long).create()).rejects.toThrow(/too long for the sockets/);
  }),
);

test.skipIf(skip)(
  '[RUN7] a sweep ends what carries the mark of a directory whose owner is gone, and nothing else',
  () =>
    inTemporaryDir(async (tmp) => {
      const dirs = new RunDirs(tmp);
      const kept = await dirs.create();
      const [pid, startTime, namespace] = basename(kept).split('-');
      const orphaned = join(dirname(kept), `${pid}-${Number(startTime) - 1}-${namespace}-0a0b0c`);
      await mkdir(orphaned);
      const [left, running] = await Promise.all(
        [orphaned, kept].map((dir) => sleeper(Object.fromEntries([runMark(dir)]))),
      );
      await dirs.sweep();
      expect(await left?.exited).toEqual([null, 'SIGKILL']);
      expect(running && (await isAlive(running.id))).toBe(true);
      running?.end();
      await running?.exited;
    }),
);

test.skipIf(skip)('[RUN4] what a command started is found by its mark', async () => {
  const [marked, other] = await Promise.all([sleeper({ MARK: 'one' }), sleeper({ MARK: 'on' })]);
  await killMarked(['MARK', 'one']);
  expect(await marked.exited).toEqual([null, 'SIGKILL']);
  expect(await isAlive(other.id)).toBe(true);
  other.end();
  await other.exited;
});

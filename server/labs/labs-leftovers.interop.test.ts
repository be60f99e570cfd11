import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { canRun, LabsUnderTest, ping, reaches, ready, reference, simpleRouter } from './testing/labs-under-test.ts';
import { leftoverScenarios } from './testing/leftover-scenarios.ts';

const execute = promisify(execFile);
const bench = new LabsUnderTest('mininet');
const skip = !(await canRun('mininet'));

for (const [title, run] of Object.entries(leftoverScenarios)) test.skipIf(skip)(title, () => run(bench));

test.skipIf(skip)('[LAB9] a run directory that somebody deletes is told as that, and the lab still stops', async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  for (const dir of await bench.runDirs()) await rm(join(bench.runDirBase, dir), { recursive: true });
  const gone = { code: 'network-failed', message: expect.stringContaining("The lab's folder ") };
  await expect(ping(run)).rejects.toMatchObject(gone);
  expect(() => run.openShell('client')).toThrow(/was deleted: stop the lab and start it again\.$/);
  await labs.stop(simpleRouter);
  expect(await ping(await ready(labs))).toContain('1 received');
});

test.skipIf(skip)('[LAB9] a disk that is full or read-only is told with the folder', async () => {
  for (const [options, step] of [
    ['ro', 'read-only file system'],
    ['size=4k', 'no space left'],
    ['size=16k', 'no space left'],
  ] as const) {
    const small = await mkdtemp(join(tmpdir(), 'pb-'));
    await execute('mount', ['-t', 'tmpfs', '-o', options, 'patchbay-test', small]);
    try {
      await using labs = await bench.open({ tmpDir: small });
      await labs.start(simpleRouter, { router: reference });
      const { error, chips } = await reaches(labs, 'failed');
      expect(error).toMatchObject({ code: 'network-failed' });
      expect(error?.detail.startsWith(`The lab's folder in ${small} cannot be written: `)).toBe(true);
      expect(error?.detail).toContain(step);
      expect(error?.detail).toMatch(/make room there, or set TMPDIR to another folder\.$/);
      expect(chips.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual(['network']);
    } finally {
      await execute('umount', [small]);
      await rm(small, { recursive: true });
    }
  }
});

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectDir } from '../labs/project-paths.ts';
import { until } from '../terminals/testing.ts';

const tmp = mkdtempSync(join(tmpdir(), 'pb-'));
afterAll(() => rmSync(tmp, { recursive: true, force: true }));

/** The command as it is typed, with a place of its own for what it makes. */
function grade(...args: readonly string[]) {
  const command = ['scripts/run.js', 'lab', 'grade', 'simple-router', '--runtime', 'emulated', ...args];
  const child = spawn(process.execPath, command, {
    cwd: projectDir,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmp },
  });
  const said = { err: '' };
  child.stderr.on('data', (data: Buffer) => {
    said.err += data.toString();
  });
  return { child, said, exit: new Promise((resolve) => child.once('exit', resolve)) };
}
/** What is left of labs: their folders are in that of the user. */
const left = (): string[] =>
  readdirSync(tmp, { encoding: 'utf8', recursive: true }).filter((path) => path.includes('/'));

test('[GRADE9] nobody who reads the table on is no reason to stop: the lab is ended, the exit code is the verdict', async () => {
  const { child, said, exit } = grade('--check', 'ttl-exceeded');
  child.stdout.destroy();
  expect(await exit).toBe(0);
  expect(said.err).not.toContain('EPIPE');
  expect(left()).toEqual([]);
}, 60_000);

test.each(['SIGHUP', 'SIGTERM'] as const)(
  '[GRADE9] %s, as from a terminal that is closed, ends the lab first',
  async (signal) => {
    const { child, said, exit } = grade();
    await until(() => said.err.includes('Starting') && left().length > 0, 40_000);
    child.kill(signal);
    expect(await exit).toBe(2);
    expect(left()).toEqual([]);
  },
  60_000,
);

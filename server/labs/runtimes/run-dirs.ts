import { randomBytes } from 'node:crypto';
import { appendFile, lstat, mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../errors.ts';
import { isAlive, killMarked, killProcess, type Mark, type ProcessId, processOf } from './processes.ts';

/**
 * Run directories: TMPDIR/patchbay-UID/PID-STARTTIME-PIDNS-RANDOM. The name says which process owns it, so that a later
 * start can tell what a killed server left behind from what another server is using (RUN7).
 */
const namePattern = /^(\d+)-(\d+)-(\d+)-[0-9a-f]+$/;
const recordFile = 'processes';
/** sun_path holds 108 bytes, and the longest name below a run directory is `/ovs/ovs-vswitchd.PID.ctl`. */
const longestPath = 75;
const diskFaults = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR']);

export class RunDirs {
  readonly #tmpDir: string;
  readonly #base: string;
  constructor(tmpDir: string) {
    this.#tmpDir = tmpDir;
    this.#base = join(tmpDir, `patchbay-${process.getuid?.() ?? 0}`);
  }

  /** What a person can do about an error of the disk, while something is written below here; undefined for another error. */
  faultOf(error: unknown): AppError | undefined {
    if (!(error instanceof Error && 'code' in error && diskFaults.has(String(error.code)))) return undefined;
    const text = `The lab's folder in ${this.#tmpDir} cannot be written: ${error.message}`;
    return new AppError('network-failed', `${text}: make room there, or set TMPDIR to another folder.`);
  }

  /** A new directory that only this user can enter. */
  async create(): Promise<string> {
    await this.#makeBase();
    const { pid, startTime } = await self();
    const name = `${pid}-${startTime}-${await pidNamespace()}-${randomBytes(3).toString('hex')}`;
    const dir = join(this.#base, name);
    if (dir.length > longestPath)
      throw new AppError(
        'network-failed',
        `The path ${dir} is too long for the sockets in it (at most ${longestPath} characters): set TMPDIR to a shorter one.`,
      );
    await mkdir(dir, { mode: 0o700 });
    return dir;
  }

  /** Ends the processes and deletes the directories of owners that are gone; names what it removed. */
  async sweep(): Promise<string[]> {
    const names = await readdir(this.#base).catch(() => []);
    const here = await pidNamespace();
    const swept: string[] = [];
    for (const name of names) {
      const [, pid, startTime = '', namespace] = namePattern.exec(name) ?? [];
      if (pid === undefined || namespace !== here) continue;
      if (await isAlive({ pid: Number(pid), startTime })) continue;
      const dir = join(this.#base, name);
      for (const id of await recorded(dir)) await killProcess(id);
      await killMarked(runMark(dir));
      await rm(dir, { recursive: true, force: true });
      swept.push(name);
    }
    return swept;
  }

  /** Others may write to TMPDIR: what is there already must be a directory of ours. */
  async #makeBase(): Promise<void> {
    // Not `recursive`: that calls a read-only disk a missing folder.
    await mkdir(this.#base, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const stat = await lstat(this.#base);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o077) !== 0)
      throw new AppError(
        'network-failed',
        `${this.#base} is not a directory that only this user can enter: remove it.`,
      );
  }
}

/** Of everything that runs for a run directory: its name is like no other one's, on this machine and after a restart. */
export function runMark(dir: string): Mark {
  return ['PATCHBAY_RUN', basename(dir)];
}

/** Notes a process of this run, so that a sweep finds it when its owner was killed. */
export async function recordProcess(dir: string, { pid, startTime }: ProcessId): Promise<void> {
  await appendFile(join(dir, recordFile), `${pid} ${startTime}\n`);
}

async function recorded(dir: string): Promise<ProcessId[]> {
  const text = await readFile(join(dir, recordFile), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => /^\d+ \d+$/.test(line))
    .map((line) => line.split(' '))
    .map(([pid, startTime = '']) => ({ pid: Number(pid), startTime }));
}

async function self(): Promise<ProcessId> {
  const id = await processOf(process.pid);
  if (id === undefined) throw new Error('/proc does not show this process');
  return id;
}

/** `pid:[4026531836]` → 4026531836: pids of another container mean nothing here. */
async function pidNamespace(): Promise<string> {
  return (await readlink('/proc/self/ns/pid')).replace(/\D/g, '');
}

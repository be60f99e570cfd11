import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A process as it can be told from a later one with the same pid: pid and start time (clock ticks after boot). */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

/** The process with this pid now; undefined when there is none, or only its remains (a zombie). */
export async function processOf(pid: number): Promise<ProcessId | undefined> {
  // Without /proc a process cannot be told from a later one with its pid.
  if (process.platform !== 'linux') return exists(pid) ? { pid, startTime: '0' } : undefined;
  const fields = await statFields(pid);
  const [state, threads, startTime] = [fields?.[0], Number(fields?.[17]), fields?.[19]];
  // The first thread of a process may be gone before the last one, which ends a whole pid namespace if it is process 1.
  const isRemains = state === 'Z' && threads <= 1;
  return startTime === undefined || isRemains ? undefined : { pid, startTime };
}

export async function isAlive({ pid, startTime }: ProcessId): Promise<boolean> {
  return (await processOf(pid))?.startTime === startTime;
}

/** Pids of the direct children of a process. */
export async function childrenOf(parent: number): Promise<number[]> {
  const pids = await allPids();
  const fields = await Promise.all(pids.map((pid) => statFields(pid)));
  return pids.filter((_, index) => fields[index]?.[1] === String(parent));
}

/** The direct child of a process that runs the program of this name (at most 15 characters); undefined when none does. */
export async function childNamed(parent: number, name: string): Promise<number | undefined> {
  const pids = await childrenOf(parent);
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'latin1').catch(() => '')));
  return pids.find((_, index) => names[index]?.trimEnd() === name);
}

/** Ends a process with SIGKILL, if it is still the same one, and resolves when it is gone; false after `timeoutMs`. */
export async function killProcess(id: ProcessId, timeoutMs = 5000): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  if (await isAlive(id)) signal(id.pid);
  while (await isAlive(id)) {
    if (performance.now() > deadline) return false;
    await delay(5);
  }
  return true;
}

/** A variable that whatever a command starts inherits, however often it forks, detaches or ignores signals. */
export type Mark = readonly [name: string, value: string];

/** Of one command. */
export function commandMark(): Mark {
  return ['PATCHBAY_COMMAND', randomUUID()];
}

/** Ends every process whose environment holds the mark, and resolves with how many there were. */
export async function killMarked([name, value]: Mark): Promise<number> {
  const killed = new Set<number>();
  // A process may fork while we look: once more until none is left.
  for (let round = 0; round < 20; round++) {
    const pids = await allPids();
    const marked = await Promise.all(pids.map((pid) => hasVariable(pid, `${name}=${value}`)));
    const found = pids.filter((_, index) => marked[index]);
    if (found.length === 0) break;
    for (const pid of found) {
      signal(pid);
      killed.add(pid);
    }
    await delay(2);
  }
  return killed.size;
}

async function hasVariable(pid: number, assignment: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(assignment);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

/** None where there is no /proc: there a program that detached itself is nobody's to end. */
async function allPids(): Promise<number[]> {
  return (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 0);
}

async function statFields(pid: number): Promise<string[] | undefined> {
  return fieldsOfStat(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined));
}

/** proc(5) `stat` from field 3 (state) on; the name before it may contain anything. */
export function fieldsOfStat(stat: string | undefined): string[] | undefined {
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

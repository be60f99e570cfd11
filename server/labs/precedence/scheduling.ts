import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fieldsOfStat } from '../runtimes/processes.ts';

/** What Linux tells of processes and threads, and what it can be asked for them (proc(5), sched(7)). */

/** A process by its first thread, or one thread of this process. */
interface Placed {
  readonly pid: number;
  readonly thread: number;
}

/** Fields 14 and 15, `utime` and `stime`, count in hundredths of a second on every Linux. */
const ticksPerSecond = 100;

/** Processor time of a process, or of one thread of this one; undefined when it is gone. */
export function processorSeconds({ pid, thread }: Placed): number | undefined {
  const stat = read(pid === process.pid ? `/proc/self/task/${thread}/stat` : `/proc/${pid}/stat`);
  const fields = fieldsOfStat(stat);
  return fields && (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Whether a process has started others that still run. It reads of every process of the machine: a few milliseconds. */
export function hasChildren(pid: number): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.some((each) => fieldsOfStat(read(`/proc/${each}/stat`))?.[1] === String(pid));
}

/** Nice value of a process's session as a group (`/autogroup-17 nice 0`); undefined where sessions are no groups. */
export function sessionNice(pid: number): number | undefined {
  const nice = /nice (-?\d+)/.exec(read(`/proc/${pid}/autogroup`) ?? '')?.[1];
  return nice === undefined ? undefined : Number(nice);
}

/** False where sessions are no groups, where it is not allowed, and when the process is gone. */
export function setSessionNice(pid: number, nice: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
    return true;
  } catch {
    return false;
  }
}

/** The processors that a process or thread may run on, by number; none when it is gone. */
export function processorsOf(thread: number | 'self'): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(read(`/proc/${thread}/status`) ?? '')?.[1] ?? '';
  return list
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** Has a thread run on these processors only; Node has no call for it. Resolves when that is done or refused. */
export function keepTo(processors: readonly number[], thread: number): Promise<void> {
  return new Promise((resolve) => {
    execFile('taskset', ['--pid', '--cpu-list', processors.join(','), String(thread)], () => resolve());
  });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

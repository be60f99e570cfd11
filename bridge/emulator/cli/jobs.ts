import type { BackgroundOutput } from './output.ts';

/** What runs in the background of a shell. */
export interface Job {
  readonly number: number;
  readonly pid: number;
  readonly source: string;
  readonly interrupt: AbortController;
  readonly kill: AbortController;
  readonly done: Promise<number>;
  exitCode: number | undefined;
}

const jobLimit = 64;
const bugCode = 70;
/** `$$`; emulated processes have no numbers but these. */
export const shellPid = 1000;

/** The background jobs of a shell, by number. */
export class Jobs {
  #jobs: Job[] = [];
  #pid = shellPid;

  get list(): readonly Job[] {
    return this.#jobs;
  }

  get isFull(): boolean {
    return this.#jobs.filter(({ exitCode }) => exitCode === undefined).length >= jobLimit;
  }

  start(
    source: string,
    output: BackgroundOutput,
    run: (interrupted: AbortSignal, killed: AbortSignal) => Promise<number>,
  ): Job {
    // Those that ended and that nobody asked for go when there are too many.
    if (this.#jobs.length >= jobLimit) this.takeEnded();
    const interrupt = new AbortController();
    const kill = new AbortController();
    const job: Job = {
      number: Math.max(0, ...this.#jobs.map((other) => other.number)) + 1,
      pid: ++this.#pid,
      source,
      interrupt,
      kill,
      exitCode: undefined,
      done: run(interrupt.signal, kill.signal)
        .catch(() => bugCode)
        .then((code) => {
          output.end();
          job.exitCode = code;
          return code;
        }),
    };
    this.#jobs.push(job);
    return job;
  }

  /** `%1`, `%name`, `%%`, a pid; the newest when it is empty. */
  find(name: string): Job | undefined {
    if (name === '' || name === '%%' || name === '%+' || name === '%') return this.#jobs.at(-1);
    const spec = name.replace(/^%/, '');
    if (!name.startsWith('%'))
      return this.#jobs.find(({ pid, number }) => String(pid) === spec || String(number) === spec);
    return this.#jobs.find(({ number, source }) => String(number) === spec || source.startsWith(spec));
  }

  remove(job: Job): void {
    this.#jobs = this.#jobs.filter((other) => other !== job);
  }

  /** Those that have ended since: they are told once. */
  takeEnded(): Job[] {
    const ended = this.#jobs.filter(({ exitCode }) => exitCode !== undefined);
    this.#jobs = this.#jobs.filter(({ exitCode }) => exitCode === undefined);
    return ended;
  }

  /** SIGHUP to all. */
  end(): void {
    for (const { interrupt } of this.#jobs) interrupt.abort();
  }

  line(job: Job): string {
    const state = job.exitCode === undefined ? 'Running' : job.exitCode === 0 ? 'Done' : `Exit ${job.exitCode}`;
    const mark = job === this.#jobs.at(-1) ? '+' : ' ';
    return `[${job.number}]${mark}  ${state.padEnd(22)}  ${job.source}\n`;
  }
}

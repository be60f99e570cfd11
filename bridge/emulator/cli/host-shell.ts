import type { Host } from '../host/api.ts';
import type { EmulatedNetwork } from '../network-api.ts';
import type { Files, Programs } from '../program/program.ts';
import type { TerminalLine } from '../terminal.ts';
import { completeFrom, shellCandidates } from './completion.ts';
import { homeFolder } from './files.ts';
import { History } from './history.ts';
import { programNames } from './run-program.ts';
import { Shell } from './shell.ts';
import { Tty } from './tty.ts';

export interface HostShellOptions {
  readonly host: Host;
  readonly network: EmulatedNetwork;
  readonly programs: Programs;
  readonly terminal: TerminalLine;
  readonly files: Files;
  readonly wallMs: () => number;
}

/** The exit code of a shell whose terminal is gone. */
const hangUpCode = 129;

/** The shell of one host in a terminal of its own (EC20); a host may have several. */
export class HostShell {
  readonly #options: HostShellOptions;
  readonly #tty: Tty;
  readonly #shell: Shell;
  readonly #history = new History();

  constructor(options: HostShellOptions) {
    const { host, programs, files, wallMs, terminal } = options;
    this.#options = options;
    this.#tty = new Tty(terminal, host.scheduler);
    this.#shell = new Shell({
      host,
      programs,
      files,
      wallMs,
      history: this.#history,
      background: () => this.#tty.background(),
      isInteractive: true,
    });
  }

  /** Runs until `exit`, Ctrl-D or `hangUp`; resolves with the exit code, never rejects. */
  async run(): Promise<number> {
    const { host } = this.#options;
    const complete = completeFrom((before) => this.#candidates(before));
    while (this.#shell.exitCode === undefined) {
      for (const job of this.#shell.jobs.takeEnded()) this.#tty.write(this.#shell.jobs.line(job));
      const line = await this.#tty.readLine(`${host.name}$ `, this.#history, complete);
      if (this.#tty.hungUp.aborted) break;
      if (line === undefined) {
        this.#tty.write('exit\n');
        break;
      }
      this.#history.add(line);
      await this.#tty.foreground((foreground) => this.#shell.run(line, { ...foreground, stderr: foreground.stdout }));
      await this.#tty.drained();
    }
    this.#shell.jobs.end();
    return this.#tty.hungUp.aborted ? hangUpCode : (this.#shell.exitCode ?? this.#shell.status);
  }

  /** As Ctrl-C. */
  interrupt(): void {
    this.#tty.interrupt();
  }

  /** The terminal is gone: what runs is told, and `run` ends. Idempotent. */
  hangUp(): void {
    this.#shell.jobs.end();
    this.#tty.hangUp();
  }

  #candidates(before: readonly string[]): readonly string[] {
    const { network, programs, files } = this.#options;
    return shellCandidates(before, {
      programs: () => [...programNames(programs), ...this.#shell.builtinNames],
      others: () => [...fileNames(files), ...network.hosts.keys()],
    });
  }
}

/** As one types them: relative to the home folder where they are in it. */
export const fileNames = (files: Files): string[] =>
  files.list().map(({ path }) => (path.startsWith(`${homeFolder}/`) ? path.slice(homeFolder.length + 1) : path));

import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from '../clock.ts';
import type { LabRouter } from '../contract/lab.ts';
import type { RouterChoice, RouterProcess } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import { openPty } from '../terminals/open-pty.ts';
import type { Pty, PtyExit } from '../terminals/pty.ts';
import type { Terminal } from '../terminals/terminal-service.ts';
import { deferred } from './deferred.ts';
import type { ProgramSession } from './program-session.ts';
import { commandLine, type RouterPlace, routerCommand } from './router-command.ts';
import { describeEnd } from './router-end.ts';
import { RouterPause } from './router-pause.ts';
import { commandMark, killMarked, type Mark, processOf } from './runtimes/processes.ts';
import { recordProcess, runMark } from './runtimes/run-dirs.ts';
import { sharingExit } from './sharing-exit.ts';

const reasonLength = 500;
const firstSize = { cols: 80, rows: 24 };
/** Between CLOSE and SIGTERM. */
const heedMs = 250;
/** Between SIGTERM and SIGKILL. */
const graceMs = 1000;
/** A program that neither ended nor came back this long after its session ended is looping on a closed socket. */
const lingerMs = 3000;
/** How long the bridge may take to notice that the connection of an ended program is gone. */
const noticeMs = 500;
/** What a program started may take this long to end with it, before it counts as left behind. */
const followMs = 100;

export interface RouterProgramDeps {
  readonly router: LabRouter;
  /** Its part in the lab. */
  readonly session: ProgramSession;
  readonly terminal: Terminal;
  /** Wall time of the trace clock's zero, Unix ms. */
  readonly epochMs: () => number;
  /** Of the key that they must know; undefined when they need none. */
  readonly keyFile: string | undefined;
  readonly rtableFile: string;
  /** The lab's run directory: processes are noted there for the sweep. */
  readonly runDir: string;
  /** Environment of the programs. */
  readonly env: Readonly<Record<string, string>>;
  readonly onChange: () => void;
  readonly onEvent: (level: 'info' | 'warn' | 'bad', text: string, reason: string) => void;
}

interface Running {
  readonly pty: Pty;
  /** Of everything that the program started. */
  readonly mark: Mark;
  readonly drained: Promise<void>;
  readonly exited: Promise<void>;
}

/** The program that plays one router of a lab (LAB12), or stands beside one (LAB20): started, watched, and ended with its session. */
export class RouterProgram {
  readonly #deps: RouterProgramDeps;
  readonly #ends: (() => void)[] = [];
  readonly #pause: RouterPause;
  #process: RouterProcess | undefined;
  #running: Running | undefined;
  #linger: NodeJS.Timeout | undefined;
  #isStarting = false;
  #closed = false;

  constructor(deps: RouterProgramDeps) {
    this.#deps = deps;
    this.#pause = new RouterPause({
      signal: (signal) => this.#signal(signal),
      onNotHere: () =>
        deps.onEvent('info', `${this.#name} is not stopped while a frame is held`, 'Its program does not run here'),
    });
    this.#ends.push(
      deps.session.follow({
        connected: () => clearTimeout(this.#linger),
        ended: () => this.#sessionEnded(),
        kill: () => this.#signal('SIGKILL'),
        stop: (isWanted) => this.#pause.want(isWanted),
      }),
    );
  }

  /** Undefined when the router is one that connects over the network. */
  get process(): RouterProcess | undefined {
    const program = this.#process;
    if (program?.state !== 'running') return program;
    return { ...program, packetsRouted: this.#seen?.fromRouter ?? 0 };
  }

  /** Throws router-running and invalid-command. */
  async start(choice: RouterChoice): Promise<void> {
    if (this.#isStarting || this.#process?.state === 'running')
      throw new AppError('router-running', `${this.#name} runs already: stop it first.`);
    this.#isStarting = true;
    try {
      // What the last one left must be gone, and the screen may still be drawing what it wrote.
      await this.#running?.exited;
      await this.#running?.drained;
      if (!this.#closed) await this.#start(choice);
    } finally {
      this.#isStarting = false;
    }
  }

  /** Ends the session with a CLOSE that says `reason`, and the program if it does not end by itself. Idempotent. */
  async stop(reason: string): Promise<void> {
    if (this.#process?.state === 'running') this.#process = { ...this.#process, stopped: true };
    this.#pause.release();
    await this.#deps.session.close(reason).catch(() => undefined);
    // It was told with CLOSE: a program that heeds it ends by itself, and says why in its terminal.
    await Promise.race([this.#running?.exited, delay(heedMs)]);
    await this.#end();
  }

  /** Ends the program without asking. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const end of this.#ends.splice(0)) end();
    if (this.#process?.state === 'running') this.#process = { ...this.#process, stopped: true };
    await this.#end();
  }

  async #start(choice: RouterChoice): Promise<void> {
    const { terminal, env, onChange } = this.#deps;
    const { vns } = this.#deps.session;
    const command = routerCommand(choice, this.#place());
    if (command === undefined) {
      this.#process = undefined;
      this.#running = undefined;
      const key = this.#deps.keyFile === undefined ? '' : ' It must know the key (auth_key).';
      terminal.say(`Waiting for a router at ${vns.host}:${vns.port}, virtual host ${this.#deps.router.vhost}.${key}`);
      onChange();
      return;
    }
    terminal.say(`$ ${commandLine(command.argv)}`);
    const exited = deferred<void>();
    const drained = deferred<void>();
    const argv = [...dieWithServer, ...command.argv];
    const mark = commandMark();
    const marked = { ...env, ...Object.fromEntries([runMark(this.#deps.runDir), mark]) };
    const opened = openPty({ argv, cwd: command.cwd, env: marked }, firstSize);
    const pty = sharingExit(opened, (exit) => {
      void this.#ended(exit, mark).then(exited.resolve);
    });
    const forget = terminal.onExit(() => {
      forget();
      drained.resolve();
    });
    terminal.attach(pty);
    this.#running = { pty, mark, exited: exited.promise, drained: drained.promise };
    this.#process = {
      state: 'running',
      choice,
      command: commandLine(command.argv),
      pid: opened.pid,
      startedMs: nowMs(),
      stopped: false,
      packetsRouted: 0,
    };
    onChange();
    const id = await processOf(opened.pid);
    if (id !== undefined) await recordProcess(this.#deps.runDir, id).catch(() => undefined);
  }

  /** False when no program of ours plays the router. */
  #signal(signal: NodeJS.Signals): boolean {
    if (this.#process?.state !== 'running') return false;
    this.#running?.pty.kill(signal);
    return true;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#linger);
    // One that stands still hears no SIGTERM.
    this.#pause.release();
    const running = this.#running;
    if (running === undefined) return;
    if (this.#process?.state === 'running') running.pty.kill('SIGTERM');
    const kill = setTimeout(() => running.pty.kill('SIGKILL'), graceMs);
    await running.exited;
    clearTimeout(kill);
  }

  async #ended({ exitCode, signal }: PtyExit, mark: Mark): Promise<void> {
    clearTimeout(this.#linger);
    const program = this.#process;
    if (program === undefined) return;
    const endedMs = nowMs();
    const how = { ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) };
    this.#process = { ...program, state: 'ended', endedMs, ...how, packetsRouted: this.#seen?.fromRouter ?? 0 };
    const ended = this.#process;
    this.#deps.onChange();
    if (!ended.stopped) await delay(followMs);
    const left = await killMarked(mark);
    await this.#gone();
    this.#process = { ...ended, ...this.#lastPacket(endedMs), packetsRouted: this.#seen?.fromRouter ?? 0 };
    this.#tell(this.#process);
    if (left > 0 && !ended.stopped) this.#tellLeft(left);
    this.#deps.onChange();
  }

  #tellLeft(count: number): void {
    const processes = count === 1 ? 'a process' : `${count} processes`;
    const text = `${this.#name} left ${processes} behind: what a router starts ends with it`;
    this.#deps.terminal.say(`${text}.`);
    this.#deps.onEvent('warn', text, 'It went into the background: start it in the foreground');
  }

  #tell(program: RouterProcess): void {
    if (this.#closed) return;
    const text = `${this.#name} ${describeEnd(program)}`;
    const isQuiet = program.stopped || program.exitCode === 0;
    this.#deps.terminal.say(`${text}.`);
    this.#deps.onEvent(isQuiet ? 'info' : 'bad', text, cut(program.command));
  }

  /** Waits until the bridge has noticed, as the last packet is known then. */
  async #gone(): Promise<void> {
    for (const deadline = performance.now() + noticeMs; performance.now() < deadline && !this.#closed; ) {
      if (this.#seen?.isConnected !== true) return;
      await delay(5);
    }
  }

  #lastPacket(endedMs: number): Pick<RouterProcess, 'lastPacket'> {
    const { seq, tUs } = this.#seen?.lastToRouter ?? { seq: 0, tUs: 0 };
    if (seq === 0) return {};
    return { lastPacket: { seq, msBefore: Math.max(0, endedMs - (this.#deps.epochMs() + tUs / 1000)) } };
  }

  #sessionEnded(): void {
    clearTimeout(this.#linger);
    const running = this.#running;
    if (running === undefined || this.#process?.state !== 'running') return;
    this.#linger = setTimeout(() => {
      if (this.#running !== running || this.#process?.state !== 'running' || this.#seen?.isConnected === true) return;
      const seconds = lingerMs / 1000;
      this.#deps.onEvent('warn', `${this.#name} was ended: its session was over for ${seconds} s`, 'It did not exit');
      running.pty.kill('SIGKILL');
    }, lingerMs);
  }

  #place(): RouterPlace {
    const { router, session, keyFile, rtableFile, runDir } = this.#deps;
    const { vns } = session;
    return { host: vns.host, port: vns.port, vhost: router.vhost, rtable: rtableFile, key: keyFile, cwd: runDir };
  }

  get #name(): string {
    return this.#deps.session.title;
  }

  get #seen() {
    return this.#deps.session.seen;
  }
}

/** Killed with the server, even when that gets no chance to do it. */
const dieWithServer = ['/usr/bin/setpriv', '/bin/setpriv']
  .filter((path) => process.platform === 'linux' && existsSync(path))
  .slice(0, 1)
  .flatMap((path) => [path, '--pdeathsig', 'KILL', '--']);

/** An event is kept and shown as a line, and a command may have 64,000 characters. */
function cut(text: string): string {
  return text.length > reasonLength ? `${text.slice(0, reasonLength - 1)}…` : text;
}

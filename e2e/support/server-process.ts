import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const startMs = 20_000;

export interface ServerStart {
  readonly args?: readonly string[];
  /** Put in front of the command (setpriv …). */
  readonly launcher?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** The compiled server as a process of its own, on free ports, as a person would run it. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.child = child;
  }

  static async start(options: ServerStart = {}): Promise<ServerProcess> {
    const { args = [], launcher = [], env = process.env } = options;
    const argv = [...launcher, process.execPath, 'dist/server/main.js', '--port', '0', '--vns-port', '0', ...args];
    const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no address after ${startMs} ms:\n${said}`)), startMs);
      const listen = (data: Buffer): void => {
        said = (said + data.toString()).slice(-20_000);
        const found = /Patchbay is at (http:\/\/\S+)/.exec(said)?.[1];
        if (!found) return;
        clearTimeout(timer);
        resolve(found.replace(/\/$/, ''));
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.on('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${code}:\n${said}`));
      });
    });
    return new ServerProcess(url, child);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.running) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  }
}

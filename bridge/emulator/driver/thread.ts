import { readFile } from 'node:fs/promises';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { machineUs } from '../../net/clock.ts';
import { HostShell } from '../cli/host-shell.ts';
import { MininetCli } from '../cli/mininet-cli.ts';
import { runProgram } from '../cli/run-program.ts';
import type { Host } from '../host/api.ts';
import type { Network } from '../network.ts';
import type { Files } from '../program/program.ts';
import { programs } from '../program/programs.ts';
import { tapLinks } from './link-points.ts';
import { PortTerminal } from './port-terminal.ts';
import type { FromThread, Opened, ToThread } from './protocol.ts';
import { watchQueues } from './queue-watch.ts';
import { type LiveNetwork, runNetwork } from './run.ts';
import { testCommand } from './test-command.ts';

type MessageOf<Kind extends ToThread['kind']> = Extract<ToThread, { kind: Kind }>;

/** What runs in a terminal. */
interface Command {
  run(): Promise<number>;
  hangUp(): void;
}

const wallMs = (): number => Date.now();

/** The thread that host.ts starts: one emulated network behind a message port. */
class EmulatorThread {
  readonly #port: MessagePort;
  readonly #terminals = new Map<number, { readonly line: PortTerminal; readonly hangUp: () => void }>();
  readonly #commands = new Map<number, AbortController>();
  #live: LiveNetwork | undefined;
  #untap: (() => void) | undefined;
  #unwatch: (() => void) | undefined;
  #mayReadFiles = false;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  async handle(message: ToThread): Promise<void> {
    switch (message.kind) {
      case 'start':
        return this.#start(message);
      case 'open':
        return this.#open(message);
      case 'input':
        return this.#terminals.get(message.id)?.line.input(message.data);
      case 'resize':
        return this.#terminals.get(message.id)?.line.resize(message.size);
      case 'taken':
        return this.#terminals.get(message.id)?.line.taken(message.bytes);
      case 'hangUp':
        return this.#terminals.get(message.id)?.hangUp();
      case 'exec':
        return this.#exec(message);
      case 'abort':
        return this.#commands.get(message.id)?.abort();
      case 'points':
        this.#untap?.();
        this.#untap = message.ring && tapLinks(this.#running.network, message.ring, machineUs);
        return;
      case 'close':
        return this.#close();
    }
  }

  #start({ config }: MessageOf<'start'>): void {
    try {
      this.#live = runNetwork(config);
      this.#mayReadFiles = config.mayReadFiles;
      this.#unwatch = watchQueues(this.#live.network, (queues) => this.#tell({ kind: 'queues', queues }));
    } catch (error) {
      this.#tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      this.#port.close();
      return;
    }
    this.#tell({ kind: 'started' });
  }

  async #open({ id, what, size }: MessageOf<'open'>): Promise<void> {
    const { network } = this.#running;
    const line = new PortTerminal({
      size,
      post: (data) => this.#tell({ kind: 'output', id, data }, [data.buffer]),
      soon: (run) => setImmediate(run),
    });
    const command = this.#command(what, network, line);
    this.#terminals.set(id, { line, hangUp: () => command.hangUp() });
    const exitCode = await command.run();
    line.flush();
    this.#terminals.delete(id);
    this.#tell({ kind: 'exit', id, exitCode });
  }

  #command(what: Opened, network: Network, terminal: PortTerminal): Command {
    const common = { network, programs, terminal, wallMs };
    switch (what.kind) {
      case 'console':
        return this.#console(network, terminal);
      case 'shell':
        return new HostShell({ ...common, ...placeOf(network, what.host) });
      case 'test':
        return testCommand(what.name, network, terminal);
    }
  }

  #console(network: Network, terminal: PortTerminal): Command {
    const files = (host: string): Files => placeOf(network, host).files;
    const readFiles = this.#mayReadFiles ? { readFile: (path: string) => readFile(path, 'utf8') } : {};
    const cli = new MininetCli({ network, programs, terminal, wallMs, files, ...readFiles });
    return { run: () => cli.run().then(() => 0), hangUp: () => cli.hangUp() };
  }

  async #exec({ id, host, argv, outputLimitBytes }: MessageOf<'exec'>): Promise<void> {
    const { network } = this.#running;
    const place = placeOf(network, host);
    const abort = new AbortController();
    this.#commands.set(id, abort);
    const { signal } = abort;
    const result = await runProgram({ ...place, programs, argv, wallMs, signal, outputLimitBytes });
    this.#commands.delete(id);
    this.#tell({ kind: 'executed', id, ...result });
  }

  async #close(): Promise<void> {
    this.#untap?.();
    this.#unwatch?.();
    for (const { hangUp } of this.#terminals.values()) hangUp();
    for (const abort of this.#commands.values()) abort.abort();
    await this.#live?.close();
    this.#tell({ kind: 'closed' });
    this.#port.close();
  }

  get #running(): LiveNetwork {
    if (this.#live === undefined) throw new Error('the network has not started');
    return this.#live;
  }

  #tell(message: FromThread, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

function placeOf(network: Network, name: string): { readonly host: Host; readonly files: Files } {
  const host = network.hosts.get(name);
  const files = network.files.get(name);
  if (host === undefined || files === undefined) throw new Error(`there is no host "${name}"`);
  return { host, files };
}

if (parentPort !== null) {
  const thread = new EmulatorThread(parentPort);
  // A rejection here is a bug: it ends the thread, which its owner reports.
  parentPort.on('message', (message: ToThread) => void thread.handle(message));
}

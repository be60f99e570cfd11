import type { Host } from '../host/api.ts';
import type { EmulatedNetwork } from '../network-api.ts';
import type { Files, Programs } from '../program/program.ts';
import type { TerminalLine } from '../terminal.ts';
import { completeFrom, shellCandidates } from './completion.ts';
import { MemoryFiles } from './files.ts';
import { History } from './history.ts';
import { fileNames } from './host-shell.ts';
import { iperf } from './iperf-pair.ts';
import { commandHelp, helpText, refusals } from './mininet-help.ts';
import { dumpText, interfacesText, linksText, netText, nodesText, portsText } from './network-text.ts';
import { ping } from './ping-pairs.ts';
import { programNames } from './run-program.ts';
import { Shell } from './shell.ts';
import { waitConnected } from './test-commands.ts';
import { addressOf, type TestContext } from './test-context.ts';
import { type Foreground, Tty } from './tty.ts';

export interface CliOptions {
  readonly network: EmulatedNetwork;
  readonly programs: Programs;
  readonly terminal: TerminalLine;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  /** Printed first. */
  readonly banner?: string;
  /** For `source`; without it that is refused. Rejects when the file cannot be read. */
  readonly readFile?: (path: string) => Promise<string>;
  /** The files of a host, where others share them; its own when left out. */
  readonly files?: (host: string) => Files;
}

/** Files that are read by files that are read … */
const sourceDepth = 8;
const prompt = 'mininet> ';

type Run = (words: readonly string[], foreground: Foreground, depth: number) => Promise<void> | void;

/** The `mininet>` command line (EC30–EC42): Mininet 2.3's commands, with its output. */
export class MininetCli {
  readonly #options: CliOptions;
  readonly #tty: Tty;
  readonly #history = new History();
  readonly #files = new Map<string, Files>();
  readonly #shells = new Map<string, Shell>();
  readonly #commands: ReadonlyMap<string, Run>;
  #isOver = false;

  constructor(options: CliOptions) {
    this.#options = options;
    this.#tty = new Tty(options.terminal, options.network.scheduler);
    this.#commands = this.#allCommands();
  }

  /** Runs until `exit`, `quit`, Ctrl-D or `hangUp`; never rejects. */
  async run(): Promise<'exit'> {
    const { banner } = this.#options;
    if (banner !== undefined) this.#tty.write(banner.endsWith('\n') ? banner : `${banner}\n`);
    this.#tty.write('*** Starting CLI:\n');
    const complete = completeFrom((before) => this.#candidates(before));
    while (!this.#isOver) {
      const line = await this.#tty.readLine(prompt, this.#history, complete);
      if (this.#tty.hungUp.aborted) break;
      if (line === undefined) this.#tty.write('\n');
      if (line === undefined) break;
      this.#history.add(line);
      await this.#attended(line);
      await this.#tty.drained();
    }
    for (const { jobs } of this.#shells.values()) jobs.end();
    return 'exit';
  }

  /** As Ctrl-C. */
  interrupt(): void {
    this.#tty.interrupt();
  }

  /** The terminal is gone: what runs is told, and `run` ends. Idempotent. */
  hangUp(): void {
    for (const { jobs } of this.#shells.values()) jobs.end();
    this.#tty.hangUp();
  }

  /** A bug in a command costs a line, not the command line. */
  async #attended(line: string): Promise<void> {
    try {
      await this.#tty.foreground((foreground) => this.#command(line.split('#')[0] ?? '', foreground, 0));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#tty.write(`*** This command has a bug and ended: ${text.split('\n')[0]}\n`);
    }
  }

  async #command(line: string, foreground: Foreground, depth: number): Promise<void> {
    const text = line.trim().replace(/^\?/, 'help ');
    if (text === '') return;
    const { stdout } = foreground;
    const [name = '', rest = ''] = splitName(text);
    const host = this.#options.network.hosts.get(name);
    const command = this.#commands.get(name);
    if (command !== undefined) await command(wordsOf(rest), foreground, depth);
    else if (name === 'noecho') await this.#withoutEcho(rest, foreground, depth);
    else if (name === 'time') await this.#timed(rest, foreground, depth);
    else if (host !== undefined) await this.#onHost(host, rest, foreground);
    else if (refusals[name] !== undefined) stdout.write(`${refusals[name]}\n`);
    else if (this.#options.network.switches.has(name))
      stdout.write(`${name} is a switch: it runs no programs. Hosts: ${this.#hostNames().join(' ')}\n`);
    else stdout.write(`*** Unknown command: ${text}\n`);
  }

  async #onHost(host: Host, command: string, { stdout, ...foreground }: Foreground): Promise<void> {
    if (command === '') {
      stdout.write(`*** Please enter a command for node: ${host.name} <cmd>\n`);
      return;
    }
    const { hosts } = this.#options.network;
    const substituted = command.split(' ').map((word) => {
      const named = hosts.get(word);
      return named === undefined ? word : (addressOf(named) ?? word);
    });
    await this.#shellOf(host).run(substituted.join(' '), { ...foreground, stdout, stderr: stdout });
  }

  async #withoutEcho(rest: string, foreground: Foreground, depth: number): Promise<void> {
    this.#tty.keyboard.isEchoing = false;
    try {
      await this.#command(rest, foreground, depth);
    } finally {
      this.#tty.keyboard.isEchoing = true;
    }
  }

  async #timed(rest: string, foreground: Foreground, depth: number): Promise<void> {
    const { scheduler } = this.#options.network;
    const startedUs = scheduler.nowUs();
    await this.#command(rest, foreground, depth);
    foreground.stdout.write(`*** Elapsed time: ${((scheduler.nowUs() - startedUs) / 1e6).toFixed(6)} secs\n`);
  }

  #allCommands(): ReadonlyMap<string, Run> {
    const { network, programs } = this.#options;
    const shown =
      (text: () => string): Run =>
      (_words, { stdout }) =>
        stdout.write(text());
    const exit: Run = () => {
      this.#isOver = true;
    };
    const pinging =
      (isPair: boolean, isFull: boolean): Run =>
      (words, foreground) =>
        this.#test(foreground, async (context) => {
          const hosts = [...network.hosts.values()];
          if (isPair && hosts.length < 2) context.write('it takes two hosts\n');
          else if (isPair) await ping(context, { hosts: hosts.slice(0, 2), isFull });
          else await ping(context, { isFull, ...(isFull || words[0] === undefined ? {} : { timeout: words[0] }) });
        });
    return new Map<string, Run>([
      ['EOF', exit],
      ['dump', shown(() => dumpText(network))],
      ['exit', exit],
      [
        'help',
        ([topic], { stdout }) =>
          stdout.write(topic === undefined ? helpText(programNames(programs)) : topicHelp(topic)),
      ],
      ['intfs', shown(() => interfacesText(network))],
      ['iperf', (words, foreground) => this.#iperf(words, undefined, foreground)],
      ['iperfudp', (words, foreground) => this.#iperf(words.slice(1), words[0] ?? '10M', foreground)],
      ['link', (words, { stdout }) => stdout.write(this.#link(words))],
      ['links', shown(() => linksText(network))],
      ['net', shown(() => netText(network))],
      ['nodes', shown(() => nodesText(network))],
      ['pingall', pinging(false, false)],
      ['pingallfull', pinging(false, true)],
      ['pingpair', pinging(true, false)],
      ['pingpairfull', pinging(true, true)],
      ['ports', shown(() => portsText(network))],
      ['quit', exit],
      ['source', (words, foreground, depth) => this.#source(words, foreground, depth)],
      ['wait', (_words, foreground) => this.#test(foreground, (context) => waitConnected(context))],
    ]);
  }

  async #test({ stdout, interrupted }: Foreground, run: (context: TestContext) => Promise<unknown>): Promise<void> {
    const { network, programs, wallMs } = this.#options;
    const write = (text: string) => stdout.write(text);
    const files = (host: Host) => this.#filesOf(host);
    await run({ network, programs, files, wallMs, write, signal: interrupted });
    if (interrupted.aborted) write('\nInterrupt\n');
  }

  async #iperf(names: readonly string[], udpBandwidth: string | undefined, foreground: Foreground): Promise<void> {
    const { stdout } = foreground;
    const { hosts } = this.#options.network;
    if (names.length !== 0 && names.length !== 2) {
      if (udpBandwidth === undefined) stdout.write('invalid number of args: iperf src dst\n');
      else stdout.write('invalid number of args: iperfudp bw src dst\nbw examples: 10M\n');
      return;
    }
    for (const name of names) if (!hosts.has(name)) stdout.write(`node '${name}' not in network\n`);
    const all = [...hosts.values()];
    const [client, server] = names.length === 0 ? [all[0], all.at(-1)] : names.map((name) => hosts.get(name));
    if (client !== undefined && server !== undefined)
      await this.#test(foreground, (context) => iperf(context, client, server, udpBandwidth));
  }

  #link(words: readonly string[]): string {
    const { hosts, switches, links } = this.#options.network;
    const [a = '', b = '', status] = words;
    if (words.length !== 3) return 'invalid number of args: link end1 end2 [up down]\n';
    if (status !== 'up' && status !== 'down') return 'invalid type: link end1 end2 [up down]\n';
    if (!hosts.has(a) && !switches.has(a)) return `src not in network: ${a}\n`;
    if (!hosts.has(b) && !switches.has(b)) return `dst not in network: ${b}\n`;
    const between = links.filter((link) => [link.a.node, link.b.node].sort().join() === [a, b].sort().join());
    for (const link of between) link.setUp(status === 'up');
    return between.length === 0 ? `src and dst not connected: ${a} ${b}\n` : '';
  }

  async #source(words: readonly string[], foreground: Foreground, depth: number): Promise<void> {
    const { readFile } = this.#options;
    const { stdout, interrupted } = foreground;
    const [path] = words;
    if (path === undefined || words.length !== 1) {
      stdout.write('usage: source <file>\n');
      return;
    }
    if (readFile === undefined) {
      stdout.write('source: this command line reads no files; paste the lines instead\n');
      return;
    }
    if (depth >= sourceDepth) {
      stdout.write(`source: ${path} is not read: files read one another ${sourceDepth} deep\n`);
      return;
    }
    let text: string;
    try {
      text = await readFile(path);
    } catch {
      stdout.write(`error reading file ${path}\n`);
      return;
    }
    for (const line of text.split(/\r?\n/)) {
      if (interrupted.aborted || this.#isOver) break;
      await this.#command(line.split('#')[0] ?? '', foreground, depth + 1);
    }
  }

  #shellOf(host: Host): Shell {
    const existing = this.#shells.get(host.name);
    if (existing !== undefined) return existing;
    const { programs, wallMs } = this.#options;
    const shell = new Shell({
      host,
      programs,
      files: this.#filesOf(host),
      wallMs,
      history: this.#history,
      background: () => this.#tty.background(),
      isInteractive: false,
    });
    this.#shells.set(host.name, shell);
    return shell;
  }

  #filesOf({ name }: Host): Files {
    const files = this.#files.get(name) ?? this.#options.files?.(name) ?? new MemoryFiles();
    this.#files.set(name, files);
    return files;
  }

  #hostNames(): string[] {
    return [...this.#options.network.hosts.keys()];
  }

  #candidates(before: readonly string[]): readonly string[] {
    const { network, programs } = this.#options;
    const [first, ...rest] = before;
    const commands = [...this.#commands.keys(), 'noecho', 'time'];
    const nodes = [...network.hosts.keys(), ...network.switches.keys()];
    if (first === undefined) return [...commands, ...this.#hostNames()];
    if (first === 'noecho' || first === 'time') return this.#candidates(rest);
    if (first === 'help') return rest.length === 0 ? [...commands, ...Object.keys(refusals)] : [];
    if (first === 'link') return rest.length < 2 ? nodes : rest.length === 2 ? ['up', 'down'] : [];
    if (first === 'iperf') return rest.length < 2 ? this.#hostNames() : [];
    if (first === 'iperfudp') return rest.length === 0 ? ['1M', '10M', '100M'] : this.#hostNames();
    const host = network.hosts.get(first);
    if (host === undefined) return [];
    return shellCandidates(rest, {
      programs: () => programNames(programs),
      others: () => [...this.#hostNames(), ...fileNames(this.#filesOf(host))],
    });
  }
}

function splitName(text: string): [name: string, rest: string] {
  const end = text.search(/\s/);
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end).trim()];
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

function topicHelp(topic: string): string {
  const text = commandHelp[topic] ?? refusals[topic];
  return text === undefined ? `*** No help on ${topic}\n` : `${text}\n`;
}

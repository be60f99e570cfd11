import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import { seededRandom } from '../../determinism/random.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import type { Host, SocketInfo } from '../host/api.ts';
import { Link } from '../link.ts';
import type { EmulatedNetwork, EmulatedSwitch } from '../network-api.ts';
import type { Program, Programs } from '../program/program.ts';
import type { TerminalLine } from '../terminal.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import type { WireEnd } from '../wire.ts';
import type { Size } from './line-view.ts';
import { MininetCli } from './mininet-cli.ts';

/** A terminal for tests: what is written goes to a headless xterm, with the page's character widths. */
export class TestTerminal implements TerminalLine {
  readonly xterm: InstanceType<typeof xterm.Terminal>;
  readonly #inputs: ((data: Uint8Array) => void)[] = [];
  readonly #resizes: ((size: Size) => void)[] = [];
  #size: Size;
  written = '';
  /** Resolves `drained` while it is undefined; a test that sets it keeps writers waiting. */
  stalled: Promise<void> | undefined;

  constructor(size: Size = { cols: 80, rows: 24 }) {
    this.#size = size;
    this.xterm = new xterm.Terminal({ ...size, scrollback: 5000, allowProposedApi: true, logLevel: 'off' });
    this.xterm.loadAddon(new Unicode11Addon());
    this.xterm.unicode.activeVersion = '11';
  }

  get size(): Size {
    return this.#size;
  }
  write(data: string | Uint8Array): void {
    this.written += typeof data === 'string' ? data : new TextDecoder().decode(data);
    this.xterm.write(data);
  }
  drained(): Promise<void> {
    return this.stalled ?? Promise.resolve();
  }
  onInput(listener: (data: Uint8Array) => void): void {
    this.#inputs.push(listener);
  }
  onResize(listener: (size: Size) => void): void {
    this.#resizes.push(listener);
  }

  type(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    for (const listener of this.#inputs) listener(bytes);
  }
  async resize(size: Size): Promise<void> {
    await this.parsed();
    this.#size = size;
    this.xterm.resize(size.cols, size.rows);
    for (const listener of this.#resizes) listener(size);
  }

  parsed(): Promise<void> {
    return new Promise((resolve) => this.xterm.write('', resolve));
  }
  /** Everything on the screen and above it, rows that wrapped joined, without blank rows at the end. */
  async text(): Promise<string> {
    await this.parsed();
    const buffer = this.xterm.buffer.active;
    const lines: string[] = [];
    for (let y = 0; y < buffer.length; y++) {
      const line = buffer.getLine(y);
      const next = buffer.getLine(y + 1);
      const text = line?.translateToString(next?.isWrapped !== true) ?? '';
      if (line?.isWrapped === true) lines.push((lines.pop() ?? '') + text);
      else lines.push(text);
    }
    return lines.join('\n').replace(/\s+$/, '');
  }
  /** The row of the cursor up to the cursor, with those that wrapped into it: what the server looks for a prompt in. */
  async cursorLine(): Promise<string> {
    await this.parsed();
    const buffer = this.xterm.buffer.active;
    let y = buffer.baseY + buffer.cursorY;
    let text = buffer.getLine(y)?.translateToString(false, 0, buffer.cursorX) ?? '';
    for (; buffer.getLine(y)?.isWrapped === true; y--) text = (buffer.getLine(y - 1)?.translateToString() ?? '') + text;
    return text;
  }
}

export interface TestNetwork extends EmulatedNetwork {
  readonly scheduler: VirtualScheduler;
  /** Switches that have their controller. */
  readonly connected: Set<string>;
  /** What each host says it has open. */
  readonly sockets: SocketInfo[];
}

/** `mn --topo single` as names, addresses and links, which is all that the command line itself asks of a network. */
export function testNetwork(hostNames: readonly string[] = ['h1', 'h2']): TestNetwork {
  const scheduler = new VirtualScheduler();
  const wires = new FakeNetwork(scheduler);
  const sockets: SocketInfo[] = [];
  const connected = new Set<string>();
  const firstAddress = 0x0a000001;
  const hosts = new Map<string, Host>();
  hostNames.forEach((name, at) => {
    const host = wires.add(name, firstAddress + at);
    host.sockets = () => sockets;
    hosts.set(name, host);
  });
  const portName = (at: number) => `s1-eth${at + 1}`;
  const mac = '02:00:00:00:00:02';
  const s1: EmulatedSwitch = {
    name: 's1',
    dpid: '0000000000000001',
    get isConnected() {
      return connected.has('s1');
    },
    ports: hostNames.map((_, at) => ({ number: at + 1, name: portName(at), mac, isUp: true })),
    flowCount: 0,
  };
  const plug = (name: string): WireEnd => ({ name, receive: () => undefined, carrier: () => undefined });
  const links = hostNames.map((name, at) => {
    const ends = [
      { node: name, end: plug(`${name}-eth0`) },
      { node: 's1', end: plug(portName(at)) },
    ] as const;
    const link = new Link(...ends, { scheduler, randoms: [seededRandom(1), seededRandom(2)] });
    link.start();
    return link;
  });
  const config = { seed: 1, hosts: [], switches: [], links: [] };
  return {
    config,
    scheduler,
    hosts,
    switches: new Map([['s1', s1]]),
    links,
    connected,
    sockets,
    close: () => undefined,
  };
}

export const testPrograms = (programs: Readonly<Record<string, Program>>): Programs =>
  new Map(Object.entries(programs).map(([name, run]) => [name, { run, summary: `${name} for tests` }]));

/** A ping that takes a second and says what iputils says; 10.0.0.9 and above do not answer. */
export const testPing: Program = async ({ argv, stdout, sleep, interrupted }) => {
  const to = argv.at(-1) ?? '';
  const count = argv.includes('-c1') ? 1 : 1000;
  const answers = !/^10\.0\.0\.(9|\d\d+)$/.test(to);
  stdout.write(`PING ${to} (${to}) 56(84) bytes of data.\n`);
  let sent = 0;
  while (sent < count && !interrupted.aborted) {
    sent++;
    if (answers) stdout.write(`64 bytes from ${to}: icmp_seq=${sent} ttl=64 time=0.015 ms\n`);
    await sleep(1_000_000);
  }
  const received = answers ? sent : 0;
  stdout.write(`\n--- ${to} ping statistics ---\n${sent} packets transmitted, ${received} received\n`);
  if (answers) stdout.write('rtt min/avg/max/mdev = 0.015/0.015/0.016/0.000 ms\n');
  return answers ? 0 : 1;
};

/** Repeats the lines it reads, in capitals. */
export const testShout: Program = async ({ stdin, stdout }) => {
  for (let line = await stdin.read(); line !== undefined; line = await stdin.read())
    stdout.write(new TextDecoder().decode(line).toUpperCase());
  return 0;
};

/** An iperf that measures 9.43 Mbits/sec at its server, and says so a moment after its client. */
export const testIperf =
  (sockets: SocketInfo[]): Program =>
  async ({ argv, stdout, sleep }) => {
    const port = Number(argv[2]);
    if (!argv.includes('-s')) {
      await sleep(5_000_000);
      stdout.write('[  3]  0.0- 5.0 sec  6 MBytes  10.1 Mbits/sec\n');
      return 0;
    }
    const isUdp = argv.includes('-u');
    sockets.push({
      protocol: isUdp ? 'udp' : 'tcp',
      local: { address: 0, port },
      remote: undefined,
      state: isUdp ? '' : 'LISTEN',
      receiveQueue: 0,
      sendQueue: 0,
    });
    await sleep(5_100_000);
    stdout.write('[  4]  0.0- 5.0 sec  6 MBytes  9.43 Mbits/sec\n');
    await sleep(1e9);
    sockets.pop();
    return 0;
  };

export interface OpenCli {
  readonly network: TestNetwork;
  readonly terminal: TestTerminal;
  readonly cli: MininetCli;
  readonly ran: Promise<'exit'>;
  readonly isAtPrompt: () => Promise<boolean>;
  /** Types a line and resolves with what it printed, once the prompt is back. */
  readonly command: (line: string) => Promise<string>;
}

/** A `mininet>` at its prompt. */
export async function openCli(
  options: {
    readonly programs?: Readonly<Record<string, Program>>;
    readonly readFile?: (path: string) => Promise<string>;
  } = {},
): Promise<OpenCli> {
  const network = testNetwork();
  const terminal = new TestTerminal();
  const all = { ping: testPing, shout: testShout, iperf: testIperf(network.sockets), ...options.programs };
  const programs = testPrograms(all);
  const readFile = options.readFile === undefined ? {} : { readFile: options.readFile };
  const cli = new MininetCli({ network, programs, terminal, wallMs: () => 0, ...readFile });
  const ran = cli.run();
  const { isAtPrompt, command } = typist(terminal, network.scheduler, /^mininet> $/);
  await turns();
  return { network, terminal, cli, ran, command, isAtPrompt };
}

/** Whoever types into a terminal and waits for its prompt, while time passes in steps of 10 ms. */
export function typist(terminal: TestTerminal, scheduler: VirtualScheduler, prompt: RegExp) {
  const isAtPrompt = async () => prompt.test(await terminal.cursorLine());
  const command = async (line: string): Promise<string> => {
    const before = (await terminal.text()).length;
    terminal.type(`${line}\r`);
    await turns();
    for (let steps = 0; !(await isAtPrompt()); steps++) {
      if (steps > 2000) throw new Error(`no prompt came back: ${await terminal.text()}`);
      scheduler.advance(10_000);
      await turns();
    }
    const after = (await terminal.text()).slice(before);
    const lines = after.slice(after.indexOf('\n') + 1);
    return lines.slice(0, lines.lastIndexOf('\n') + 1);
  };
  return { isAtPrompt, command };
}

/** Lets everything go on that waits for nothing but its turn. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 300; i++) await undefined;
}

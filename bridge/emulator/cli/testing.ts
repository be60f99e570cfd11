import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import type { Host, HostInterface, SocketInfo } from '../host/api.ts';
import type { EmulatedNetwork, EmulatedSwitch, NetworkLink } from '../network-api.ts';
import type { Program, Programs } from '../program/program.ts';
import { seededRandom } from '../random.ts';
import { VirtualScheduler } from '../scheduler.ts';
import type { TerminalLine } from '../terminal.ts';
import type { Size } from './line-view.ts';

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
  readonly connected: Set<string>;
  readonly sockets: SocketInfo[];
}

/** `mn --topo single,2` as data: the command line asks it for nothing but names, addresses and links. */
export function testNetwork(hostNames: readonly string[] = ['h1', 'h2']): TestNetwork {
  const scheduler = new VirtualScheduler();
  const sockets: SocketInfo[] = [];
  const addresses = new Map(hostNames.map((name, at) => [name, 0x0a000001 + at]));
  const hosts = new Map(hostNames.map((name) => [name, testHost(name, addresses, scheduler, sockets)]));
  const connected = new Set<string>();
  const s1: EmulatedSwitch = {
    name: 's1',
    dpid: '0000000000000001',
    get isConnected() {
      return connected.has('s1');
    },
    ports: hostNames.map((_, at) => ({
      number: at + 1,
      name: `s1-eth${at + 1}`,
      mac: '00:00:00:00:01:01',
      isUp: true,
    })),
    flowCount: 0,
  };
  const links = hostNames.map((name, at) => testLink(name, at + 1));
  return {
    config: { seed: 1, hosts: [], switches: [], links: [] },
    scheduler,
    hosts,
    switches: new Map([['s1', s1]]),
    links,
    connected,
    sockets,
    close: () => undefined,
  };
}

function testLink(host: string, port: number): NetworkLink {
  let isUp = true;
  const counters = {
    sent: 0,
    delivered: 0,
    bytes: 0,
    dropped: { loss: 0, queue: 0, down: 0 },
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    queued: 0,
  };
  return {
    a: { node: host, interface: `${host}-eth0` },
    b: { node: 's1', interface: `s1-eth${port}` },
    get isUp() {
      return isUp;
    },
    setUp: (up) => {
      isUp = up;
    },
    impairments: {},
    setImpairments: () => undefined,
    counters: { aToB: counters, bToA: counters },
    tap: () => () => undefined,
  };
}

const unused = (): never => {
  throw new Error('the command line does not do this by itself');
};

function testHost(
  name: string,
  addresses: ReadonlyMap<string, number>,
  scheduler: VirtualScheduler,
  sockets: SocketInfo[],
): Host {
  const plain = (own: string, index: number, address: number): HostInterface => ({
    name: own,
    index,
    mac: '00:00:00:00:00:01',
    mtu: 1500,
    isUp: true,
    hasCarrier: true,
    addresses: [{ address, prefix: 8 }],
    counters: { rxPackets: 0, rxBytes: 0, rxDropped: 0, txPackets: 0, txBytes: 0, txDropped: 0 },
    setUp: unused,
    setMtu: unused,
    setMac: unused,
    addAddress: unused,
    removeAddress: unused,
    sendRaw: unused,
    tap: unused,
  });
  return {
    name,
    config: { name, interfaces: [], routes: [], services: [] },
    scheduler,
    random: seededRandom(1),
    interfaces: [plain('lo', 1, 0x7f000001), plain(`${name}-eth0`, 2, addresses.get(name) ?? 0)],
    routes: { list: () => [], lookup: unused, add: unused, remove: unused },
    neighbors: { list: () => [], set: unused, remove: unused, flush: unused },
    resolve: (other) => addresses.get(other),
    nameOf: () => undefined,
    udp: { bind: unused },
    tcp: { connect: unused, listen: unused },
    icmp: { open: unused },
    arp: { request: unused, onPacket: unused },
    sockets: () => sockets,
    counters: {},
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

import { ipv4Text } from '../../codec/addresses.ts';
import type { Host } from '../host/api.ts';
import type { EmulatedNetwork } from '../network-api.ts';
import type { Files, Programs } from '../program/program.ts';
import { MemoryFiles } from './files.ts';
import { runProgram, sleep } from './run-program.ts';

/** What the tests of a network run with. */
export interface TestContext {
  readonly network: EmulatedNetwork;
  readonly programs: Programs;
  readonly files: (host: Host) => Files;
  readonly wallMs: () => number;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

const outputLimitBytes = 64 * 1024;
const iperfPort = 5001;
const iperfSeconds = 5;
/** How long one end of iperf may take to listen, or to say what it measured. */
const iperfPatienceUs = 5_000_000;
const lookEveryUs = 10_000;
const connectedEveryUs = 500_000;

/** The address that Mininet puts in the place of a host's name: the first of its first interface. */
export function addressOf(host: Host): string | undefined {
  const outer = host.interfaces.filter(({ name }) => name !== 'lo');
  const first = outer[0]?.addresses[0];
  return first === undefined ? undefined : ipv4Text(first.address);
}

interface PingResult {
  readonly from: Host;
  readonly to: Host;
  readonly sent: number;
  readonly received: number;
  /** min, avg, max, mdev in milliseconds. */
  readonly rttsMs: readonly [number, number, number, number];
}

/** Each of `hosts` pings each other once (EC40); Mininet's output. Ends early when the signal is aborted. */
export async function ping(
  context: TestContext,
  options: { readonly hosts?: readonly Host[]; readonly timeout?: string; readonly isFull: boolean },
): Promise<{ readonly sent: number; readonly received: number }> {
  const { write, signal } = context;
  const hosts = options.hosts ?? [...context.network.hosts.values()];
  if (options.hosts === undefined) write('*** Ping: testing ping reachability\n');
  const results: PingResult[] = [];
  for (const from of hosts) {
    write(`${from.name} -> `);
    for (const to of hosts) {
      if (to === from) continue;
      const result = await pingOnce(context, from, to, options.timeout);
      if (signal.aborted) break;
      results.push(result);
      write(result.received > 0 ? `${to.name} ` : 'X ');
    }
    if (signal.aborted) break;
    write('\n');
  }
  const sent = results.reduce((sum, result) => sum + result.sent, 0);
  const received = results.reduce((sum, result) => sum + result.received, 0);
  if (signal.aborted) return { sent, received };
  if (options.isFull) writeFull(write, results);
  else if (sent === 0) write('*** Warning: No packets sent\n');
  else {
    const dropped = Math.trunc((100 * (sent - received)) / sent);
    write(`*** Results: ${dropped}% dropped (${received}/${sent} received)\n`);
  }
  return { sent, received };
}

async function pingOnce(
  { programs, files, wallMs, signal, write }: TestContext,
  from: Host,
  to: Host,
  timeout: string | undefined,
): Promise<PingResult> {
  const lost = { from, to, sent: 1, received: 0, rttsMs: [0, 0, 0, 0] } as const;
  const address = addressOf(to);
  if (address === undefined) return lost;
  const wait = timeout === undefined ? [] : ['-W', timeout];
  const argv = ['ping', '-c1', ...wait, address];
  const { output } = await runProgram({
    host: from,
    programs,
    files: files(from),
    argv,
    wallMs,
    signal,
    outputLimitBytes,
  });
  if (/network is unreachable/i.test(output)) return lost;
  const counts = /(\d+) packets transmitted, (\d+)( packets)? received/.exec(output);
  if (counts === null) {
    if (!signal.aborted) write(`*** Error: could not parse ping output: ${output}\n`);
    return lost;
  }
  const rtts = /rtt min\/avg\/max\/mdev = ([\d.]+)\/([\d.]+)\/([\d.]+)\/([\d.]+) ms/.exec(output) ?? [];
  const [min = 0, avg = 0, max = 0, mdev = 0] = rtts.slice(1).map(Number);
  return { from, to, sent: Number(counts[1]), received: Number(counts[2]), rttsMs: [min, avg, max, mdev] };
}

function writeFull(write: (text: string) => void, results: readonly PingResult[]): void {
  write('*** Results: \n');
  for (const { from, to, sent, received, rttsMs } of results) {
    const rtts = rttsMs.map((ms) => ms.toFixed(3)).join('/');
    write(` ${from.name}->${to.name}: ${sent}/${received}, rtt min/avg/max/mdev ${rtts} ms\n`);
  }
}

/** The bandwidth between two hosts as iperf measures it (EC41); Mininet's output. Undefined when it could not be measured. */
export async function iperf(
  context: TestContext,
  client: Host,
  server: Host,
  udpBandwidth?: string,
): Promise<readonly string[] | undefined> {
  const { programs, files, wallMs, write, signal } = context;
  const protocol = udpBandwidth === undefined ? 'tcp' : 'udp';
  write(`*** Iperf: testing ${protocol.toUpperCase()} bandwidth between ${client.name} and ${server.name} \n`);
  const address = addressOf(server);
  if (address === undefined) {
    write(`${server.name} has no address\n`);
    return undefined;
  }
  const isOpen = (port: number) =>
    server
      .sockets()
      .some(({ local, protocol: own, state }) => local.port === port && own === protocol && /^(LISTEN)?$/.test(state));
  // What listens there already is a service of the lab, and stays.
  let port = iperfPort;
  while (isOpen(port)) port++;
  const common = ['iperf', '-p', String(port), ...(udpBandwidth === undefined ? [] : ['-u'])];
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const heard: string[] = [];
  const listening = runProgram({
    host: server,
    programs: withListener(programs, (text) => heard.push(text)),
    files: files(server),
    argv: [...common, '-s'],
    wallMs,
    signal: stop.signal,
    outputLimitBytes,
  });
  let hasEnded = false;
  void listening.then(() => {
    hasEnded = true;
  });
  const within = async (isDone: () => boolean): Promise<boolean> => {
    for (let waited = 0; !isDone() && !hasEnded && waited < iperfPatienceUs; waited += lookEveryUs)
      if (!(await sleep(server, lookEveryUs, signal))) return false;
    return isDone();
  };
  try {
    if (!(await within(() => isOpen(port)))) {
      stop.abort();
      const { output } = await listening;
      if (!signal.aborted)
        write(`Could not connect to iperf on port ${port}${output === '' ? '' : `: ${output.trim()}`}\n`);
      return undefined;
    }
    const bandwidth = udpBandwidth === undefined ? [] : ['-b', udpBandwidth];
    const argv = [...common, '-t', String(iperfSeconds), '-c', address, ...bandwidth];
    const told = await runProgram({
      host: client,
      programs,
      files: files(client),
      argv,
      wallMs,
      signal,
      outputLimitBytes,
    });
    await within(() => /\/sec/.test(heard.join('')));
    stop.abort();
    const { output } = await listening;
    if (signal.aborted) return undefined;
    const measured = [rateOf(output, write), rateOf(told.output, write)];
    const results = udpBandwidth === undefined ? measured : [udpBandwidth, ...measured];
    write(`*** Results: [${results.map((result) => `'${result}'`).join(', ')}]\n`);
    return measured.includes('') ? undefined : results;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The programs, with an iperf whose output is heard while it runs. */
function withListener(programs: Programs, listen: (text: string) => void): Programs {
  const program = programs.get('iperf');
  if (program === undefined) return programs;
  const decoder = new TextDecoder();
  return new Map([
    [
      'iperf',
      {
        ...program,
        run: (process) => {
          const { stdout } = process;
          const write = (data: string | Uint8Array) => {
            listen(typeof data === 'string' ? data : decoder.decode(data, { stream: true }));
            stdout.write(data);
          };
          return program.run({ ...process, stdout: { write, drained: () => stdout.drained() } });
        },
      },
    ],
  ]);
}

function rateOf(output: string, write: (text: string) => void): string {
  const rate = [...output.matchAll(/([\d.]+ \w+\/sec)/g)].at(-1)?.[1];
  if (rate === undefined) write(`could not parse iperf output: ${output}\n`);
  return rate ?? '';
}

/** Waits until each switch has its controller, without an end; false when the signal was aborted. */
export async function waitConnected({ network, write, signal }: TestContext): Promise<boolean> {
  write('*** Waiting for switches to connect\n');
  let remaining = [...network.switches.values()];
  for (;;) {
    for (const { name, isConnected } of remaining) if (isConnected) write(`${name} `);
    remaining = remaining.filter(({ isConnected }) => !isConnected);
    if (remaining.length === 0) break;
    if (!(await sleep(network, connectedEveryUs, signal))) return false;
  }
  write('\n');
  return true;
}

/** The tests of `mn --test`. */
export const testNames = ['build', 'none', 'pingall', 'pingallfull', 'pingpair', 'iperf', 'iperfudp', 'all'] as const;

/** Runs a test of `mn --test` (EC42); several may be joined by `+`. `ok`: every ping came back, each bandwidth was measured. */
export async function runTest(
  network: EmulatedNetwork,
  programs: Programs,
  name: string,
  write: (text: string) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly ok: boolean }> {
  const kept = new Map<Host, Files>();
  const files = (host: Host): Files => {
    const own = kept.get(host) ?? new MemoryFiles();
    kept.set(host, own);
    return own;
  };
  const wallMs = () => Math.floor(network.scheduler.nowUs() / 1000);
  const context: TestContext = { network, programs, files, wallMs, write, signal };
  let ok = true;
  for (const one of name.split('+')) ok = (await runOne(context, one)) && ok;
  return { ok };
}

async function runOne(context: TestContext, name: string): Promise<boolean> {
  const hosts = [...context.network.hosts.values()];
  const [first, second] = hosts;
  const last = hosts.at(-1);
  if (name === 'build' || name === 'none') return true;
  const isPair = name === 'pingpair' || name === 'iperf' || name === 'iperfudp' || name === 'all';
  if (isPair && (first === undefined || second === undefined || last === undefined)) {
    context.write(`${name}: it takes two hosts\n`);
    return false;
  }
  const allCameBack = ({ sent, received }: { sent: number; received: number }) => received === sent;
  if (name === 'pingall') return allCameBack(await ping(context, { isFull: false }));
  if (name === 'pingallfull') return allCameBack(await ping(context, { isFull: true }));
  if (first !== undefined && second !== undefined && last !== undefined) {
    if (name === 'pingpair') return allCameBack(await ping(context, { hosts: [first, second], isFull: false }));
    if (name === 'iperf') return (await iperf(context, first, last)) !== undefined;
    if (name === 'iperfudp') return (await iperf(context, first, last, '10M')) !== undefined;
    if (name === 'all') {
      const isReached = allCameBack(await ping(context, { isFull: false }));
      return (await iperf(context, first, last)) !== undefined && isReached;
    }
  }
  context.write(`Test ${name} is unknown - please specify one of ${testNames.join(', ')}\n`);
  return false;
}

import type { Host } from '../host/api.ts';
import type { EmulatedNetwork } from '../network-api.ts';
import type { Files, Programs } from '../program/program.ts';
import { MemoryFiles } from './files.ts';
import { iperf } from './iperf-pair.ts';
import { ping } from './ping-pairs.ts';
import { sleep } from './run-program.ts';
import type { TestContext } from './test-context.ts';

const connectedEveryUs = 500_000;

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
const testNames = ['build', 'none', 'pingall', 'pingallfull', 'pingpair', 'iperf', 'iperfudp', 'all'] as const;

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

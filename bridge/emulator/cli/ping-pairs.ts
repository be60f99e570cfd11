import type { Host } from '../host/api.ts';
import { runProgram } from './run-program.ts';
import { addressOf, outputLimitBytes, type TestContext } from './test-context.ts';

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

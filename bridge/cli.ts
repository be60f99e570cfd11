import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { BridgeConfig, BridgeEvent } from './api.ts';
import { type CliOptions, parseBridgeArguments, UsageError, usage } from './cli-options.ts';
import { createBridge } from './create-bridge.ts';
import type { BridgeHandle } from './handle.ts';
import { LabFileError, readLabFile } from './lab-file.ts';
import { formatAddress, ListenError } from './net/listener.ts';

/** Log of a bridge without a page: small, it serves only the records that events point to. */
const trace = { records: 20_000, frameBytes: 8 * 1024 * 1024, snapLength: 256 } as const;
const summaryMs = 10_000;

/** Runs a bridge alone until SIGINT, SIGTERM, or SIGHUP, when its terminal is closed; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseBridgeArguments(args);
    if (options === 'help') {
      console.log(usage);
      return 0;
    }
    // In this thread: there is no page here that a packet storm could disturb.
    await using bridge = await createBridge(await configOf(options));
    await untilStopped(bridge);
    return 0;
  } catch (error) {
    const isExpected = [UsageError, LabFileError, ListenError, FileError].some((kind) => error instanceof kind);
    if (!(error instanceof Error) || !isExpected) throw error;
    console.error(error.message);
    if (error instanceof UsageError) console.error('--help tells the options.');
    return error instanceof UsageError ? 2 : 1;
  }
}

/** A file of the command line that cannot be read. */
class FileError extends Error {}

async function configOf(options: CliOptions): Promise<BridgeConfig> {
  const { app, openflow, vns, idleTimeoutS, hardTimeoutS } = options;
  const lab =
    options.lab === undefined ? undefined : readLabFile((await readBytes(options.lab)).toString(), options.lab);
  const switches = lab?.switches ?? [];
  if (app === 'l2-learning') return { app: { kind: app, idleTimeoutS, hardTimeoutS }, openflow, vns, switches, trace };
  const authKey = options.authKeyFile === undefined ? undefined : await readBytes(options.authKeyFile);
  return { app: { kind: app, routers: lab?.routers ?? [], authKey }, openflow, vns, switches, trace };
}

async function readBytes(file: string): Promise<Buffer> {
  return await readFile(file).catch((cause: unknown) => {
    throw new FileError(`Cannot read ${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  });
}

async function untilStopped(bridge: BridgeHandle): Promise<void> {
  const { openflow, vns } = bridge.state.listening;
  console.log(`Switches connect to ${openflow.map(formatAddress).join(' and ')}.`);
  if (vns.length > 0) console.log(`Routers connect to ${vns.map(formatAddress).join(' and ')}.`);
  bridge.onEvent((event) => console.log(line(event)));
  let told = '';
  const timer = setInterval(() => {
    const now = counters(bridge);
    if (now !== told) console.log(now);
    told = now;
  }, summaryMs);
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(each, resolve);
  });
  clearInterval(timer);
  console.log(`${signal}: closing. ${counters(bridge)}`);
}

const marks = { info: ' ', warn: '!', bad: '✗' } as const;

/** `12.345 s ! Switch sw0 disconnected (The connection was reset)`. */
function line({ tUs, level, text, reason }: BridgeEvent): string {
  return `${(tUs / 1e6).toFixed(3)} s ${marks[level]} ${text}${reason === '' ? '' : ` (${reason})`}`;
}

function counters(bridge: BridgeHandle): string {
  const { packetsIn, packetsOut, drops, dispatchP50Us, dispatchP99Us } = bridge.state.counters;
  const dropped = Object.entries(drops).map(([cause, count]) => `${count} ${cause}`);
  const latency = dispatchP99Us === 0 ? '' : `; dispatch p50 ${dispatchP50Us} µs, p99 ${dispatchP99Us} µs`;
  return `${packetsIn} packets in, ${packetsOut} out, dropped: ${dropped.join(', ') || 'none'}${latency}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await main(process.argv.slice(2));

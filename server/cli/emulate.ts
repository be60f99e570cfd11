import { parseArgs } from 'node:util';
import {
  type EmulatorTerminal,
  type NetworkConfig,
  parseTopology,
  startEmulator,
  TopologyError,
} from '../../bridge/index.ts';
import { AppError } from '../errors.ts';
import { loadLab } from '../labs/load-lab.ts';
import { networkConfig } from '../labs/runtimes/emulated-config.ts';

const help = `npm run lab -- emulate (LAB.JSON | --topo TOPOLOGY) --controller ADDRESS [options]

Runs an emulated network against any OpenFlow 1.0 controller and opens its command line here.

  --controller ADDRESS  tcp:HOST:PORT or unix:PATH; tried again and again until somebody answers
  --topo TOPOLOGY       minimal, single,N, reversed,N, linear,N[,M] or tree,DEPTH,FANOUT, as mn takes it
  --test TEST           runs pingall, pingpair, iperf, … instead (as mn --test) and exits with its result
  --help                this text

Exit code: that of the test, 0 after the command line, 2 when the network could not be built.
`;

/** What is wrong with the command line. */
class UsageError extends Error {}

/** `npm run lab -- emulate …`; resolves with the exit code. */
export async function emulateCommand(args: readonly string[]): Promise<number> {
  try {
    const options = await readOptions(args);
    if (options !== 'help') return await emulate(options);
    process.stdout.write(help);
    return 0;
  } catch (error) {
    if (error instanceof UsageError || error instanceof TopologyError)
      console.error(`${error.message}\n--help tells the options.`);
    else if (error instanceof AppError) console.error(error.message);
    else throw error;
    return 2;
  }
}

interface EmulateOptions {
  readonly network: NetworkConfig;
  readonly controller: Parameters<typeof startEmulator>[0]['controller'];
  readonly test: string | undefined;
}

async function emulate({ network, controller, test }: EmulateOptions): Promise<number> {
  await using emulator = await startEmulator({ network, controller, mayReadFiles: true });
  const size = terminalSize();
  return await attach(test === undefined ? emulator.openConsole(size) : emulator.openTest(test, size));
}

/** Undefined where there is no terminal, and 0 in one that nobody gave a size. */
const terminalSize = () => ({ cols: process.stdout.columns || 80, rows: process.stdout.rows || 24 });

/** Joins a command line of the network with the terminal that this program runs in, until it exits. */
async function attach(line: EmulatorTerminal): Promise<number> {
  const { stdin, stdout } = process;
  const onInput = (data: Buffer): void => line.write(data);
  const onEnd = (): void => line.write('\x04');
  const onResize = (): void => line.resize(terminalSize());
  const onHangUp = (): void => line.hangUp();
  const raw = stdin.isTTY === true;
  if (raw) stdin.setRawMode(true);
  stdin.on('data', onInput).on('end', onEnd);
  stdout.on('resize', onResize);
  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) process.on(signal, onHangUp);
  line.onData((data) => {
    if (stdout.write(data)) return;
    line.pause();
    stdout.once('drain', () => line.resume());
  });
  try {
    return await new Promise((resolve) => line.onExit(resolve));
  } finally {
    if (raw) stdin.setRawMode(false);
    stdin.off('data', onInput).off('end', onEnd).pause();
    stdout.off('resize', onResize);
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) process.off(signal, onHangUp);
  }
}

async function readOptions(args: readonly string[]): Promise<EmulateOptions | 'help'> {
  const value = { type: 'string' } as const;
  const { values, positionals } = parse(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { controller: value, topo: value, test: value, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) return 'help';
  const [file, ...more] = positionals;
  if ((file === undefined) === (values.topo === undefined) || more.length > 0)
    throw new UsageError('expected either the path of a lab.json or --topo');
  const network = file === undefined ? parseTopology(values.topo ?? '') : networkConfig((await loadLab(file)).lab);
  return { network, controller: readController(values.controller), test: values.test };
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readController(text: string | undefined): EmulateOptions['controller'] {
  const [, host, port] = /^tcp:(.+):(\d{1,5})$/.exec(text ?? '') ?? [];
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536)
    return { kind: 'tcp', host: host.replaceAll(/^\[|\]$/g, ''), port: Number(port) };
  const [, path] = /^unix:(.+)$/.exec(text ?? '') ?? [];
  if (path !== undefined) return { kind: 'unix', path };
  throw new UsageError(`--controller ${text ?? 'is missing'}: expected tcp:HOST:PORT or unix:PATH`);
}

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Line } from './journal.ts';
import { parseRouterArguments, type RouterArguments, UsageError, usage } from './options.ts';
import { practise, practiseFirst } from './practice.ts';
import { Printer } from './printer.ts';
import { RouterProgram } from './program.ts';
import { parseRtable, type Route, RtableError } from './rtable.ts';
import { ServerConnection } from './server-connection.ts';

/** As long as the engine takes to compile a packet's way, while the machine has other things to do as well. */
const practiceMs = 400;

/** Runs the reference router until its session ends; resolves with the exit code. It prints to a file descriptor. */
export async function main(args: readonly string[], stdout = 1): Promise<number> {
  try {
    const options = parseRouterArguments(args);
    if (options === 'help') {
      console.log(usage);
      return 0;
    }
    return await run(options, stdout);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof RtableError || error instanceof FileError)) throw error;
    console.error(error.message);
    if (error instanceof UsageError) console.error('--help tells the options.');
    return 1;
  }
}

/** A file of the command line that cannot be read. */
class FileError extends Error {}

async function run(options: RouterArguments, stdout: number): Promise<number> {
  const routes = readRoutes(options);
  const authKey = readFile(options.authKey, 'auth_key')?.subarray(0, 64) ?? Buffer.alloc(0);
  const { host, port, vhost, topology, user, template, wrong, quiet } = options;
  const server = `${host}:${port}`;
  const printer = new Printer(stdout);
  const print = (line: Line): void => printer.line(line);
  const practice = new AbortController();
  practiseFirst();
  const connection = new ServerConnection({
    host,
    port,
    nowMs: () => performance.now(),
    connected: (nowMs) => {
      print(`Connected to ${server} as virtual host ${vhost}, topology ${topology}.`);
      const identity = { vhost, topology, user, template, authKey };
      return new RouterProgram({ identity, routes, wrong, quiet, print, nowMs });
    },
    // Nobody waits for it any more, and no student has typed the first command yet. One that fails costs its effect.
    ready: () => void practise(practiceMs, practice.signal).catch(() => undefined),
  });
  print(await connection.ended);
  practice.abort();
  await printer.drained();
  return 1;
}

/** The routes of --rtable or of `rtable`; undefined when the server is to say. */
function readRoutes({ rtable, template }: RouterArguments): readonly Route[] | undefined {
  const text = template !== undefined && rtable === undefined ? undefined : readFile(rtable, 'rtable')?.toString();
  return text === undefined ? undefined : parseRtable(text, rtable ?? 'rtable');
}

/** A file that was named must be there, one with the usual name may. */
function readFile(named: string | undefined, usual: string): Buffer | undefined {
  try {
    return readFileSync(named ?? usual);
  } catch (error) {
    if (named === undefined) return undefined;
    throw new FileError(`Cannot read ${named}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await main(process.argv.slice(2));

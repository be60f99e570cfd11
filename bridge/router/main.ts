import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { DecodeError } from '../codec/errors.ts';
import type { Line } from './journal.ts';
import { parseRouterArguments, type RouterArguments, UsageError, usage } from './options.ts';
import { Practice } from './practice.ts';
import { Printer } from './printer.ts';
import { RouterProgram } from './program.ts';
import { parseRtable, type Route, RtableError } from './rtable.ts';

const connectMs = 10_000;
const tickMs = 100;
/** Practice: as long as this in all, in steps after which whatever has come in has its turn. */
const practiceMs = 60;
const practiceStepMs = 2;
/** Beyond this the server does not read: frames are dropped instead of kept. */
const mostUnsent = 4 * 1024 * 1024;

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
  const server = `${options.host}:${options.port}`;
  const printer = new Printer(stdout);
  const print = (line: Line): void => printer.line(line);
  const input = Buffer.allocUnsafe(65_536);
  let program: RouterProgram | undefined;
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  return new Promise((resolve) => {
    const end = (reason: string): void => {
      if (over) return;
      over = true;
      clearInterval(timer);
      socket.destroy();
      print(reason);
      resolve(printer.drained().then(() => 1));
    };
    let practiceLeftMs = practiceMs;
    // Once it is ready, so that nobody waits for it; before a student has typed the first command.
    const practise = (practice = new Practice()): void => {
      practiceLeftMs -= practiceStepMs;
      practice.step(practiceStepMs);
      if (practiceLeftMs > 0 && !over) setTimeout(practise, practiceStepMs, practice);
    };
    const step = (work: (program: RouterProgram) => void): void => {
      if (!program || over) return;
      try {
        work(program);
      } catch (error) {
        if (!(error instanceof DecodeError || error instanceof RtableError)) throw error;
        end(error instanceof RtableError ? error.message : `The server does not speak VNS: ${error.message}`);
        return;
      }
      flush(socket, program);
      if (program.isReady && practiceLeftMs === practiceMs) practise();
      if (program.ended !== undefined) end(sentence(program.ended));
    };
    const socket = connect({
      host: options.host,
      port: options.port,
      noDelay: true,
      onread: {
        buffer: input,
        callback: (length) => {
          step((running) => running.receive(input.subarray(0, length), performance.now()));
          return true;
        },
      },
    });
    socket.setTimeout(connectMs, () => end(`Nobody answers on ${server}.`));
    socket.on('connect', () => {
      socket.setTimeout(0);
      print(`Connected to ${server} as virtual host ${options.vhost}, topology ${options.topology}.`);
      const { vhost, topology, user, template, wrong, quiet } = options;
      const identity = { vhost, topology, user, template, authKey };
      program = new RouterProgram({ identity, routes, wrong, quiet, print, nowMs: performance.now() });
      timer = setInterval(() => step((running) => running.tick(performance.now())), tickMs);
    });
    socket.on('error', (error) => end(program ? `The connection broke: ${error.message}.` : whyNot(error, server)));
    socket.on('close', () => end('The server closed the connection.'));
  });
}

function flush(socket: Socket, program: RouterProgram): void {
  const bytes = program.takeOutput();
  if (bytes) socket.write(bytes);
  program.congested = socket.writableLength > mostUnsent;
}

function whyNot(error: NodeJS.ErrnoException, server: string): string {
  if (error.code === 'ECONNREFUSED')
    return `Nobody listens on ${server}: start the lab first, or say where it is with -s and -p.`;
  return `Cannot connect to ${server}: ${error.message || error.code}.`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

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

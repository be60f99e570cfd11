import { HostError } from '../host/host-error.ts';
import { parseHttpUrl, type UrlFault } from './http/http-url.ts';
import { OptionError, parseOptions, UsageError } from './options.ts';
import type { Program } from './program.ts';
import { endedByInterrupt } from './waiting.ts';
import { WgetFetch, type WgetSettings } from './wget/fetch.ts';
import { decimal, humanSize, rateOf } from './wget/figures.ts';

const short = 'O:qST:t:nvP:h';
const long = {
  'output-document': 'O:',
  quiet: 'q',
  'server-response': 'S',
  timeout: 'T:',
  tries: 't:',
  'no-verbose': 'nv',
  verbose: 'v',
  spider: 'spider',
  'directory-prefix': 'P:',
  help: 'h',
};
const help = `GNU Wget 1.21.3, a non-interactive network retriever.
Usage: wget [OPTION]... [URL]...

  -q,  --quiet                     quiet (no output)
  -v,  --verbose                   be verbose (this is the default)
  -nv, --no-verbose                turn off verboseness, without being quiet
  -t,  --tries=NUMBER              set number of retries to NUMBER (0 unlimits)
  -O,  --output-document=FILE      write documents to FILE
       --spider                    don't download anything
  -S,  --server-response           print server response
  -T,  --timeout=SECONDS           set all timeout values to SECONDS
  -P,  --directory-prefix=PREFIX   save files to PREFIX/..
`;
const usage = "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n";

/** GNU Wget 1.21.3 for HTTP (EP56–EP58). Exit codes: 0, 1 generic, 2 command line, 3 file, 4 network, 8 server's error. */
export const wget: Program = endedByInterrupt(async (process) => {
  const { stdout, stderr, files, scheduler } = process;
  let settings: WgetSettings;
  let urls: readonly string[];
  try {
    // -nv is one option that looks like two.
    const argv = process.argv.map((word) => (word === '-nv' ? '--no-verbose' : word));
    const options = parseOptions({ short, long }, argv);
    if (options.has('h')) {
      stdout.write(help);
      return 0;
    }
    urls = options.operands;
    settings = {
      tries: count(options.value('t'), 20),
      timeoutUs: seconds(options.value('T'), 900) * 1_000_000,
      verbosity: options.has('q') ? 'quiet' : options.has('nv') ? 'less' : 'verbose',
      isSpider: options.has('spider'),
      showsHeaders: options.has('S'),
      output: options.value('O'),
      prefix: options.value('P'),
    };
  } catch (fault) {
    if (!(fault instanceof UsageError)) throw fault;
    stderr.write(`wget: ${fault.message}\n${fault instanceof OptionError ? usage : ''}`);
    return 2;
  }
  if (urls.length === 0) {
    stderr.write(`wget: missing URL\n${usage}`);
    return 1;
  }
  const { output, isSpider, verbosity } = settings;
  if (output !== undefined && output !== '-' && output !== '/dev/null') {
    try {
      files.write(output, new Uint8Array(0));
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
      stderr.write(`${output}: ${fault.message}\n`);
      return 1;
    }
  }
  const beganUs = scheduler.nowUs();
  const fetcher = new WgetFetch(process, settings);
  let exit = 0;
  try {
    for (const text of urls) {
      const url = parseHttpUrl(text);
      if (isSpider && verbosity === 'verbose') stderr.write('Spider mode enabled. Check if remote file exists.\n');
      if ('fault' in url && verbosity !== 'quiet') stderr.write(`${saying(url, text)}.\n`);
      const code = 'fault' in url ? 1 : await fetcher.fetch(url);
      // The lowest one says most.
      exit = exit === 0 || code === 0 ? Math.max(exit, code) : Math.min(exit, code);
    }
  } finally {
    fetcher.close();
  }
  const { totals } = fetcher;
  if (urls.length > 1 && totals.bytes > 0 && verbosity !== 'quiet') {
    const { number, unit } = rateOf(totals.bytes, totals.seconds);
    const wall = (scheduler.nowUs() - beganUs) / 1_000_000;
    stderr.write(
      `FINISHED --${fetcher.now()}--\nTotal wall clock time: ${decimal(wall)}s\n` +
        `Downloaded: ${totals.files} files, ${humanSize(totals.bytes)} in ${decimal(totals.seconds)}s (${number} ${unit}B/s)\n`,
    );
  }
  return exit;
});

function saying(fault: UrlFault, text: string): string {
  if (fault.fault === 'scheme') return `${text}: Unsupported scheme ‘${fault.scheme}’`;
  return fault.fault === 'port' ? `${text}: Bad port number` : `${text}: Invalid host name`;
}

function count(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (text === 'inf' || text === '0') return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--tries: Invalid number ‘${text}’.`);
  return Number(text);
}

/** 0 means never. */
function seconds(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,7}(\.\d*)?$/.test(text)) throw new UsageError(`--timeout: Invalid time period ‘${text}’`);
  return Number(text) || Number.POSITIVE_INFINITY;
}

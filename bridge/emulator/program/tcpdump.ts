import { parseIpv4 } from '../../codec/addresses.ts';
import { DecodeError } from '../../codec/errors.ts';
import { readPcap } from '../../packet/pcap.ts';
import type { HostInterface } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { type CaptureFilter, compileFilter } from './capture-filter/filter.ts';
import { FilterError } from './capture-filter/token.ts';
import { command, Failure } from './command.ts';
import { type ParsedOptions, parseOptions } from './options.ts';
import type { Process } from './program.ts';
import { FramePrinter } from './tcpdump/ethernet.ts';
import { asciiDump, hexDump } from './tcpdump/hex-dump.ts';
import { nameOfPort } from './tcpdump/names.ts';
import { pcapHead, pcapRecord } from './tcpdump/pcap-writer.ts';
import { type TimeStyle, TimeText } from './tcpdump/time.ts';

const short = 'ABc:DeF:hi:Kl#nNOpqQ:r:s:StUvw:xX';
const long = {
  number: '#',
  interface: 'i:',
  direction: 'Q:',
  'snapshot-length': 's:',
  'list-interfaces': 'D',
  help: 'h',
};
const usage = `Usage: tcpdump [-AcDehlnpqStUvxX#] [ -c count ] [ -i interface ]
\t\t[ -Q in|out|inout ] [ -r file ] [ -s snaplen ] [ -w file ]
\t\t[ expression ]
`;
const defaultSnapLength = 262_144;
/** Frames that wait to be printed; further ones are dropped and counted. */
const maxWaiting = 4096;
const styles: readonly TimeStyle[] = ['clock', 'none', 'unix', 'delta', 'date', 'since start'];

interface Seen {
  readonly frame: Uint8Array;
  readonly length: number;
  readonly unixUs: number;
  /** In front of the line, when several interfaces are listened to. */
  readonly from: string;
}

/** tcpdump 4.99 (EP66–EP68): prints, or writes to a file, what passes an interface or stands in a capture. */
export const tcpdump = command({ text: usage, exitCode: 1 }, async (process) => {
  const options = parseOptions({ short, long, stopsAtOperand: true }, process.argv);
  const { stdout, files } = process;
  if (options.has('h')) {
    stdout.write(usage);
    return 0;
  }
  if (options.has('D')) {
    for (const [i, { name }] of listed(process).entries()) stdout.write(`${i + 1}.${name} [Up, Running]\n`);
    return 0;
  }
  const fail = (text: string): never => {
    throw new Failure(`tcpdump: ${text}\n`, 1);
  };
  const count = options.value('c');
  if (count !== undefined && !/^[1-9]\d{0,8}$/.test(count)) fail(`invalid packet count ${count}`);
  const filter = filterOf(options.operands.join(' '), process);
  const run = new Capture(process, options, filter, count === undefined ? Number.POSITIVE_INFINITY : Number(count));
  const path = options.value('r');
  if (path === undefined) return run.live();
  const bytes = files.read(path) ?? fail(`${path}: No such file or directory`);
  return run.replay(path, bytes);
});

const listed = (process: Process): readonly HostInterface[] => {
  const [lo, ...others] = process.host.interfaces;
  return lo === undefined ? others : [...others, lo];
};

function filterOf(text: string, process: Process): CaptureFilter {
  try {
    return compileFilter(text, (name) => process.host.resolve(name));
  } catch (fault) {
    if (!(fault instanceof FilterError)) throw fault;
    throw new Failure(`tcpdump: can't parse filter expression: ${fault.message}\n`, 1);
  }
}

/** One run: counts, prints, writes. */
class Capture {
  readonly #process: Process;
  readonly #options: ParsedOptions;
  readonly #filter: CaptureFilter;
  readonly #limit: number;
  readonly #printer: FramePrinter;
  readonly #time: TimeText;
  readonly #snapLength: number;
  #shown = 0;

  constructor(process: Process, options: ParsedOptions, filter: CaptureFilter, limit: number) {
    const isNumeric = options.has('n');
    const { host } = process;
    const times = (name: string): number => options.given.filter((option) => option.name === name).length;
    this.#process = process;
    this.#options = options;
    this.#filter = filter;
    this.#limit = limit;
    this.#time = new TimeText(styles[Math.min(times('t'), 5)] ?? 'clock');
    this.#snapLength = Number(options.value('s') ?? 0) || defaultSnapLength;
    this.#printer = new FramePrinter({
      verbose: Math.min(times('v'), 3),
      showsLink: options.has('e'),
      isQuiet: options.has('q'),
      isAbsolute: options.has('S'),
      host: (text) => (isNumeric ? undefined : host.nameOf(parseIpv4(text) ?? 0)),
      port: (port) => (isNumeric ? undefined : nameOfPort(port)),
    });
  }

  /** Prints a capture file. */
  async replay(path: string, bytes: Uint8Array): Promise<number> {
    const { stderr, interrupted } = this.#process;
    try {
      const { frames, linkType, snapLength } = readPcap(bytes);
      if (linkType !== 1) throw new Failure(`tcpdump: ${path}: link-type ${linkType} is not Ethernet\n`, 1);
      stderr.write(`reading from file ${path}, link-type EN10MB (Ethernet), snapshot length ${snapLength}\n`);
      this.#begin();
      for (const { frame, length, timeNs } of frames) {
        if (this.#shown >= this.#limit || interrupted.aborted) break;
        if (this.#filter(frame, length)) await this.#take({ frame, length, unixUs: Number(timeNs / 1000n), from: '' });
      }
      return 0;
    } catch (fault) {
      if (!(fault instanceof DecodeError)) throw fault;
      throw new Failure(`tcpdump: ${path}: ${fault.message}\n`, 1);
    }
  }

  /** Listens until Ctrl-C or the count. */
  async live(): Promise<number> {
    const { stdout, stderr, scheduler, interrupted } = this.#process;
    const wanted = this.#options.value('i');
    const interfaces = this.#interfaces(wanted);
    const name = wanted ?? interfaces[0]?.name ?? '';
    const isAny = wanted === 'any';
    const type = isAny ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)';
    const isQuietStart = this.#options.has('v') || this.#options.has('w');
    if (!isQuietStart) stderr.write('tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n');
    stderr.write(
      `${isQuietStart ? 'tcpdump: ' : ''}listening on ${name}, link-type ${type}, snapshot length ${this.#snapLength} bytes\n`,
    );
    this.#begin();
    const startUs = this.#process.wallMs() * 1000 - scheduler.nowUs();
    const waiting: Seen[] = [];
    let [received, dropped] = [0, 0];
    let wake: (() => void) | undefined;
    const direction = this.#options.value('Q') ?? 'inout';
    const ends = interfaces.map((one) =>
      one.tap((frame, way, atUs) => {
        if (!direction.includes(way) || !this.#filter(frame, frame.length)) return;
        received++;
        if (waiting.length >= maxWaiting) {
          dropped++;
          return;
        }
        const from = isAny ? `${one.name.padEnd(5)} ${(way === 'in' ? 'In' : 'Out').padEnd(3)} ` : '';
        const kept = frame.length > this.#snapLength ? frame.subarray(0, this.#snapLength) : frame;
        waiting.push({ frame: kept, length: frame.length, unixUs: startUs + atUs, from });
        wake?.();
      }),
    );
    const stop = () => wake?.();
    interrupted.addEventListener('abort', stop);
    try {
      while (this.#shown < this.#limit && (waiting.length > 0 || !interrupted.aborted)) {
        const seen = waiting.shift();
        if (seen !== undefined) await this.#take(seen);
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      interrupted.removeEventListener('abort', stop);
      for (const end of ends) end();
    }
    // A line may be half there, and ^C stands on the screen.
    if (interrupted.aborted && !this.#options.has('w')) stdout.write('\n');
    const packets = (number: number): string => `${number} packet${number === 1 ? '' : 's'}`;
    stderr.write(
      `${packets(this.#shown)} captured\n${packets(received)} received by filter\n${packets(dropped)} dropped by kernel\n`,
    );
    return 0;
  }

  #interfaces(wanted: string | undefined): readonly HostInterface[] {
    const all = listed(this.#process);
    if (wanted === 'any') return all;
    const found = all.find(({ name, index }) => wanted === undefined || name === wanted || String(index) === wanted);
    if (found !== undefined) return [found];
    throw new Failure(`tcpdump: ${wanted ?? 'any'}: No such device exists\n(No such device exists)\n`, 1);
  }

  #begin(): void {
    const path = this.#options.value('w');
    if (path !== undefined) this.#save(path, pcapHead(this.#snapLength), false);
  }

  async #take({ frame, length, unixUs, from }: Seen): Promise<void> {
    this.#shown++;
    const path = this.#options.value('w');
    if (path !== undefined) {
      this.#save(path, pcapRecord(frame, length, unixUs), true);
      return;
    }
    const { stdout } = this.#process;
    const number = this.#options.has('#') ? `${String(this.#shown).padStart(5)}  ` : '';
    stdout.write(`${number}${this.#time.of(unixUs)}${from}${this.#printer.print(frame, length)}${this.#dump(frame)}\n`);
    await stdout.drained();
  }

  /** `-x`, `-X` and `-A` show what follows the link header, twice the whole frame. */
  #dump(frame: Uint8Array): string {
    const times = (name: string): number => this.#options.given.filter((option) => option.name === name).length;
    const body = (name: string): Uint8Array => (times(name) > 1 ? frame : frame.subarray(14));
    if (times('A') > 0) return asciiDump(body('A'));
    if (times('X') > 0) return hexDump(body('X'), true);
    return times('x') > 0 ? hexDump(body('x'), false) : '';
  }

  #save(path: string, data: Uint8Array, append: boolean): void {
    if (path === '-') {
      this.#process.stdout.write(data);
      return;
    }
    try {
      this.#process.files.write(path, data, { append });
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
      throw new Failure(`tcpdump: ${path}: ${fault.message}\n`, 1);
    }
  }
}

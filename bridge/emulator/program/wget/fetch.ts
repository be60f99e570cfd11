import { ipv4Text, parseIpv4 } from '../../../codec/addresses.ts';
import type { TcpSocket } from '../../host/api.ts';
import { HostError } from '../../host/host-error.ts';
import { ByteStream } from '../http/byte-stream.ts';
import { type HttpResponse, readResponse } from '../http/http-response.ts';
import { type HttpUrl, redirected } from '../http/http-url.ts';
import type { Process } from '../program.ts';
import { connectWithin, TimedOut, within } from '../waiting.ts';
import { humanSize, rateOf } from './figures.ts';
import { BarProgress, DotProgress } from './progress.ts';

export interface WgetSettings {
  readonly tries: number;
  readonly timeoutUs: number;
  readonly verbosity: 'verbose' | 'less' | 'quiet';
  readonly isSpider: boolean;
  readonly showsHeaders: boolean;
  /** `-O`: all goes there; `-` is the standard output. */
  readonly output: string | undefined;
  readonly prefix: string | undefined;
}
export interface WgetTotals {
  files: number;
  bytes: number;
  seconds: number;
}

interface Kept {
  readonly authority: string;
  readonly socket: TcpSocket;
  readonly stream: ByteStream;
}

/** What one attempt came to: an exit code, another address, or a fault after which one tries again. */
type Attempt = number | { readonly redirect: HttpUrl } | 'again';

const failed = 4;
const serverError = 8;
const maxRedirects = 20;

/** One invocation of wget: it fetches URLs one after the other over one connection when that lasts. */
export class WgetFetch {
  readonly #process: Process;
  readonly #settings: WgetSettings;
  readonly totals: WgetTotals = { files: 0, bytes: 0, seconds: 0 };
  #kept: Kept | undefined;

  constructor(process: Process, settings: WgetSettings) {
    this.#process = process;
    this.#settings = settings;
  }

  /** The exit code of this URL. Throws Interrupted. */
  async fetch(url: HttpUrl): Promise<number> {
    let at = url;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const result = await this.#attempts(at, url);
      if (typeof result === 'number') return result;
      at = result.redirect;
    }
    this.#say(`${maxRedirects} redirections exceeded.\n`);
    return serverError;
  }

  close(): void {
    this.#kept?.socket.close();
    this.#kept = undefined;
  }

  /** `2026-11-21 04:57:01`, in UTC as everything in the lab. */
  now(): string {
    return new Date(this.#process.wallMs()).toISOString().slice(0, 19).replace('T', ' ');
  }

  #say(text: string): void {
    if (this.#settings.verbosity === 'verbose') this.#process.stderr.write(text);
  }

  /** What `-nv` says, too. */
  #sayAlways(text: string): void {
    if (this.#settings.verbosity !== 'quiet') this.#process.stderr.write(text);
  }

  async #attempts(url: HttpUrl, first: HttpUrl): Promise<number | { readonly redirect: HttpUrl }> {
    const { tries } = this.#settings;
    for (let attempt = 1; ; attempt++) {
      if (attempt > 1) await within(this.#process, this.#process.sleep(Math.min(attempt - 1, 10) * 1_000_000));
      const again = attempt > 1 ? `  (try:${String(attempt).padStart(2)})` : '';
      this.#say(`--${this.now()}--${again}  ${url.text}\n`);
      const result = await this.#attempt(url, first);
      if (result !== 'again') return result;
      this.close();
      this.#say(attempt === tries ? 'Giving up.\n\n' : 'Retrying.\n\n');
      if (attempt === tries) return failed;
    }
  }

  async #attempt(url: HttpUrl, first: HttpUrl): Promise<Attempt> {
    const connection = await this.#connect(url);
    if (typeof connection === 'number' || connection === 'again') return connection;
    const { stream, socket } = connection;
    try {
      const method = this.#settings.isSpider ? 'HEAD' : 'GET';
      this.#say('HTTP request sent, awaiting response... ');
      const fields = 'User-Agent: Wget/1.21.3\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: Keep-Alive';
      const request = `${method} ${url.target} HTTP/1.1\r\nHost: ${url.authority}\r\n${fields}\r\n\r\n`;
      await this.#inTime(socket.write(new TextEncoder().encode(request)));
      const response = await this.#inTime(readResponse(stream, method));
      if (response === 'empty') {
        this.#say('No data received.\n');
        return 'again';
      }
      if (response === 'malformed') {
        this.#say('Malformed status line.\n');
        return serverError;
      }
      const result = await this.#take(url, first, response);
      if (!response.isReusable || !response.isWhole()) this.close();
      return result;
    } catch (fault) {
      const reason = reasonOf(fault);
      if (reason === undefined) throw fault;
      this.#say(`Read error (${reason}) in headers.\n`);
      return 'again';
    }
  }

  async #connect(url: HttpUrl): Promise<Kept | number | 'again'> {
    const numeric = parseIpv4(url.host);
    if (this.#kept?.authority === url.authority) {
      this.#say(`Reusing existing connection to ${url.host}:${url.port}.\n`);
      return this.#kept;
    }
    this.close();
    const address = numeric ?? this.#process.host.resolve(url.host);
    if (numeric === undefined) this.#say(`Resolving ${url.host} (${url.host})... `);
    if (address === undefined) {
      this.#say('failed: Temporary failure in name resolution.\n');
      this.#sayAlways(`wget: unable to resolve host address ‘${url.host}’\n`);
      return failed;
    }
    const shown = ipv4Text(address);
    if (numeric === undefined) this.#say(`${shown}\n`);
    const where = numeric === undefined ? `${url.host} (${url.host})|${shown}|` : shown;
    this.#say(`Connecting to ${where}:${url.port}... `);
    try {
      const to = { address, port: url.port };
      const socket = await connectWithin(this.#process, to, this.#settings.timeoutUs);
      this.#say('connected.\n');
      this.#kept = { authority: url.authority, socket, stream: new ByteStream(() => socket.read()) };
      return this.#kept;
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
      this.#sayAlways(`failed: ${fault.message}.\n`);
      return fault.code === 'ETIMEDOUT' || fault.code === 'ECONNRESET' ? 'again' : failed;
    }
  }

  #inTime<T>(promise: Promise<T>): Promise<T> {
    return within(this.#process, promise, this.#settings.timeoutUs);
  }

  async #take(url: HttpUrl, first: HttpUrl, response: HttpResponse): Promise<Attempt> {
    const { status, fields } = response;
    const reason = status.reason || '(no description)';
    if (this.#settings.showsHeaders) {
      const lines = [status.line, ...fields.list.map(({ name, value }) => `${name}: ${value}`)];
      this.#say(`\n${lines.map((line) => `  ${line}\n`).join('')}`);
    } else this.#say(`${status.status} ${reason}\n`);

    const location = fields.get('Location');
    if ([301, 302, 303, 307, 308].includes(status.status) && location !== undefined) {
      while ((await this.#inTime(response.body())) !== undefined);
      const target = redirected(url, location);
      this.#say(`Location: ${location} [following]\n`);
      if ('text' in target) return { redirect: target };
      this.#sayAlways(`${location}: ${target.fault === 'scheme' ? 'Unsupported scheme' : 'Invalid host name'}.\n`);
      return 1;
    }
    if (status.status < 200 || status.status >= 300) {
      while ((await this.#inTime(response.body())) !== undefined);
      if (this.#settings.isSpider) {
        this.#sayAlways(status.status === 404 ? 'Remote file does not exist -- broken link!!!\n' : '');
      } else if (this.#settings.verbosity === 'less') this.#sayAlways(`${url.text}:\n`);
      if (!this.#settings.isSpider) this.#sayAlways(`${this.now()} ERROR ${status.status}: ${reason}.\n`);
      this.#say('\n');
      return serverError;
    }
    const { length } = response;
    const type = fields.get('Content-Type')?.replace(/;.*$/, '');
    const size = length === undefined ? 'unspecified' : `${length}${length < 1024 ? '' : ` (${humanSize(length)})`}`;
    this.#say(`Length: ${size}${type === undefined ? '' : ` [${type}]`}\n`);
    return this.#settings.isSpider ? this.#found(url, response, type) : this.#save(url, first, response);
  }

  #found(url: HttpUrl, { status }: HttpResponse, type: string | undefined): number {
    this.#say(
      type === 'text/html'
        ? 'Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n'
        : 'Remote file exists.\n\n',
    );
    if (this.#settings.verbosity === 'less') {
      this.#sayAlways(`${this.now()} URL: ${url.text} ${status.status} ${status.reason}\n`);
    }
    return 0;
  }

  async #save(url: HttpUrl, first: HttpUrl, response: HttpResponse): Promise<Attempt> {
    const { scheduler, stdout, stderr, columns } = this.#process;
    const name = this.#settings.output ?? this.#freeName(first);
    const isStdout = name === '-';
    this.#say(`Saving to: ‘${isStdout ? 'STDOUT' : name}’\n`);
    const progress =
      columns === undefined
        ? new DotProgress(response.length)
        : new BarProgress(isStdout ? '-' : (name.split('/').at(-1) ?? name), response.length, columns);
    const fromUs = scheduler.nowUs();
    const seconds = () => (scheduler.nowUs() - fromUs) / 1_000_000;
    let received = 0;
    let readFault: string | undefined;
    try {
      for (let piece = await this.#inTime(response.body()); piece; piece = await this.#inTime(response.body())) {
        received += piece.length;
        if (isStdout) {
          stdout.write(piece);
          await stdout.drained();
        } else if (!this.#append(name, piece)) return 3;
        this.#say(progress.update(piece.length, seconds()));
      }
    } catch (fault) {
      readFault = reasonOf(fault);
      if (readFault === undefined) throw fault;
    }
    if (received === 0 && !isStdout && !this.#append(name, new Uint8Array(0))) return 3;
    const took = seconds();
    this.#say(progress.finish(took));
    await stderr.drained();
    const { number, unit } = rateOf(received, took);
    const rate = `${this.now()} (${number} ${unit}B/s)`;
    if (readFault !== undefined || !response.isWhole()) {
      const cause = readFault === undefined ? 'Connection closed' : 'Read error';
      const of = readFault === undefined || response.length === undefined ? '' : `/${response.length}`;
      const why = readFault === undefined ? '' : ` (${readFault})`;
      this.#say(`${rate} - ${cause} at byte ${received}${of}${why}. `);
      if (this.#settings.output !== undefined && !isStdout) this.#empty(name);
      return 'again';
    }
    const count = `[${received}${response.length === undefined ? '' : `/${response.length}`}]`;
    this.#say(`${rate} - ${isStdout ? 'written to stdout' : `‘${name}’ saved`} ${count}\n\n`);
    if (this.#settings.verbosity === 'less') {
      this.#sayAlways(`${this.now()} URL:${url.text} ${count} -> "${name}" [1]\n`);
    }
    this.totals.files++;
    this.totals.bytes += received;
    this.totals.seconds += took;
    return 0;
  }

  /** The last part of the path; with a number when that is taken. */
  #freeName(url: HttpUrl): string {
    const { files } = this.#process;
    const [path = '/', query] = url.target.split('?');
    const last = path.split('/').at(-1) || 'index.html';
    const folder = this.#settings.prefix === undefined ? '' : `${this.#settings.prefix.replace(/\/+$/, '')}/`;
    const base = `${folder}${last}${query === undefined ? '' : `?${query}`}`;
    for (let number = 0; ; number++) {
      const name = number === 0 ? base : `${base}.${number}`;
      if (files.read(name) === undefined) return name;
    }
  }

  #append(name: string, data: Uint8Array): boolean {
    if (name === '/dev/null') return true;
    try {
      this.#process.files.write(name, data, { append: true });
      return true;
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
      this.#say('\n');
      this.#sayAlways(`Cannot write to ‘${name}’ (${fault.message}).\n`);
      this.close();
      return false;
    }
  }

  #empty(name: string): void {
    if (name !== '/dev/null') this.#process.files.write(name, new Uint8Array(0));
  }
}

/** Why reading ended, as strerror says it; undefined when it was no such fault. */
function reasonOf(fault: unknown): string | undefined {
  if (fault instanceof TimedOut) return 'Connection timed out';
  return fault instanceof HostError ? fault.message : undefined;
}

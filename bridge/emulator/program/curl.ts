import { ipv4Text, parseIpv4 } from '../../codec/addresses.ts';
import type { TcpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { ByteStream } from './http/byte-stream.ts';
import { type HttpResponse, readResponse } from './http/http-response.ts';
import { type HttpUrl, parseHttpUrl, redirected, type UrlFault } from './http/http-url.ts';
import { OptionError, parseOptions } from './options.ts';
import type { Process, Program } from './program.ts';
import { connectWithin, endedByInterrupt, TimedOut, within } from './waiting.ts';

const short = 'o:OsSiIvm:Lw:fh';
const long = {
  output: 'o:',
  'remote-name': 'O',
  silent: 's',
  'show-error': 'S',
  include: 'i',
  head: 'I',
  verbose: 'v',
  'max-time': 'm:',
  'connect-timeout': 'connect:',
  location: 'L',
  'write-out': 'w:',
  fail: 'f',
  help: 'h',
};
const help = `Usage: curl [options...] <url>
     --connect-timeout <seconds>  Maximum time allowed for connection
 -f, --fail               Fail fast with no output on HTTP errors
 -h, --help               Get help for commands
 -i, --include            Include protocol response headers in the output
 -I, --head               Show document info only
 -L, --location           Follow redirects
 -m, --max-time <seconds> Maximum time allowed for transfer
 -o, --output <file>      Write to file instead of stdout
 -O, --remote-name        Write output to a file named as the remote file
 -s, --silent             Silent mode
 -S, --show-error         Show error even when -s is used
 -v, --verbose            Make the operation more talkative
 -w, --write-out <format> Use output FORMAT after completion
`;
const maxRedirects = 50;

/** Ends a transfer with curl's number and words for it. */
class CurlError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Settings {
  readonly isSilent: boolean;
  readonly showsErrors: boolean;
  readonly includesHead: boolean;
  readonly method: 'GET' | 'HEAD';
  readonly isVerbose: boolean;
  readonly follows: boolean;
  readonly fails: boolean;
  readonly maxTimeUs: number | undefined;
  readonly connectUs: number | undefined;
  readonly format: string | undefined;
}

/** curl 7.88 for HTTP GET and HEAD (EP70, EP71). Exit codes: 2, 3, 6, 7, 18, 22, 23, 28, 47, 52, 56 as curl's; 0 when all is well. */
export const curl: Program = endedByInterrupt(async (process) => {
  const { stderr, stdout } = process;
  const refuse = (text: string): number => {
    stderr.write(`${text}curl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  };
  try {
    const options = parseOptions({ short, long }, process.argv);
    if (options.has('h')) {
      stdout.write(help);
      return 0;
    }
    const seconds = (name: string): number | undefined => {
      const value = options.value(name);
      if (value === undefined) return undefined;
      if (!/^\d{1,7}(\.\d*)?$/.test(value)) throw new CurlError(2, name === 'm' ? '-m' : '--connect-timeout');
      return Number(value) * 1_000_000 || undefined;
    };
    const settings: Settings = {
      isSilent: options.has('s'),
      showsErrors: !options.has('s') || options.has('S'),
      includesHead: options.has('i') || options.has('I'),
      method: options.has('I') ? 'HEAD' : 'GET',
      isVerbose: options.has('v'),
      follows: options.has('L'),
      fails: options.has('f'),
      maxTimeUs: seconds('m'),
      connectUs: seconds('connect'),
      format: options.value('w'),
    };
    if (options.operands.length === 0) return refuse('');
    let exit = 0;
    for (const url of options.operands) {
      const path = options.has('O')
        ? (url.replace(/^[a-z]+:\/\/[^/]*/i, '').split(/[?#]/)[0] ?? '').split('/').at(-1)
        : undefined;
      exit = await new Transfer(process, settings, path ?? options.value('o')).run(url);
    }
    return exit;
  } catch (fault) {
    if (fault instanceof OptionError) {
      const lacks = fault.reason === 'value missing';
      return refuse(`curl: option ${fault.option}: ${lacks ? 'requires parameter' : 'is unknown'}\n`);
    }
    if (fault instanceof CurlError)
      return refuse(`curl: option ${fault.message}: expected a proper numerical parameter\n`);
    throw fault;
  }
});

/** One URL. */
class Transfer {
  readonly #process: Process;
  readonly #settings: Settings;
  readonly #path: string | undefined;
  readonly #startUs: number;
  #response: HttpResponse | undefined;
  #received = 0;
  #connections = 0;
  #hasWritten = false;
  /** When it has no terminal for the body, its meter is shown, as in a script. */
  readonly #hasMeter: boolean;

  constructor(process: Process, settings: Settings, path: string | undefined) {
    this.#process = process;
    this.#settings = settings;
    this.#path = path;
    this.#startUs = process.scheduler.nowUs();
    this.#hasMeter = !settings.isSilent && (process.columns === undefined || path !== undefined);
  }

  async run(text: string): Promise<number> {
    const { stderr, stdout } = this.#process;
    let exit = 0;
    try {
      await this.#follow(urlOf(parseHttpUrl(text)));
      this.#meter();
    } catch (fault) {
      if (!(fault instanceof CurlError)) throw fault;
      this.#meter();
      exit = fault.code;
      if (this.#settings.showsErrors) stderr.write(`curl: (${fault.code}) ${fault.message}\n`);
    }
    if (this.#settings.format !== undefined) stdout.write(this.#written(this.#settings.format));
    return exit;
  }

  async #follow(first: HttpUrl): Promise<void> {
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const location = await this.#fetch(url);
      if (location === undefined) return;
      url = urlOf(redirected(url, location));
      this.#say(`* Issue another request to this URL: '${url.text}'\n`);
    }
    throw new CurlError(47, `Maximum (${maxRedirects}) redirects followed`);
  }

  /** What is left of -m. */
  get #leftUs(): number | undefined {
    const { maxTimeUs } = this.#settings;
    return maxTimeUs === undefined ? undefined : Math.max(0, maxTimeUs - this.#elapsedUs);
  }
  get #elapsedUs(): number {
    return Math.round(this.#process.scheduler.nowUs() - this.#startUs);
  }
  get #elapsedMs(): number {
    return Math.floor(this.#elapsedUs / 1000);
  }

  #say(text: string): void {
    if (this.#settings.isVerbose) this.#process.stderr.write(text);
  }

  /** Where it is sent on to, when that is to be followed. */
  async #fetch(url: HttpUrl): Promise<string | undefined> {
    const socket = await this.#connect(url);
    try {
      const { method } = this.#settings;
      const lines = [
        `${method} ${url.target} HTTP/1.1`,
        `Host: ${url.authority}`,
        'User-Agent: curl/7.88.1',
        'Accept: */*',
      ];
      this.#say(
        lines
          .map((line) => `> ${line}\n`)
          .join('')
          .concat('> \n'),
      );
      await this.#inTime(socket.write(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)));
      const response = await this.#inTime(readResponse(new ByteStream(() => socket.read()), method));
      if (response === 'empty') throw new CurlError(52, 'Empty reply from server');
      if (response === 'malformed') throw new CurlError(1, 'Received HTTP/0.9 when not allowed');
      return await this.#take(response);
    } finally {
      socket.close();
      this.#say(`* Closing connection ${this.#connections++}\n`);
    }
  }

  async #connect(url: HttpUrl): Promise<TcpSocket> {
    const { host } = this.#process;
    const address = parseIpv4(url.host) ?? host.resolve(url.host);
    if (address === undefined) throw new CurlError(6, `Could not resolve host: ${url.host}`);
    const shown = ipv4Text(address);
    this.#say(`*   Trying ${shown}:${url.port}...\n`);
    const { connectUs } = this.#settings;
    const limitUs = Math.min(connectUs ?? 300_000_000, this.#leftUs ?? Number.POSITIVE_INFINITY);
    try {
      const socket = await connectWithin(this.#process, { address, port: url.port }, limitUs);
      this.#say(`* Connected to ${url.host} (${shown}) port ${url.port} (#${this.#connections})\n`);
      return socket;
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
      const failed = `Failed to connect to ${url.host} port ${url.port} after ${this.#elapsedMs} ms: `;
      const isOurLimit = fault.code === 'ETIMEDOUT' && this.#elapsedUs >= limitUs;
      this.#say(isOurLimit ? '' : `* connect to ${shown} port ${url.port} failed: ${fault.message}\n`);
      this.#say(`* ${failed}${isOurLimit ? 'Timeout was reached' : "Couldn't connect to server"}\n`);
      if (isOurLimit && limitUs === this.#settings.maxTimeUs) {
        throw new CurlError(28, `Connection timed out after ${this.#elapsedMs} milliseconds`);
      }
      throw isOurLimit
        ? new CurlError(28, `${failed}Timeout was reached`)
        : new CurlError(7, `${failed}Couldn't connect to server`);
    }
  }

  async #inTime<T>(promise: Promise<T>): Promise<T> {
    try {
      return await within(this.#process, promise, this.#leftUs);
    } catch (fault) {
      if (fault instanceof TimedOut) {
        const of = this.#response?.length === undefined ? '' : ` out of ${this.#response.length}`;
        const message = `Operation timed out after ${this.#elapsedMs} milliseconds with ${this.#received}${of} bytes received`;
        throw new CurlError(28, message);
      }
      if (fault instanceof HostError) throw new CurlError(56, `Recv failure: ${fault.message}`);
      throw fault;
    }
  }

  async #take(response: HttpResponse): Promise<string | undefined> {
    this.#response = response;
    this.#received = 0;
    const { status, fields } = response;
    const lines = [status.line, ...fields.list.map(({ name, value }) => `${name}: ${value}`)];
    if (status.version === '1.0') this.#say('* HTTP 1.0, assume close after body\n');
    this.#say(
      lines
        .map((line) => `< ${line}\n`)
        .join('')
        .concat('< \n'),
    );
    if (this.#settings.fails && status.status >= 400) {
      throw new CurlError(22, `The requested URL returned error: ${status.status}`);
    }
    const location = fields.get('Location');
    const isFollowed = this.#settings.follows && status.status >= 300 && status.status < 400 && location !== undefined;
    if (this.#settings.includesHead) await this.#write(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`));
    for (let piece = await this.#inTime(response.body()); piece; piece = await this.#inTime(response.body())) {
      this.#received += piece.length;
      if (!isFollowed) await this.#write(piece);
    }
    if (!response.isWhole()) {
      const missing = (response.length ?? 0) - this.#received;
      throw new CurlError(18, `transfer closed with ${missing} bytes remaining to read`);
    }
    return isFollowed ? location : undefined;
  }

  async #write(data: Uint8Array): Promise<void> {
    const { stdout, stderr, files } = this.#process;
    if (this.#path === undefined || this.#path === '-') {
      stdout.write(data);
      await stdout.drained();
      return;
    }
    if (this.#path === '') {
      if (!this.#settings.isSilent) stderr.write('curl: Remote file name has no length!\n');
      throw new CurlError(23, 'Failed writing received data to disk/application');
    }
    if (this.#path === '/dev/null') return;
    try {
      files.write(this.#path, data, { append: this.#hasWritten });
      this.#hasWritten = true;
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
      stderr.write(`Warning: Failed to open the file ${this.#path}: ${fault.message}\n`);
      throw new CurlError(23, 'Failure writing output to destination');
    }
  }

  /** Its last state: what curl leaves on the screen of a script. */
  #meter(): void {
    if (!this.#hasMeter) return;
    const total = this.#settings.method === 'HEAD' ? 0 : (this.#response?.length ?? this.#received);
    const percent = this.#received > 0 ? 100 : 0;
    const speed = sizeText(this.#received / Math.max(this.#elapsedUs / 1e6, 1e-6));
    const [all, got] = [sizeText(total), sizeText(this.#received)];
    this.#process.stderr.write(
      '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
        '                                 Dload  Upload   Total   Spent    Left  Speed\n' +
        `\r${String(percent).padStart(3)} ${all}  ${String(percent).padStart(3)} ${got}    0     0  ${speed}      0 --:--:-- --:--:-- --:--:-- ${speed}\n`,
    );
  }

  /** `-w`: %{name}, %% and the escapes. */
  #written(format: string): string {
    const seconds = (this.#elapsedUs / 1e6).toFixed(6);
    const known: Readonly<Record<string, string | number>> = {
      http_code: String(this.#response?.status.status ?? 0).padStart(3, '0'),
      response_code: String(this.#response?.status.status ?? 0).padStart(3, '0'),
      size_download: this.#received,
      time_total: seconds,
      speed_download: Math.round(this.#received / Math.max(this.#elapsedUs / 1e6, 1e-6)),
      content_type: this.#response?.fields.get('Content-Type') ?? '',
      num_connects: this.#connections,
    };
    const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
    return format
      .replace(/\\([nrt])/g, (_, letter: string) => escapes[letter] ?? '')
      .replace(/%(?:\{(\w+)\}|%)/g, (whole, name?: string) =>
        name === undefined ? '%' : String(known[name] ?? whole),
      );
  }
}

function urlOf(url: HttpUrl | UrlFault): HttpUrl {
  if ('text' in url) return url;
  if (url.fault === 'scheme') throw new CurlError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`);
  throw new CurlError(3, 'URL using bad/illegal format or missing URL');
}

/** Five characters. */
function sizeText(bytes: number): string {
  const whole = Math.floor(bytes);
  if (whole < 100_000) return String(whole).padStart(5);
  if (whole < 10_240_000) return `${Math.floor(whole / 1024)}k`.padStart(5);
  const mega = whole / 1_048_576;
  return (mega < 100 ? `${mega.toFixed(1)}M` : `${Math.floor(mega)}M`).padStart(5);
}

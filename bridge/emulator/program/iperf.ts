import { ipv4Text } from '../../codec/addresses.ts';
import type { Endpoint, Host } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { readReport, writeHead } from '../services/iperf-datagram.ts';
import {
  type IperfFormat,
  type IperfInterval,
  intervalHeading,
  intervalLine,
  ruler,
} from '../services/iperf-report.ts';
import { type IperfListener, serveIperf } from '../services/iperf-server.ts';
import { command, Failure, resolveName } from './command.ts';
import { type ParsedOptions, parseOptions } from './options.ts';
import type { Process } from './program.ts';
import { connectWithin, endedByInterrupt, Interrupted, TimedOut, within } from './waiting.ts';

const short = 'sc:ut:i:b:p:n:l:f:w:eh';
const long = {
  server: 's',
  client: 'c:',
  udp: 'u',
  time: 't:',
  interval: 'i:',
  bandwidth: 'b:',
  port: 'p:',
  num: 'n:',
  len: 'l:',
  format: 'f:',
  window: 'w:',
  enhanced: 'e',
  help: 'h',
};
const help = `Usage: iperf [-s|-c host] [options]

Client/Server:
  -b, --bandwidth #[kmgKMG]  bandwidth to send at in bits/sec
  -f, --format    [kmgKMG]   format to report: Kbits, Mbits, KBytes, MBytes
  -i, --interval  #          seconds between periodic bandwidth reports
  -l, --len       #[kmKM]    length of buffer in bytes to read or write (Defaults: TCP=128K, v4 UDP=1470)
  -p, --port      #          client/server port to listen/send on and to connect
  -u, --udp                  use UDP rather than TCP
Server specific:
  -s, --server               run in server mode
Client specific:
  -c, --client    <host>     run in client mode, connecting to <host>
  -n, --num       #[kmgKMG]  number of bytes to transmit (instead of -t)
  -t, --time      #          time in seconds to transmit for (default 10 secs)
`;

interface Settings {
  readonly isUdp: boolean;
  readonly port: number;
  readonly format: IperfFormat;
  readonly intervalUs: number | undefined;
  readonly length: number;
  /** Bits a second; undefined as fast as it goes. */
  readonly bandwidth: number | undefined;
  /** When it stops sending, whichever comes first. */
  readonly limit: { readonly us: number; readonly bytes: number };
}

/** iperf 2.1.8 (EP60, EP61): `-s` measures until Ctrl-C, `-c` sends for a time or an amount. */
export const iperf = command(
  { text: help, exitCode: 1 },
  endedByInterrupt(async (process) => {
    const options = parseOptions({ short, long }, process.argv);
    if (options.has('h')) {
      process.stdout.write(help);
      return 0;
    }
    const settings = settingsOf(options);
    const target = options.value('c');
    if (options.has('s')) return serve(process, settings);
    if (target === undefined) throw new Failure(help, 1);
    const address = resolveName(process.host, target);
    if (address === undefined) throw new Failure(`${target}: Host name lookup failure\n`, 1);
    const to = { address, port: settings.port };
    return settings.isUdp ? sendDatagrams(process, to, settings) : sendStream(process, to, settings);
  }),
);

function settingsOf(options: ParsedOptions): Settings {
  const isUdp = options.has('u');
  const bytes = options.value('n');
  const bandwidth = options.value('b');
  const interval = options.value('i');
  const length = amount(options.value('l'), isUdp ? 1470 : 131_072, 1024);
  const format = options.value('f') ?? 'a';
  if (!isFormat(format)) throw new Failure(`iperf: unknown format '${format}'\n`, 1);
  const seconds = bytes === undefined ? number(options.value('t') ?? '10') : Number.POSITIVE_INFINITY;
  return {
    isUdp,
    format,
    port: number(options.value('p') ?? '5001'),
    intervalUs: interval === undefined ? undefined : Math.max(number(interval), 0.005) * 1e6,
    length: Math.min(isUdp ? 65_507 : 1_048_576, Math.max(isUdp ? 52 : 1, length)),
    bandwidth: bandwidth === undefined && !isUdp ? undefined : Math.max(1, amount(bandwidth, 1_048_576, 1000)),
    limit: { us: seconds * 1e6, bytes: amount(bytes, Number.POSITIVE_INFINITY, 1024) },
  };
}

const isFormat = (text: string): text is IperfFormat => /^[akmgAKMG]$/.test(text);

function number(text: string): number {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) throw new Failure(`iperf: '${text}' is not a number\n`, 1);
  return Number(text);
}

/** `10M`: capitals count as `kilo`, small letters as 1000. */
function amount(text: string | undefined, otherwise: number, kilo: number): number {
  if (text === undefined) return otherwise;
  const match = /^(\d{1,9}(?:\.\d{1,6})?)([kmgKMG]?)$/.exec(text);
  if (match === null) throw new Failure(`iperf: '${text}' is not a number\n`, 1);
  const unit = match[2] ?? '';
  const power = ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
  return Math.floor(Number(match[1]) * (unit === unit.toLowerCase() ? 1000 : kilo) ** power);
}

async function serve(process: Process, settings: Settings): Promise<number> {
  const { stdout, interrupted, host } = process;
  const { isUdp, port, format, intervalUs } = settings;
  stdout.write(
    `${ruler}Server listening on ${isUdp ? 'UDP' : 'TCP'} port ${port}\n` +
      `${isUdp ? 'UDP buffer size:  208 KByte' : 'TCP window size:  128 KByte'} (default)\n${ruler}`,
  );
  const listener: IperfListener = {
    connected: (id, local, remote) => stdout.write(connectedLine(id, local, remote) + intervalHeading(isUdp)),
    interval: (id, interval) => stdout.write(intervalLine(id, interval, format)),
    done: (id, total) => stdout.write(intervalLine(id, total, format)),
  };
  let server: { close(): void };
  try {
    const protocol = isUdp ? 'udp' : 'tcp';
    server = serveIperf(host, { port, protocol, listener, ...(intervalUs === undefined ? {} : { intervalUs }) });
  } catch (fault) {
    if (!(fault instanceof HostError)) throw fault;
    throw new Failure(`${isUdp ? 'bind' : 'listener bind'} failed: ${fault.message}\n`, 1);
  }
  if (!interrupted.aborted) await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
  server.close();
  return 0;
}

const connectedLine = (id: number, local: Endpoint, remote: Endpoint): string =>
  `[${String(id).padStart(3)}] local ${endText(local)} connected with ${endText(remote)}\n`;
const endText = ({ address, port }: Endpoint): string => `${ipv4Text(address)} port ${port}`;

/** Tells every interval of a client's sending. */
class Sending {
  readonly #process: Process;
  readonly #settings: Settings;
  readonly #beganUs: number;
  #fromUs: number;
  #before = 0;
  #cancel: (() => void) | undefined;
  bytes = 0;

  constructor(process: Process, settings: Settings) {
    this.#process = process;
    this.#settings = settings;
    this.#beganUs = process.scheduler.nowUs();
    this.#fromUs = this.#beganUs;
    process.stdout.write(intervalHeading(false));
    this.#plan();
  }

  get elapsedUs(): number {
    return this.#process.scheduler.nowUs() - this.#beganUs;
  }

  get isOver(): boolean {
    const { limit } = this.#settings;
    return this.elapsedUs >= limit.us || this.bytes >= limit.bytes || this.#process.interrupted.aborted;
  }

  /** How long the bandwidth wants the next write to wait. */
  get pauseUs(): number {
    const { bandwidth } = this.#settings;
    return bandwidth === undefined ? 0 : (this.bytes * 8e6) / bandwidth - this.elapsedUs;
  }

  finish(): void {
    this.#cancel?.();
    this.#tell({ from: 0, to: this.elapsedUs / 1e6, bytes: this.bytes });
  }

  stop(): void {
    this.#cancel?.();
  }

  #plan(): void {
    const { intervalUs } = this.#settings;
    if (intervalUs === undefined) return;
    this.#cancel = this.#process.scheduler.after(intervalUs, () => {
      const bytes = this.bytes - this.#before;
      const toUs = this.#process.scheduler.nowUs();
      this.#tell({ from: (this.#fromUs - this.#beganUs) / 1e6, to: (toUs - this.#beganUs) / 1e6, bytes });
      this.#before = this.bytes;
      this.#fromUs = toUs;
      this.#plan();
    });
  }

  #tell(interval: IperfInterval): void {
    this.#process.stdout.write(intervalLine(1, interval, this.#settings.format));
  }
}

/** The server closes when it has read everything; who never does is not waited for. */
const lastWordUs = 10_000_000;

async function sendStream(process: Process, to: Endpoint, settings: Settings): Promise<number> {
  const { stdout, stderr } = process;
  const where = `${ipv4Text(to.address)}, TCP port ${to.port}`;
  stdout.write(`${ruler}Client connecting to ${where}\nTCP window size: 16.0 KByte (default)\n${ruler}`);
  let socket: Awaited<ReturnType<typeof connectWithin>>;
  try {
    socket = await connectWithin(process, to);
  } catch (fault) {
    if (!(fault instanceof HostError)) throw fault;
    stderr.write(`tcp connect failed: ${fault.message}\n`);
    return 1;
  }
  stdout.write(connectedLine(1, socket.local, socket.remote));
  const sending = new Sending(process, settings);
  const buffer = new Uint8Array(settings.length).map((_, i) => 0x30 + (i % 10));
  try {
    while (!sending.isOver) {
      const size = Math.min(buffer.length, settings.limit.bytes - sending.bytes);
      const leftUs = settings.limit.us - sending.elapsedUs;
      await within(process, socket.write(size < buffer.length ? buffer.subarray(0, size) : buffer), leftUs);
      sending.bytes += size;
      const { pauseUs } = sending;
      if (pauseUs > 0) await process.sleep(Math.min(pauseUs, settings.limit.us - sending.elapsedUs));
    }
  } catch (fault) {
    // A full window when the time is up, and Ctrl-C, end the test as they should.
    if (fault instanceof HostError) stderr.write(`write failed: ${fault.message}\n`);
    else if (!(fault instanceof TimedOut || fault instanceof Interrupted)) throw fault;
  }
  socket.end();
  try {
    if (!process.interrupted.aborted) await within(process, socket.read(), lastWordUs);
  } catch (fault) {
    if (!(fault instanceof HostError || fault instanceof TimedOut || fault instanceof Interrupted)) throw fault;
  }
  sending.finish();
  socket.close();
  return 0;
}

async function sendDatagrams(process: Process, to: Endpoint, settings: Settings): Promise<number> {
  const { stdout, stderr, host, scheduler } = process;
  const { length, bandwidth = 1 } = settings;
  const gapUs = (length * 8e6) / bandwidth;
  stdout.write(
    `${ruler}Client connecting to ${ipv4Text(to.address)}, UDP port ${to.port}\n` +
      `Sending ${length} byte datagrams, IPG target: ${gapUs.toFixed(2)} us (kalman adjust)\n` +
      `UDP buffer size:  208 KByte (default)\n${ruler}`,
  );
  const socket = host.udp.bind();
  let refused = false;
  socket.onError(() => {
    refused = true;
  });
  const local = { ...socket.local, address: socket.local.address || sourceFor(host, to.address) };
  stdout.write(connectedLine(1, local, to));
  const sending = new Sending(process, settings);
  const send = (id: number) => {
    const datagram = new Uint8Array(length);
    writeHead(datagram, id, scheduler.nowUs());
    socket.send(to, datagram);
  };
  try {
    let id = 0;
    for (; !sending.isOver; id++) {
      send(id);
      sending.bytes += length;
      const { pauseUs } = sending;
      if (pauseUs > 0 && !(await process.sleep(pauseUs))) break;
    }
    sending.finish();
    stdout.write(`[  1] Sent ${id} datagrams\n`);
    // One receiving for all tries: an answer that comes late is an answer.
    const answering = socket.receive();
    for (let attempt = 1; attempt <= 10 && !process.interrupted.aborted && !refused; attempt++) {
      send(-id);
      const report = await answer(process, answering);
      if (report === undefined) continue;
      stdout.write(`[  1] Server Report:\n${intervalHeading(true)}${intervalLine(1, report, settings.format)}`);
      return 0;
    }
    stderr.write(
      refused
        ? 'read failed: Connection refused\n'
        : '[  1] WARNING: did not receive ack of last datagram after 10 tries.\n',
    );
    return 0;
  } catch (fault) {
    if (!(fault instanceof HostError)) throw fault;
    stderr.write(`write failed: ${fault.message}\n`);
    return 1;
  } finally {
    sending.stop();
    socket.close();
  }
}

/** The address that a datagram to `destination` is sent from; 0 when there is no way. */
function sourceFor(host: Host, destination: number): number {
  const route = host.routes.lookup(destination);
  const way = host.interfaces.find(({ name }) => name === route?.interface);
  return route?.source ?? way?.addresses[0]?.address ?? 0;
}

/** The report, if it comes within a quarter of a second. */
async function answer(
  process: Process,
  receiving: Promise<{ readonly data: Uint8Array } | undefined>,
): Promise<IperfInterval | undefined> {
  try {
    const datagram = await within(process, receiving, 250_000);
    return datagram === undefined ? undefined : readReport(datagram.data);
  } catch (fault) {
    if (fault instanceof TimedOut) return undefined;
    throw fault;
  }
}

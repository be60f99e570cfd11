import { ipv4Text } from '../../codec/addresses.ts';
import type { Endpoint, TcpSocket, UdpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { command, Failure, resolveName } from './command.ts';
import { type ParsedOptions, parseOptions } from './options.ts';
import type { Process } from './program.ts';
import { nameOfPort, portNames } from './tcpdump/names.ts';
import { connectWithin, endedByInterrupt, TimedOut, within } from './waiting.ts';

const usage = `usage: nc [-46hklnuvzN] [-p source_port] [-w timeout] [destination] [port]
\tCommand Summary:
\t\t-h\t\tThis help text
\t\t-k\t\tKeep inbound sockets open for multiple connects
\t\t-l\t\tListen mode, for inbound connects
\t\t-N\t\tShutdown the network socket after EOF on stdin
\t\t-n\t\tSuppress name/port resolutions
\t\t-p port\t\tSpecify local port for remote connects
\t\t-u\t\tUDP mode
\t\t-v\t\tVerbose
\t\t-w timeout\tTimeout for connects and final net reads
\t\t-z\t\tZero-I/O mode [used for scanning]
`;

interface Settings {
  readonly isVerbose: boolean;
  readonly isNumeric: boolean;
  readonly endsAtEof: boolean;
  readonly timeoutUs: number | undefined;
}

/** nc of OpenBSD (EP72, EP73): connects, listens (`-l`) or scans (`-z`); standard input goes there, what comes is printed. */
export const nc = command(
  { text: usage, exitCode: 1 },
  endedByInterrupt(async (process) => {
    const options = parseOptions({ short: '46hklnNp:uvw:z' }, process.argv);
    if (options.has('h')) {
      process.stderr.write(usage);
      return 1;
    }
    const seconds = options.value('w');
    if (seconds !== undefined && !/^\d{1,6}$/.test(seconds)) throw new Failure(`nc: timeout invalid: ${seconds}\n`, 1);
    const settings: Settings = {
      isVerbose: options.has('v'),
      isNumeric: options.has('n'),
      endsAtEof: options.has('N'),
      timeoutUs: seconds === undefined ? undefined : Number(seconds) * 1_000_000,
    };
    if (options.has('l')) return listen(process, options, settings);
    const [destination, ports] = options.operands;
    if (destination === undefined || ports === undefined) throw new Failure(usage, 1);
    const address = resolveName(process.host, destination);
    if (address === undefined) {
      throw new Failure(`nc: getaddrinfo for host "${destination}" port ${ports}: Name or service not known\n`, 1);
    }
    let exit = 1;
    for (const port of portsOf(ports)) {
      const code = await connect(process, options, settings, destination, { address, port });
      if (code === 0) exit = 0;
      if (!options.has('z')) return code;
    }
    return exit;
  }),
);

function portOf(text: string): number {
  const port = /^\d{1,6}$/.test(text) ? Number(text) : portNames[text];
  if (port === undefined) throw new Failure(`nc: port number invalid: ${text}\n`, 1);
  if (port < 1 || port > 65_535)
    throw new Failure(`nc: port number ${port < 1 ? 'too small' : 'too large'}: ${text}\n`, 1);
  return port;
}

function portsOf(text: string): number[] {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range === null) return [portOf(text)];
  const [first, last] = [portOf(range[1] ?? ''), portOf(range[2] ?? '')].sort((a, b) => a - b);
  return Array.from({ length: (last ?? 0) - (first ?? 0) + 1 }, (_, i) => (first ?? 0) + i);
}

/** `Connection to 10.0.1.1 80 port [tcp/http] succeeded!` */
function succeeded(destination: string, port: number, protocol: 'tcp' | 'udp', isNumeric: boolean): string {
  const service = isNumeric ? '*' : (nameOfPort(port) ?? '*');
  return `Connection to ${destination} ${port} port [${protocol}/${service}] succeeded!\n`;
}

async function connect(
  process: Process,
  options: ParsedOptions,
  settings: Settings,
  destination: string,
  to: Endpoint,
): Promise<number> {
  const { host, stderr } = process;
  const isUdp = options.has('u');
  const localPort = options.value('p') === undefined ? 0 : portOf(options.value('p') ?? '');
  const failed = (reason: string): number => {
    if (settings.isVerbose) {
      const protocol = isUdp ? 'udp' : 'tcp';
      stderr.write(`nc: connect to ${destination} port ${to.port} (${protocol}) failed: ${reason}\n`);
    }
    return 1;
  };
  try {
    if (isUdp) {
      const socket = host.udp.bind({ port: localPort });
      return await talkUdp(process, options, settings, destination, socket, to);
    }
    const socket = await connectTcp(process, to, localPort, settings.timeoutUs);
    if (settings.isVerbose) stderr.write(succeeded(destination, to.port, 'tcp', settings.isNumeric));
    if (options.has('z')) socket.close();
    else await exchange(process, socket, settings);
    return 0;
  } catch (fault) {
    if (!(fault instanceof HostError)) throw fault;
    return failed(
      fault.code === 'ETIMEDOUT' && settings.timeoutUs !== undefined ? 'Operation now in progress' : fault.message,
    );
  }
}

const connectTcp = (process: Process, to: Endpoint, localPort: number, limitUs: number | undefined) =>
  connectWithin(process, to, limitUs, localPort === 0 ? {} : { localPort });

/** Both directions until the peer ends; `-w` ends it when nothing comes for so long. */
async function exchange(process: Process, socket: TcpSocket, settings: Settings): Promise<void> {
  const { stdin, stdout } = process;
  const send = async () => {
    for (let data = await stdin.read(); data !== undefined; data = await stdin.read()) await socket.write(data);
    if (settings.endsAtEof) socket.end();
  };
  let isOver = false;
  send().catch((fault: unknown) => {
    // A connection that is gone ends the reading below, too.
    if (!(fault instanceof HostError) && !isOver) throw fault;
  });
  try {
    for (;;) {
      const data = await within(process, socket.read(), settings.timeoutUs);
      if (data === undefined) return;
      stdout.write(data);
      await stdout.drained();
    }
  } catch (fault) {
    if (!(fault instanceof HostError || fault instanceof TimedOut)) throw fault;
  } finally {
    isOver = true;
    socket.close();
  }
}

async function listen(process: Process, options: ParsedOptions, settings: Settings): Promise<number> {
  const { host, stderr } = process;
  // Both `nc -l 8080` and `nc -l -p 8080`, with an address before the port or not.
  const text = options.value('p') ?? options.operands.at(-1);
  if (text === undefined) throw new Failure(usage, 1);
  const port = portOf(text);
  try {
    if (options.has('u')) {
      const socket = host.udp.bind({ port });
      if (settings.isVerbose) stderr.write(`Bound on 0.0.0.0 ${port}\n`);
      return await listenUdp(process, socket, settings);
    }
    const listener = host.tcp.listen({ port });
    if (settings.isVerbose) stderr.write(`Listening on 0.0.0.0 ${port}\n`);
    try {
      do {
        const socket = await within(process, listener.accept(), settings.timeoutUs);
        if (socket === undefined) return 1;
        if (settings.isVerbose) stderr.write(received(process, socket.remote, settings));
        await exchange(process, socket, settings);
      } while (options.has('k'));
      return 0;
    } finally {
      listener.close();
    }
  } catch (fault) {
    if (fault instanceof TimedOut) return 1;
    if (!(fault instanceof HostError)) throw fault;
    throw new Failure(`nc: ${fault.message}\n`, 1);
  }
}

function received({ host }: Process, { address, port }: Endpoint, { isNumeric }: Settings): string {
  return `Connection received on ${(isNumeric ? undefined : host.nameOf(address)) ?? ipv4Text(address)} ${port}\n`;
}

/** Bytes of standard input as datagrams to whom `to` names; ends when input and socket are done. */
async function feed(process: Process, socket: UdpSocket, to: () => Endpoint | undefined): Promise<void> {
  for (let data = await process.stdin.read(); data !== undefined; data = await process.stdin.read()) {
    const peer = to();
    if (peer !== undefined) socket.send(peer, data);
  }
}

async function printDatagrams(process: Process, socket: UdpSocket, settings: Settings): Promise<void> {
  try {
    for (;;) {
      const datagram = await within(process, socket.receive(), settings.timeoutUs);
      if (datagram === undefined) return;
      process.stdout.write(datagram.data);
      await process.stdout.drained();
    }
  } catch (fault) {
    if (!(fault instanceof TimedOut)) throw fault;
  }
}

async function listenUdp(process: Process, socket: UdpSocket, settings: Settings): Promise<number> {
  try {
    const first = await within(process, socket.receive(), settings.timeoutUs);
    if (first === undefined) return 1;
    if (settings.isVerbose) process.stderr.write(received(process, first.from, settings));
    process.stdout.write(first.data);
    ignoreHostErrors(feed(process, socket, () => first.from));
    await printDatagrams(process, socket, settings);
    return 0;
  } finally {
    socket.close();
  }
}

/** `-zu` sends a few bytes and takes silence for success, as no answer is what an open port gives. */
async function talkUdp(
  process: Process,
  options: ParsedOptions,
  settings: Settings,
  destination: string,
  socket: UdpSocket,
  to: Endpoint,
): Promise<number> {
  const { stderr } = process;
  let isRefused = false;
  let refuse: (() => void) | undefined;
  socket.onError(() => {
    isRefused = true;
    refuse?.();
  });
  try {
    if (options.has('z') || settings.isVerbose) {
      for (let probe = 0; probe < (options.has('z') ? 4 : 1) && !isRefused; probe++) {
        socket.send(to, new Uint8Array([0x58]));
        await process.sleep(options.has('z') ? 250_000 : 1_000_000);
      }
      if (isRefused) return 1;
      if (settings.isVerbose) stderr.write(succeeded(destination, to.port, 'udp', settings.isNumeric));
      if (options.has('z')) return 0;
    }
    ignoreHostErrors(feed(process, socket, () => to));
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    await Promise.race([printDatagrams(process, socket, settings), refused]);
    return isRefused ? 1 : 0;
  } finally {
    socket.close();
  }
}

/** What is sent in the background fails when the program is over, or nobody is there: its end says so. */
function ignoreHostErrors(sending: Promise<void>): void {
  sending.catch((fault: unknown) => {
    if (!(fault instanceof HostError)) throw fault;
  });
}

import { ipv4Text } from '../../codec/addresses.ts';
import type { ArpReply, Host, HostInterface } from '../host/api.ts';
import { command, Failure, isLocal, orFail, resolveName, sourceOf, Waker } from './command.ts';
import { type ParsedOptions, parseOptions } from './options.ts';
import type { Process } from './program.ts';

const usage = `
Usage:
  arping [options] <destination>

Options:
  -f            quit on first reply
  -q            be quiet
  -b            keep on broadcasting, do not unicast
  -D            duplicate address detection mode
  -U            unsolicited ARP mode, update your neighbours
  -A            ARP answer mode, update your neighbours
  -c <count>    how many packets to send
  -w <timeout>  how long to wait for a reply
  -i <interval> set interval between packets (default: 1 second)
  -I <device>   which ethernet device to use
  -s <source>   source ip address
  <destination> dns name or ip address
`;

interface ArpingOptions {
  readonly device: HostInterface;
  readonly source: number;
  readonly target: number;
  readonly count: number;
  readonly intervalUs: number;
  readonly timeoutUs: number;
  readonly mode: 'ask' | 'detect' | 'announce' | 'answer';
  readonly quitsOnReply: boolean;
  readonly keepsBroadcasting: boolean;
  readonly isQuiet: boolean;
}

/** iputils' arping (EP14–EP16): exits with 0 when it was answered; with -D, when it was not. */
export const arping = command({ text: usage, exitCode: 2 }, async (process) =>
  new ArpingRun(process, parseArping(process)).run(),
);

function parseArping({ argv, host }: Process): ArpingOptions {
  const options = parseOptions({ short: 'fqbDUAc:w:i:I:s:h' }, argv);
  if (options.has('h') || argv.length < 2) throw new Failure(usage, 2);
  const name = options.operands[0];
  const count = integer(options, 'c') ?? Number.POSITIVE_INFINITY;
  const timeoutUs = (integer(options, 'w') ?? Number.POSITIVE_INFINITY) * 1e6;
  const intervalUs = (integer(options, 'i') ?? 1) * 1e6;
  if (name === undefined || options.operands.length > 1) throw new Failure(usage, 2);
  const wanted = options.value('I');
  const chosen = wanted === undefined ? undefined : host.interfaces.find((one) => one.name === wanted);
  if (wanted !== undefined && chosen === undefined) throw new Failure(`arping: Device ${wanted} not available.\n`, 2);
  const target = resolveName(host, name);
  if (target === undefined) throw new Failure(`arping: ${name}: Name or service not known\n`, 2);
  const device = chosen ?? wayTo(host, target);
  if (device.name === 'lo') throw new Failure('Interface "lo" is not ARPable\n', 2);
  if (!device.isUp) throw new Failure(`Interface "${device.name}" is down\n`, 2);
  const mode = options.has('D') ? 'detect' : options.has('A') ? 'answer' : options.has('U') ? 'announce' : 'ask';
  return {
    device,
    source: sourceFor(host, device, target, mode, options.value('s')),
    target,
    count,
    intervalUs,
    timeoutUs,
    mode,
    quitsOnReply: options.has('f') || mode === 'detect',
    keepsBroadcasting: options.has('b') || mode !== 'ask',
    isQuiet: options.has('q'),
  };
}

function wayTo(host: Host, target: number): HostInterface {
  const name = isLocal(host, target) ? 'lo' : host.routes.lookup(target)?.interface;
  const device = host.interfaces.find((one) => one.name === name);
  if (device === undefined) throw new Failure('arping: no interface leads there: name one with -I\n', 2);
  return device;
}

/** Own addresses only: nobody here may say it is another host. */
function sourceFor(
  host: Host,
  device: HostInterface,
  target: number,
  mode: ArpingOptions['mode'],
  given: string | undefined,
): number {
  if (mode === 'detect' && given === undefined) return 0;
  const asked = mode === 'announce' || mode === 'answer' ? target : undefined;
  const source = given === undefined ? asked : resolveName(host, given);
  if (given !== undefined && source === undefined) throw new Failure(`arping: invalid source ${given}\n`, 2);
  if (source !== undefined) {
    if (!host.interfaces.some((one) => one.addresses.some(({ address }) => address === source)))
      throw new Failure('arping: bind: Cannot assign requested address\n', 2);
    return source;
  }
  const route = host.routes.lookup(target);
  const usual = route?.interface === device.name ? sourceOf(host, route) : undefined;
  return usual ?? device.addresses[0]?.address ?? 0;
}

function integer(options: ParsedOptions, name: string): number | undefined {
  const text = options.value(name);
  if (text === undefined) return undefined;
  if (!/^[-+]?\d+$/.test(text)) throw new Failure(`arping: invalid argument: '${text}'\n`, 1);
  const value = Number(text);
  if (value < 1 || value > 2_147_483_647)
    throw new Failure(`arping: invalid argument: '${text}': out of range: 1 <= value <= 2147483647\n`, 1);
  return value;
}

class ArpingRun {
  readonly #process: Process;
  readonly #options: ArpingOptions;
  readonly #waker: Waker;
  #sent = 0;
  #broadcasts = 0;
  #received = 0;
  #broadcastsReceived = 0;
  #requestsReceived = 0;
  #lastSentUs = 0;
  /** Who answered last: the next request goes there alone. */
  #partner: string | undefined;

  constructor(process: Process, options: ArpingOptions) {
    this.#process = process;
    this.#options = options;
    this.#waker = new Waker(process);
  }

  async run(): Promise<number> {
    const { host, scheduler, interrupted, stdout } = this.#process;
    const { device, source, target, count, intervalUs, timeoutUs, quitsOnReply, isQuiet } = this.#options;
    if (!isQuiet) stdout.write(`ARPING ${ipv4Text(target)} from ${ipv4Text(source)} ${device.name}\n`);
    const startUs = scheduler.nowUs();
    let hasTimedOut = false;
    const stop = host.arp.onPacket(device.name, (packet) => this.#onPacket(packet));
    try {
      for (let ticks = 0; !interrupted.aborted && !hasTimedOut; ) {
        if (quitsOnReply && this.#received > 0) break;
        const tickUs = startUs + ticks * intervalUs;
        if (scheduler.nowUs() >= tickUs) {
          if (ticks >= count) break;
          ticks += 1;
          this.#send();
        }
        hasTimedOut = scheduler.nowUs() >= startUs + timeoutUs;
        if (!hasTimedOut) await this.#waker.until(startUs + Math.min(ticks * intervalUs, timeoutUs));
      }
    } finally {
      stop();
      this.#waker.close();
    }
    if (!isQuiet) stdout.write(this.#summary());
    return this.#exitCode(hasTimedOut);
  }

  #exitCode(hasTimedOut: boolean): number {
    const { mode, count } = this.#options;
    if (mode === 'detect') return this.#received > 0 ? 1 : 0;
    if (mode !== 'ask') return 0;
    if (hasTimedOut && count !== Number.POSITIVE_INFINITY) return this.#received >= count ? 0 : 1;
    return this.#received > 0 ? 0 : 1;
  }

  #send(): void {
    const { device, source, target, mode, keepsBroadcasting } = this.#options;
    const { host, scheduler } = this.#process;
    const toMac = keepsBroadcasting ? undefined : this.#partner;
    orFail(
      () =>
        host.arp.request(device.name, {
          source,
          target,
          ...(toMac === undefined ? {} : { toMac }),
          ...(mode === 'answer' ? { isReply: true } : {}),
        }),
      (error) => `arping: sendto: ${error.message}\n`,
      2,
    );
    this.#lastSentUs = scheduler.nowUs();
    this.#sent += 1;
    if (toMac === undefined) this.#broadcasts += 1;
  }

  #onPacket(packet: ArpReply): void {
    const { device, target, mode, isQuiet, quitsOnReply } = this.#options;
    if (packet.senderAddress !== target || packet.senderMac === device.mac) return;
    if (quitsOnReply && this.#received > 0) return;
    const isUnicast = packet.toMac === device.mac;
    // A request that somebody else broadcasts is no answer to ours; to duplicate detection, it is.
    if (mode !== 'detect' && (packet.isRequest || !isUnicast)) return;
    this.#received += 1;
    if (!isUnicast) this.#broadcastsReceived += 1;
    if (packet.isRequest) this.#requestsReceived += 1;
    this.#partner = packet.senderMac;
    if (!isQuiet) {
      const us = Math.max(0, Math.round(packet.atUs - this.#lastSentUs));
      const how = `${isUnicast ? 'Unicast' : 'Broadcast'} ${packet.isRequest ? 'request' : 'reply'}`;
      const took = `${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, '0')}ms`;
      const who = `${ipv4Text(packet.senderAddress)} [${packet.senderMac.toUpperCase()}]`;
      this.#process.stdout.write(`${how} from ${who}  ${took}\n`);
    }
    this.#waker.wake();
  }

  #summary(): string {
    const kinds: string[] = [];
    if (this.#requestsReceived > 0) kinds.push(`${this.#requestsReceived} request(s)`);
    if (this.#broadcastsReceived > 0) kinds.push(`${this.#broadcastsReceived} broadcast(s)`);
    const received = `Received ${this.#received} response(s)${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`;
    return `Sent ${this.#sent} probes (${this.#broadcasts} broadcast(s))\n${received}\n`;
  }
}

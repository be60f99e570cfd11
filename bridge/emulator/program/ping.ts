import { ipv4Text } from '../../codec/addresses.ts';
import { limitedBroadcast } from '../host/addresses.ts';
import type { EchoReply, IcmpError, PingSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { command, Failure, isBroadcast, isLocal, resolveName, sourceOf, Waker } from './command.ts';
import { icmpErrorText } from './icmp-text.ts';
import { type PingOptions, parsePing, pingUsage, tooFast } from './ping-options.ts';
import { PingStatistics, roundTrip } from './ping-statistics.ts';
import type { Process } from './program.ts';

/** The first bytes of the data are a time stamp; data that has no room for one is not timed. */
const stampBytes = 16;
const headerBytes = 28;

/** iputils' ping (EP3–EP9): exits with 0 when all it waited for came, 1 when not, 2 when it could not start. */
export const ping = command({ text: pingUsage, exitCode: 2 }, async (process) => {
  const { host } = process;
  const options = parsePing(process.argv, host);
  const target = resolveName(host, options.target);
  if (target === undefined) throw new Failure(`ping: ${options.target}: Name or service not known\n`, 2);
  const route = host.routes.lookup(target);
  if (route === undefined && !isLocal(host, target) && target !== limitedBroadcast)
    throw new Failure('ping: connect: Network is unreachable\n', 2);
  const toAll = isBroadcast(host, target);
  if (toAll && !options.allowsBroadcast)
    throw new Failure('ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n', 2);
  const wayOut = isLocal(host, target) ? 'lo' : route?.interface;
  const { from } = options;
  if (from?.device !== undefined && wayOut !== from.device && wayOut !== 'lo')
    throw new Failure(`ping: -I ${from.device}: the way to ${options.target} is ${wayOut ?? 'unknown'}\n`, 2);
  if (
    from !== undefined &&
    from.device === undefined &&
    route &&
    wayOut !== 'lo' &&
    sourceOf(host, route) !== from.address
  )
    throw new Failure(
      `ping: -I ${ipv4Text(from.address)}: what goes to ${options.target} has another source here\n`,
      2,
    );
  if (toAll) process.stderr.write('WARNING: pinging broadcast address\n');
  if (options.pattern !== undefined)
    process.stdout.write(`PATTERN: 0x${options.pattern.map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`);
  const fromText = from === undefined ? '' : `from ${ipv4Text(from.address)} ${from.device ?? ''}: `;
  const { bytes } = options;
  process.stdout.write(
    `PING ${options.target} (${ipv4Text(target)}) ${fromText}${bytes}(${bytes + headerBytes}) bytes of data.\n`,
  );
  const refusal = tooFast(options);
  if (refusal !== undefined) throw new Failure(refusal, 2);
  const mtu = host.interfaces.find((one) => one.name === wayOut)?.mtu ?? 65_536;
  const socket = host.icmp.open();
  try {
    return await new PingRun(process, socket, options, target, mtu).run();
  } finally {
    socket.close();
  }
});

class PingRun {
  readonly #process: Process;
  readonly #socket: PingSocket;
  readonly #options: PingOptions;
  readonly #target: number;
  readonly #waker: Waker;
  readonly #statistics = new PingStatistics();
  /** By sequence number, 16 bits of it. */
  readonly #sent = new Map<number, { readonly atUs: number; hasReply: boolean }>();
  #mtu: number;
  #acknowledged = 0;
  #startUs = 0;
  #lastUs = 0;
  #tokensUs = 0;
  #hasEnded = false;

  constructor(process: Process, socket: PingSocket, options: PingOptions, target: number, mtu: number) {
    this.#process = process;
    this.#socket = socket;
    this.#options = options;
    this.#target = target;
    this.#mtu = mtu;
    this.#waker = new Waker(process);
    socket.onReply((reply) => this.#onReply(reply));
    socket.onError((error) => this.#onError(error));
  }

  async run(): Promise<number> {
    const { scheduler, interrupted, stdout } = this.#process;
    const { count, deadlineUs, intervalUs, lingerUs, preload, target } = this.#options;
    const statistics = this.#statistics;
    this.#startUs = scheduler.nowUs();
    this.#lastUs = this.#startUs;
    this.#tokensUs = intervalUs * preload;
    const endUs = this.#startUs + deadlineUs;
    let lingerEndUs = Number.POSITIVE_INFINITY;
    while (!interrupted.aborted && !this.#isSatisfied) {
      const nowUs = scheduler.nowUs();
      if (nowUs >= Math.min(endUs, lingerEndUs) || (deadlineUs !== Number.POSITIVE_INFINITY && statistics.errors > 0))
        break;
      let nextUs = Number.POSITIVE_INFINITY;
      while (this.#hasMoreToSend) {
        nextUs = this.#pace(nowUs);
        if (nextUs > nowUs) break;
        this.#send(nowUs);
      }
      if (!this.#hasMoreToSend) {
        nextUs = Number.POSITIVE_INFINITY;
        if (lingerEndUs === Number.POSITIVE_INFINITY)
          lingerEndUs = nowUs + (statistics.received > 0 ? Math.max(2 * statistics.slowestUs, intervalUs) : lingerUs);
      }
      await stdout.drained();
      await this.#waker.until(Math.min(nextUs, endUs, lingerEndUs));
    }
    this.#hasEnded = true;
    this.#waker.close();
    stdout.write(statistics.text(target, this.#lastUs - this.#startUs));
    const isShort =
      deadlineUs !== Number.POSITIVE_INFINITY && count !== Number.POSITIVE_INFINITY && statistics.received < count;
    return statistics.received === 0 || isShort ? 1 : 0;
  }

  /** With a deadline, requests leave until enough answers came. */
  get #hasMoreToSend(): boolean {
    return this.#options.deadlineUs !== Number.POSITIVE_INFINITY || this.#statistics.transmitted < this.#options.count;
  }

  get #isSatisfied(): boolean {
    return this.#statistics.received + this.#statistics.errors >= this.#options.count;
  }

  /** When the next request may leave: a bucket of `preload` requests that fills by one an interval. */
  #pace(nowUs: number): number {
    const { intervalUs, preload } = this.#options;
    const filled = Math.min(this.#tokensUs + nowUs - this.#lastUs, intervalUs * preload);
    return filled >= intervalUs ? nowUs : nowUs + intervalUs - filled;
  }

  #send(nowUs: number): void {
    const options = this.#options;
    const statistics = this.#statistics;
    const filled = Math.min(this.#tokensUs + nowUs - this.#lastUs, options.intervalUs * options.preload);
    this.#tokensUs = filled - options.intervalUs;
    this.#lastUs = nowUs;
    if (options.showsOutstanding && statistics.transmitted > 0) {
      const before = statistics.transmitted & 0xffff;
      if (this.#sent.get(before)?.hasReply === false) this.#say(`no answer yet for icmp_seq=${before}\n`);
    }
    statistics.transmitted += 1;
    const sequence = statistics.transmitted & 0xffff;
    this.#sent.set(sequence, { atUs: nowUs, hasReply: false });
    try {
      this.#transmit(sequence, this.#data(nowUs));
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
      if (options.isQuiet) return;
      if (fault.code === 'EMSGSIZE') {
        statistics.errors += 1;
        this.#process.stderr.write(`ping: local error: message too long, mtu=${this.#mtu}\n`);
      } else this.#process.stderr.write(`ping: sendmsg: ${fault.message}\n`);
    }
  }

  /** As Linux does by default, what fits is sent with DF and what does not is fragmented. */
  #transmit(sequence: number, data: Uint8Array): void {
    const { ttl, tos, pathMtu } = this.#options;
    if (data.length + headerBytes > 0xffff) throw new HostError('EMSGSIZE');
    const options = { tos, ...(ttl === undefined ? {} : { ttl }) };
    const fits = data.length + headerBytes <= this.#mtu;
    if (pathMtu === 'do' && !fits) throw new HostError('EMSGSIZE');
    this.#socket.send(this.#target, sequence, data, { ...options, dontFragment: pathMtu !== 'dont' && fits });
  }

  #data(nowUs: number): Uint8Array {
    const { bytes, pattern } = this.#options;
    if (bytes + headerBytes > 0xffff) throw new HostError('EMSGSIZE');
    const data = new Uint8Array(bytes);
    for (let i = 0; i < bytes; i++) data[i] = pattern === undefined ? i : (pattern[i % pattern.length] ?? 0);
    if (bytes >= stampBytes) {
      const us = Math.round(this.#process.wallMs() * 1000) || nowUs;
      const view = new DataView(data.buffer);
      view.setBigUint64(0, BigInt(Math.floor(us / 1e6)), true);
      view.setBigUint64(8, BigInt(us % 1e6), true);
    }
    return data;
  }

  #onReply(reply: EchoReply): void {
    const options = this.#options;
    const statistics = this.#statistics;
    const request = this.#sent.get(reply.sequence);
    if (this.#isDeaf || request === undefined) return;
    this.#acknowledge(reply.sequence);
    const tookUs = Math.max(0, Math.round(reply.atUs - request.atUs));
    const isTimed = reply.data.length >= stampBytes;
    if (isTimed) statistics.time(tookUs);
    const isDuplicate = request.hasReply;
    if (isDuplicate) statistics.duplicates += 1;
    else statistics.received += 1;
    request.hasReply = true;
    if (!options.isQuiet) {
      const ident = options.isVerbose ? ` ident=${this.#socket.identifier}` : '';
      let line = `${reply.data.length + 8} bytes from ${this.#nameOf(reply.from)}: icmp_seq=${reply.sequence}${ident} ttl=${reply.ttl}`;
      if (reply.data.length < options.bytes) line += ' (truncated)';
      else {
        if (isTimed) line += ` time=${roundTrip(tookUs)} ms`;
        if (isDuplicate) line += ' (DUP!)';
        line += wrongData(reply.data, this.#data(0));
      }
      this.#say(`${line}\n`);
    }
    this.#waker.wake();
  }

  #onError(error: IcmpError & { readonly sequence: number }): void {
    // Redirects and source quenches are hints, and say nothing about the request.
    if (this.#isDeaf || (error.type !== 3 && error.type !== 11 && error.type !== 12)) return;
    this.#acknowledge(error.sequence);
    this.#statistics.errors += 1;
    if (error.mtu !== undefined && error.mtu >= 68) this.#mtu = Math.min(this.#mtu, error.mtu);
    if (!this.#options.isQuiet)
      this.#say(`From ${this.#nameOf(error.from)} icmp_seq=${error.sequence} ${icmpErrorText(error)}\n`);
    this.#waker.wake();
  }

  /** It has all it wants, and nothing is on its way that came at the same moment. */
  get #isDeaf(): boolean {
    return this.#hasEnded || (this.#isSatisfied && this.#acknowledged === (this.#statistics.transmitted & 0xffff));
  }

  #acknowledge(sequence: number): void {
    const behind = (this.#statistics.transmitted - sequence) & 0xffff;
    if (behind >= 0x8000) return;
    this.#statistics.pipe = Math.max(this.#statistics.pipe, behind + 1);
    if (((sequence - this.#acknowledged) & 0xffff) < 0x8000) this.#acknowledged = sequence;
  }

  #nameOf(address: number): string {
    const name = this.#options.isNumeric ? undefined : this.#process.host.nameOf(address);
    return name === undefined ? ipv4Text(address) : `${name} (${ipv4Text(address)})`;
  }

  #say(line: string): void {
    const { wallMs, stdout } = this.#process;
    const us = this.#options.showsTime ? Math.round(wallMs() * 1000) : 0;
    const stamp = this.#options.showsTime ? `[${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}] ` : '';
    stdout.write(stamp + line);
  }
}

/** The first byte behind the time stamp that came back changed, and all of them. */
function wrongData(data: Uint8Array, sent: Uint8Array): string {
  for (let at = stampBytes; at < sent.length; at++) {
    if (data[at] === sent[at]) continue;
    let text = `\nwrong data byte #${at} should be 0x${(sent[at] ?? 0).toString(16)} but was 0x${(data[at] ?? 0).toString(16)}`;
    for (let i = stampBytes; i < sent.length; i++)
      text += `${i % 32 === stampBytes ? `\n#${i}\t` : ''}${(data[i] ?? 0).toString(16)} `;
    return text;
  }
  return '';
}

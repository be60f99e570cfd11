import type { Host, IcmpError } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { icmpErrorMark } from './icmp-text.ts';
import type { TracerouteOptions } from './traceroute-options.ts';

/** One probe: what was sent, and what became of it. */
export interface Probe {
  sentUs: number | undefined;
  answeredUs: number | undefined;
  /** Who answered; undefined when nobody did, or the host itself could not send it. */
  from: number | undefined;
  /** `!H` and the like; empty when there is none. */
  mark: string;
  isDone: boolean;
  /** There is nothing behind this hop. */
  isFinal: boolean;
  /** Frees its socket. */
  release: () => void;
}

export const newProbe = (): Probe => ({
  sentUs: undefined,
  answeredUs: undefined,
  from: undefined,
  mark: '',
  isDone: false,
  isFinal: false,
  release: () => undefined,
});

/** A way of making hops answer; `onAnswer` is called after each answer. */
interface ProbeMethod {
  /** Throws HostError; a packet that is too long counts as answered by nobody. */
  send(probe: Probe, ttl: number): void;
  close(): void;
}

export const probeMethod = (
  host: Host,
  target: number,
  mtu: number,
  options: TracerouteOptions,
  onAnswer: () => void,
) =>
  options.method === 'icmp'
    ? new IcmpProbes(host, target, mtu, options, onAnswer)
    : new UdpProbes(host, target, mtu, options, onAnswer);

abstract class Probes implements ProbeMethod {
  protected readonly host: Host;
  protected readonly target: number;
  protected readonly options: TracerouteOptions;
  protected readonly data: Uint8Array;
  protected number: number;
  readonly #mtu: number;
  readonly #onAnswer: () => void;

  constructor(host: Host, target: number, mtu: number, options: TracerouteOptions, onAnswer: () => void) {
    this.host = host;
    this.target = target;
    this.options = options;
    this.number = options.port;
    this.#mtu = mtu;
    this.#onAnswer = onAnswer;
    this.data = Uint8Array.from({ length: options.packetBytes - 28 }, (_, at) => 0x40 + (at & 0x3f));
  }

  send(probe: Probe, ttl: number): void {
    const { scheduler } = this.host;
    const { dontFragment, packetBytes } = this.options;
    probe.sentUs = scheduler.nowUs();
    try {
      if (dontFragment && packetBytes > this.#mtu) throw new HostError('EMSGSIZE');
      this.transmit(probe, ttl);
    } catch (fault) {
      if (!(fault instanceof HostError) || fault.code !== 'EMSGSIZE') throw fault;
      this.settle(probe, undefined, `!F-${this.#mtu}`, true);
    }
    this.number = (this.number + 1) & 0xffff;
  }

  abstract close(): void;
  protected abstract transmit(probe: Probe, ttl: number): void;

  protected settle(probe: Probe, from: number | undefined, mark: string, isFinal: boolean): void {
    if (probe.isDone) return;
    probe.answeredUs = this.host.scheduler.nowUs();
    probe.from = from;
    probe.mark = mark;
    probe.isFinal = isFinal;
    probe.isDone = true;
    probe.release();
    this.#onAnswer();
  }

  protected settleError(probe: Probe, error: IcmpError): void {
    this.settle(probe, error.from, icmpErrorMark(error), error.type !== 11);
  }
}

/** Datagrams to ports where nobody listens, one further with each probe. */
class UdpProbes extends Probes {
  readonly #open = new Set<Probe>();

  protected override transmit(probe: Probe, ttl: number): void {
    const socket = this.host.udp.bind();
    this.#open.add(probe);
    probe.release = () => {
      this.#open.delete(probe);
      socket.close();
    };
    socket.onError((error) => this.settleError(probe, error));
    // Somebody may listen there after all.
    void socket.receive().then((datagram) => {
      if (datagram !== undefined && datagram.from.address === this.target) this.settle(probe, this.target, '', true);
    });
    const { dontFragment } = this.options;
    socket.send({ address: this.target, port: this.number }, this.data, { ttl, dontFragment });
  }

  override close(): void {
    for (const probe of this.#open) probe.release();
  }
}

/** Echo requests, one sequence number further with each probe. */
class IcmpProbes extends Probes {
  readonly #socket = this.host.icmp.open();
  readonly #bySequence = new Map<number, Probe>();

  constructor(...args: ConstructorParameters<typeof Probes>) {
    super(...args);
    this.#socket.onReply(({ sequence, from }) => {
      const probe = this.#bySequence.get(sequence);
      if (probe !== undefined) this.settle(probe, from, '', true);
    });
    this.#socket.onError((error) => {
      const probe = this.#bySequence.get(error.sequence);
      if (probe !== undefined) this.settleError(probe, error);
    });
  }

  protected override transmit(probe: Probe, ttl: number): void {
    const sequence = this.number;
    this.#bySequence.set(sequence, probe);
    probe.release = () => this.#bySequence.delete(sequence);
    this.#socket.send(this.target, sequence, this.data, { ttl, dontFragment: this.options.dontFragment });
  }

  override close(): void {
    this.#socket.close();
  }
}

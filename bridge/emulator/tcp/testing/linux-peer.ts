import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ipv4Text } from '../../../codec/addresses.ts';
import { ReceiveBuffer } from '../../../codec/receive-buffer.ts';
import { seededRandom } from '../../../determinism/random.ts';
import type { Scheduler } from '../../../determinism/scheduler.ts';
import { internetChecksum } from '../../../packet/checksum.ts';
import type { IpOutput } from '../../host/ip-output.ts';
import { tcpProtocol } from '../segment.ts';
import { createTcp, type TcpModule } from '../tcp.ts';

/** Why no TUN device can be opened in a namespace of its own; undefined when it can. */
export function whyNoTun(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  try {
    accessSync('/dev/net/tun');
  } catch {
    return 'no /dev/net/tun';
  }
  const missing = ['unshare', 'python3', 'ip'].filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  return spawnSync('unshare', ['--net', 'true']).status === 0 ? undefined : 'no network namespaces';
}

const ownAddress = 0x0a63_0001;
export const linuxAddress = 0x0a63_0002;
const prefix = 24;
const ipHeaderBytes = 20;
const script = fileURLToPath(new URL('linux-peer.py', import.meta.url));

/** The bytes that the peer sends: `pattern` of linux-peer.py. */
export const pattern = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + (i >> 16)) & 0xff);

/** An emulated TCP joined with the one of the Linux kernel, in a namespace of its own; both lose and delay what they are told. */
export class LinuxPeer implements AsyncDisposable {
  readonly tcp: TcpModule;
  readonly #scheduler: Scheduler & { close(): void };
  readonly #random = seededRandom(5);
  readonly #child: ChildProcess;
  readonly #received = new ReceiveBuffer(70_000);
  readonly #loss: number;
  readonly #reorder: number;
  readonly #told: ((text: string) => void)[] = [];
  readonly #ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #packetId = 0;

  /** Real time: `scheduler` is closed with it. */
  constructor(scheduler: Scheduler & { close(): void }, { loss = 0, reorder = 0, mtu = 1500 } = {}) {
    this.#scheduler = scheduler;
    this.#loss = loss;
    this.#reorder = reorder;
    this.#child = spawn('unshare', ['--net', 'python3', script, ipv4Text(linuxAddress), String(prefix)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#isReady = resolve;
      this.#child.once('exit', (code) => reject(new Error(`the peer ended with ${code}`)));
    });
    this.#child.stdout?.on('data', (chunk: Uint8Array) => this.#take(chunk));
    const ip: IpOutput = {
      send: ({ destination, payload }) => this.#impaired(() => this.#send(this.#packet(destination, payload))),
      sourceFor: () => ownAddress,
      mtuFor: () => mtu,
      isLocal: (address) => address === ownAddress,
    };
    this.tcp = createTcp({ scheduler, random: this.#random, ip });
  }

  /** The device is up and the peer listens. */
  async ready(): Promise<this> {
    await this.#ready;
    return this;
  }

  /** Lets Linux connect to this side, send so much of `pattern`, and read to the end; what it read, as `COUNT SHA256`. */
  connectBack(port: number, length: number): Promise<string> {
    this.#send(new Uint8Array(0));
    this.#send(Buffer.from(`${port} ${ipv4Text(ownAddress)} ${length}`));
    return new Promise((resolve) => this.#told.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.tcp.close();
    this.#scheduler.close();
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#ready.catch(() => undefined);
    this.#child.stdin?.end();
    await ended;
  }

  #take(chunk: Uint8Array): void {
    const buffer = this.#received;
    buffer.push(chunk);
    while (buffer.next((bytes, start, available) => lengthAt(bytes, start, available))) {
      const packet = buffer.bytes.slice(buffer.start + 4, buffer.end);
      const version = packet[0];
      if (version === undefined) this.#isReady();
      else if (version === 0) this.#told.shift()?.(Buffer.from(packet.subarray(1)).toString());
      else if (version === 0x45 && packet[9] === tcpProtocol) this.#impaired(() => this.#deliver(packet));
    }
  }

  #deliver(packet: Uint8Array): void {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    const payload = packet.subarray(ipHeaderBytes, view.getUint16(2));
    this.tcp.receive({ source: view.getUint32(12), destination: view.getUint32(16), payload });
  }

  #impaired(pass: () => void): void {
    if (this.#random.next() < this.#loss) return;
    if (this.#random.next() < this.#reorder) this.#scheduler.after(3000, pass);
    else this.#scheduler.after(0, pass);
  }

  #packet(destination: number, payload: Uint8Array): Uint8Array {
    const packet = new Uint8Array(ipHeaderBytes + payload.length);
    const view = new DataView(packet.buffer);
    view.setUint16(0, 0x4500);
    view.setUint16(2, packet.length);
    view.setUint16(4, this.#packetId++ & 0xffff);
    view.setUint16(6, 0x4000);
    view.setUint16(8, 0x4000 | tcpProtocol);
    view.setUint32(12, ownAddress);
    view.setUint32(16, destination);
    view.setUint16(10, internetChecksum(packet, 0, ipHeaderBytes));
    packet.set(payload, ipHeaderBytes);
    return packet;
  }

  #send(packet: Uint8Array): void {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packet.length);
    this.#child.stdin?.write(Buffer.concat([length, packet]));
  }
}

function lengthAt(bytes: Uint8Array, start: number, available: number): number | undefined {
  if (available < 4) return undefined;
  return 4 + new DataView(bytes.buffer, bytes.byteOffset + start, 4).getUint32(0);
}

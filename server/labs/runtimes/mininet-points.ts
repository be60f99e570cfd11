import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BridgeHandle, PointSource, SharedRing } from '../../../bridge/index.ts';
import { linkPoints, RingWriter } from '../../../bridge/index.ts';
import type { Lab } from '../../contract/lab.ts';
import { deferred } from '../deferred.ts';
import { pointsScript } from '../project-paths.ts';
import { networkConfig } from './emulated-config.ts';
import { python } from './mininet-probe.ts';
import type { PointsWatch } from './runtime.ts';

/** What see_points.py writes before each frame. */
const recordBytes = 20;
const ways = { in: 0, out: 1, missed: 2 } as const;
const saidLimit = 2000;
/** Its input ends, and so does it; if not, it is killed. */
const endMs = 1000;

export interface InterfacesOptions {
  readonly lab: Lab;
  /** argv that enters the lab's namespaces. */
  readonly enter: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Processes of the hosts, in the lab's own pid namespace. */
  readonly pids: ReadonlyMap<string, number>;
}

/** Sees every frame at the interfaces of a lab in Mininet by packet sockets in its namespaces (RUN14). */
export async function watchInterfaces(
  options: InterfacesOptions,
  bridge: Pick<BridgeHandle, 'watchPoints'>,
): Promise<PointsWatch> {
  const source: PointSource = { ...linkPoints(networkConfig(options.lab)), arrival: 'late' };
  const child = startSeeing(options, source);
  const watch = new InterfacesWatch(child, source, bridge);
  try {
    await watch.started;
    await bridge.watchPoints(source);
  } catch (error) {
    await watch.close();
    throw error;
  }
  return watch;
}

function startSeeing({ enter, env, pids }: InterfacesOptions, { places }: PointSource): ChildProcess {
  const wanted = places.map(({ node, port }, place) => ({
    place,
    interface: `${node}-eth${port}`,
    pid: pids.get(node) ?? 0,
  }));
  const [program = '', ...words] = [...enter, python, pointsScript, JSON.stringify(wanted)];
  return spawn(program, words, { env: { ...env, PYTHONDONTWRITEBYTECODE: '1' }, stdio: 'pipe' });
}

class InterfacesWatch implements PointsWatch {
  readonly started: Promise<void>;
  readonly #child: ChildProcess;
  readonly #bridge: Pick<BridgeHandle, 'watchPoints'>;
  readonly #exited: Promise<unknown>;
  #onLost: (why: string) => void = () => undefined;
  #said = '';
  #closing: Promise<void> | undefined;

  constructor(child: ChildProcess, source: PointSource, bridge: Pick<BridgeHandle, 'watchPoints'>) {
    this.#child = child;
    this.#bridge = bridge;
    this.#exited = once(child, 'close').catch(() => undefined);
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('data', (data) => {
      this.#said = (this.#said + data).slice(-saidLimit);
    });
    const start = deferred<void>();
    this.started = start.promise;
    const records = new RecordReader(source, () => start.resolve());
    child.stdout?.on('data', (data: Buffer) => records.take(data));
    child.on('error', (error) => start.reject(error));
    child.on('close', () => {
      const why = this.#why();
      start.reject(new Error(why));
      if (this.#closing === undefined) this.#onLost(why);
    });
  }

  onLost(listener: (why: string) => void): void {
    this.#onLost = listener;
    if (this.#child.exitCode !== null && this.#closing === undefined) queueMicrotask(() => listener(this.#why()));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // A bridge that is gone watches nothing.
    await this.#bridge.watchPoints(undefined).catch(() => undefined);
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), endMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #why(): string {
    const last = this.#said.trim().split('\n').at(-1) ?? '';
    return `The hosts and switches cannot be watched${last === '' ? '' : `: ${last}`}.`;
  }
}

/** Cuts the stream of see_points.py into frames and hands them to the ring. */
class RecordReader {
  readonly #writer: RingWriter;
  readonly #places: PointSource['places'];
  readonly #onStart: () => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: { readonly ring: SharedRing; readonly places: PointSource['places'] }, onStart: () => void) {
    this.#writer = new RingWriter(source.ring);
    this.#places = source.places;
    this.#onStart = onStart;
  }

  take(data: Buffer): void {
    const bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    let at = 0;
    while (at + recordBytes <= bytes.length) {
      const end = at + recordBytes + bytes.readUInt32LE(at);
      if (end > bytes.length) break;
      this.#record(bytes, at, end);
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #record(bytes: Buffer, at: number, end: number): void {
    const place = bytes.readUInt16LE(at + 4);
    const way = bytes.readUInt8(at + 6);
    const length = bytes.readUInt32LE(at + 16);
    if (way === ways.missed) {
      this.#writer.missed(length);
      this.#onStart();
      return;
    }
    const isHost = this.#places[place]?.kind === 'host';
    const point = way === ways.out ? (isHost ? 'host.tx' : 'sw.tx') : isHost ? 'host.rx' : 'sw.rx';
    this.#writer.write(bytes.readDoubleLE(at + 8), point, 'none', place, bytes.subarray(at + recordBytes, end), length);
  }
}

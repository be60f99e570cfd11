import { Buffer } from 'node:buffer';
import type { Scheduler } from '../../determinism/scheduler.ts';
import { BuildError, buildFrame, type FrameSpec } from '../../packet/build.ts';
import { points } from '../../packet/trace-batch.ts';
import { maxVnsFrame } from '../../protocols/vns/fast.ts';
import type { Interceptor, Passage } from '../../trace/intercept.ts';
import { newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { frameOfBase64 } from '../frame-bytes.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { passageAt } from '../place.ts';
import type { BuildRequest, InjectMethods, ReplayRequest, ReplayStatus } from './inject.ts';
import { inject } from './injection.ts';
import { Replay, type ReplayFrame } from './replay.ts';

export interface InjectsDeps {
  readonly log: PacketLog;
  readonly scheduler: Scheduler;
  readonly interceptor: Interceptor;
  readonly changed: () => void;
}

const mostFrames = 10_000;
const mostBytes = 16 * 1024 * 1024;
const never: ReplayStatus = { state: 'none', total: 0, sent: 0, skipped: 0, firstSeq: 0, lastSeq: 0 };

/** Frames that people put in, one or many (WB70–WB75). */
export class Injects {
  readonly methods: Implementation<InjectMethods>;
  readonly #deps: InjectsDeps;
  #replay: Replay | undefined;

  constructor(deps: InjectsDeps) {
    this.#deps = deps;
    const { log, interceptor } = deps;
    this.methods = {
      'inject:frame': (place) => {
        const passage = passageAt(interceptor.passages, place);
        return { seq: inject(log, interceptor, passage, place.port, frameOfBase64(place.bytes, maxVnsFrame)) };
      },
      'inject:build': (request) => ({ bytes: Buffer.from(built(request)).toString('base64') }),
      'inject:replay': (request) => this.#start(request),
      'inject:status': () => this.#status,
      'inject:cancel': () => {
        this.#replay?.cancel();
        return this.#status;
      },
    };
  }

  get isReplaying(): boolean {
    return this.#replay?.isRunning === true;
  }

  close(): void {
    this.#replay?.cancel();
  }

  get #status(): ReplayStatus {
    return this.#replay?.status ?? never;
  }

  #start({ from, speed }: ReplayRequest): ReplayStatus {
    if (this.isReplaying) throw new WorkbenchError('conflict', 'A replay is running: cancel it first');
    const { scheduler, log, interceptor, changed } = this.#deps;
    const { frames, skipped } = from.kind === 'log' ? this.#recorded(from) : this.#given(from);
    if (frames.length === 0)
      throw new WorkbenchError('not-found', `There is no whole frame to replay (${skipped} cannot be)`);
    const send = ({ passage, port, bytes }: ReplayFrame): number => inject(log, interceptor, passage, port, bytes);
    this.#replay = new Replay({ frames, skipped, speed, scheduler, send, changed });
    changed();
    return this.#replay.status;
  }

  #given({ at, frames }: Extract<ReplayRequest['from'], { kind: 'frames' }>): Frames {
    if (frames.length > mostFrames) throw tooMany(frames.length);
    const passage = passageAt(this.#deps.interceptor.passages, at);
    const sorted = [...frames].sort((a, b) => a.atUs - b.atUs);
    const made = sorted.map(({ atUs, bytes }) => ({
      ...{ atUs, passage, port: at.port },
      bytes: frameOfBase64(bytes, maxVnsFrame),
    }));
    return { frames: made, skipped: 0 };
  }

  /** Copied now: the log may have forgotten them when their turn comes. */
  #recorded({ fromSeq, toSeq, point, at }: Extract<ReplayRequest['from'], { kind: 'log' }>): Frames {
    const { log, interceptor } = this.#deps;
    const fixed = at === undefined ? undefined : passageAt(interceptor.passages, { ...at, point });
    const record = newLoggedRecord();
    const frames: ReplayFrame[] = [];
    let [skipped, size] = [0, 0];
    for (let seq = Math.max(fromSeq, log.firstSeq); seq <= toSeq && seq < log.nextSeq; seq++) {
      if (!log.look(seq, record) || points[record.point] !== point) continue;
      const { start, end, length, tUs, bytes } = record;
      const port = at?.port ?? record.port;
      const passage = fixed ?? this.#passageOf(point, log.nodeName(record.node), port);
      if (passage === undefined || end - start < length || length < 14) {
        skipped += 1;
        continue;
      }
      size += length;
      frames.push({ atUs: tUs, passage, port, bytes: bytes.slice(start, end) });
      if (frames.length > mostFrames || size > mostBytes) throw tooMany(frames.length);
    }
    return { frames, skipped };
  }

  #passageOf(point: Passage['point'], name: string, port: number): Passage | undefined {
    const there = this.#deps.interceptor.passages.find((each) => each.point === point && each.name === name);
    return there?.ports().has(port) === true ? there : undefined;
  }
}

interface Frames {
  readonly frames: readonly ReplayFrame[];
  readonly skipped: number;
}

const tooMany = (count: number): WorkbenchError =>
  new WorkbenchError(
    'bad-request',
    `A replay has at most ${mostFrames} frames and ${mostBytes / 1024 / 1024} MiB; this one has more (${count})`,
  );

function built(request: BuildRequest): Uint8Array {
  const { layer } = request;
  const spec: FrameSpec =
    layer.kind === 'arp'
      ? { ...request, layer }
      : { ...request, layer: { ...layer, payload: Uint8Array.from(Buffer.from(layer.payload, 'base64')) } };
  try {
    return buildFrame(spec);
  } catch (error) {
    if (error instanceof BuildError) throw new WorkbenchError('bad-request', error.message);
    throw error;
  }
}

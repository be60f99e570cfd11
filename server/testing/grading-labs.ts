import type { BridgeState } from '../../bridge/index.ts';
import { type Point, points, TraceBatchWriter } from '../../bridge/packet/trace-batch.ts';
import type { Check, Lab } from '../contract/lab.ts';
import type { LabDetail } from '../contract/rest.ts';
import type { LabStatus, RouterStatus } from '../contract/status.ts';
import type { LabRun } from '../labs/lab-service.ts';
import type { ExecResult, Network } from '../labs/runtimes/runtime.ts';
import { FakeBridge } from './fake-bridge.ts';
import { FakeLabs } from './fake-labs.ts';

/** A log of real frames. */
export class FakeLog extends FakeBridge {
  readonly #records: { point: Point; port: number; frame: Uint8Array }[] = [];

  add(point: Point, port: number, frame: Uint8Array): void {
    this.#records.push({ point, port, frame });
  }
  override get state(): BridgeState {
    return { ...super.state, counters: { ...super.state.counters, logged: this.#records.length } };
  }
  override async readTrace(fromSeq: number, limit: number): Promise<Uint8Array> {
    const writer = new TraceBatchWriter();
    writer.begin(0, ['router']);
    for (const [index, { point, port, frame }] of [...this.#records.entries()].slice(
      fromSeq - 1,
      fromSeq - 1 + limit,
    )) {
      const code = points.indexOf(point);
      writer.record(index + 1, index, code, 0, port, 0, 0, 0, 100, frame.length, [], 0, frame, 0, frame.length);
    }
    return writer.finish();
  }
}

/** How a lab file writes a variable. */
export const variable = (name: string): string => `\${${name}}`;

type Exec = (host: string, argv: readonly string[], signal: AbortSignal | undefined) => Promise<Partial<ExecResult>>;

const readyRouter: RouterStatus = {
  name: 'router',
  vhost: 'vrhost',
  state: 'ready',
  peer: '127.0.0.1:40000',
  interfaces: [
    { name: 'eth3', port: 3, address: '10.0.1.1', mask: '255.255.255.0', mac: '0e:00:00:00:00:03' },
    { name: 'eth1', port: 1, address: '192.168.2.1', mask: '255.255.255.0', mac: '' },
  ],
};

/** One lab whose commands are functions, to run checks against. */
export class GradingLabs extends FakeLabs {
  readonly log = new FakeLog();
  readonly scores: number[] = [];
  phase: LabStatus['phase'] = 'running';
  router: RouterStatus = readyRouter;
  exec: Exec = async () => ({});
  readonly #checks: readonly Check[];

  constructor(checks: readonly Check[]) {
    super();
    this.#checks = checks;
  }

  get lab(): Lab {
    const interfaces = readyRouter.interfaces.map(({ mac: _, ...rest }) => rest);
    const { name, vhost } = readyRouter;
    return {
      ...super.detail('simple-router').lab,
      routers: [{ name, vhost, switch: 'sw0', interfaces, rtable: [] }],
      checks: [...this.#checks],
    };
  }
  override detail(id: string): Omit<LabDetail, 'lacks'> {
    return { ...super.detail(id), lab: this.lab, status: this.status(id) };
  }
  override status(id: string): LabStatus {
    return { ...super.status(id), phase: this.phase, routers: [this.router] };
  }
  override run(id: string): LabRun {
    this.status(id);
    return {
      lab: this.lab,
      bridge: this.log,
      network: this.#network(),
      terminals: this.terminals,
      whenReady: async () => undefined,
      openShell: () => '',
    };
  }
  override setScore(_id?: string, score = 0): void {
    this.scores.push(score);
  }

  #network(): Network {
    return {
      get console(): never {
        throw new Error('no console here');
      },
      ready: Promise.resolve(),
      pid: undefined,
      switchPid: undefined,
      notes: [],
      queues: undefined,
      progress: { linked: true, readyHosts: [] },
      onProgress: () => undefined,
      openShell(): never {
        throw new Error('no shells here');
      },
      exec: async (host, argv, { signal }) => ({
        exitCode: 0,
        signal: null,
        output: '',
        truncated: false,
        timedOut: false,
        durationMs: 1,
        ...(await this.exec(host, argv, signal)),
      }),
      watchPoints: async () => ({ onLost: () => undefined, close: async () => undefined }),
      onLost: () => undefined,
      close: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
}

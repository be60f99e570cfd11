import type { GradeRun } from '../contract/grade.ts';
import type { Lab } from '../contract/lab.ts';
import type { LabMoment } from '../contract/moments.ts';
import type { LabDetail, LabEntry, RuntimeInfo } from '../contract/rest.ts';
import { bareStatus } from '../contract/status.fixture.ts';
import type { LabEvent, LabStatus } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { Checks } from '../grading/check-service.ts';
import { type GradescopeResults, gradescopeResults } from '../grading/results.ts';
import type { LabRun, Labs } from '../labs/lab-service.ts';
import { openPty } from '../terminals/open-pty.ts';
import type { Terminals } from '../terminals/terminal-service.ts';
import { createTerminals } from '../terminals/terminals.ts';
import { FakeBridge } from './fake-bridge.ts';

const lab: Lab = {
  id: 'simple-router',
  title: 'Simple <script>alert(1)</script> router',
  summary: 's',
  description: 'd',
  hours: 1,
  topics: [],
  app: 'vns-router',
  hosts: [{ name: 'client', role: 'client', address: '10.0.1.100/32', gateway: '10.0.1.1' }],
  switches: [{ name: 'sw0', dpid: '0000000000000001' }],
  links: [{ a: { node: 'client' }, b: { node: 'sw0', port: 1 } }],
  routers: [],
  commands: [],
  checks: [],
};

/** One lab in memory with real terminals (bash) and no network: what the HTTP and live sides need to be tested without root. */
export class FakeLabs implements Labs {
  readonly #statusListeners = new Set<(status: LabStatus) => void>();
  readonly #eventListeners = new Set<(lab: string, event: LabEvent) => void>();
  readonly calls: string[] = [];
  bridge = new FakeBridge();
  terminals: Terminals = createTerminals();
  #running = false;
  #viewers = 0;
  #shells = 0;
  pastEvents: LabEvent[] = [];

  list(): LabEntry[] {
    const { id, title, summary, description, hours, topics } = lab;
    const status = this.status(id);
    return [{ id, title, summary, description, hours, topics, checks: 0, points: 0, score: null, status }];
  }
  async runtimes(): Promise<RuntimeInfo[]> {
    return [{ kind: 'mininet', available: true, notes: [] }];
  }
  readonly defaultRuntime = { kind: 'mininet', why: 'It can run here.' } as const;
  async lacks(): Promise<LabDetail['lacks']> {
    return [{ kind: 'mininet', reasons: [] }];
  }
  detail(id: string): Omit<LabDetail, 'lacks'> {
    return { lab, guide: '# guide', status: this.status(id) };
  }
  status(id: string): LabStatus {
    if (id !== lab.id) throw new AppError('not-found', `There is no lab "${id}".`);
    return {
      ...bareStatus,
      lab: id,
      phase: this.#running ? 'running' : 'stopped',
      terminals: this.terminals.list(),
      counters: { ...this.bridge.state.counters, packetsPerSecond: 0, drops: { 'no router': 3 } },
      viewers: this.#viewers,
    };
  }
  async start(id: string): Promise<LabStatus> {
    this.status(id);
    if (this.#running) throw new AppError('lab-running', 'The lab runs already.');
    this.calls.push('start');
    this.#running = true;
    const argv = ['bash', '--norc', '--noprofile', '-i'];
    const pty = openPty({ argv, cwd: '/', env: { PATH: '/usr/bin:/bin', PS1: 'mininet> ' } }, { cols: 80, rows: 24 });
    this.terminals.add({ id: 'mininet', title: 'Mininet', kind: 'mininet', prompt: /^mininet> $/, pty });
    this.changed();
    return this.status(id);
  }
  async stop(id: string): Promise<LabStatus> {
    this.status(id);
    this.calls.push('stop');
    this.#running = false;
    await this.terminals.close();
    await this.bridge.close();
    this.terminals = createTerminals();
    this.bridge = new FakeBridge();
    this.changed();
    return this.status(id);
  }
  async startRouter(id: string, router: string): Promise<LabStatus> {
    this.calls.push(`startRouter ${router}`);
    return this.status(id);
  }
  async stopRouter(id: string, router: string): Promise<LabStatus> {
    this.calls.push(`stopRouter ${router}`);
    return this.status(id);
  }
  async startSecond(id: string, router: string): Promise<LabStatus> {
    this.calls.push(`startSecond ${router}`);
    return this.status(id);
  }
  async stopSecond(id: string, router: string): Promise<LabStatus> {
    this.calls.push(`stopSecond ${router}`);
    return this.status(id);
  }
  run(id: string): LabRun {
    this.status(id);
    if (!this.#running) throw new AppError('lab-not-running', 'The lab is not running.');
    return {
      lab,
      bridge: this.bridge,
      get network(): never {
        throw new Error('this lab has no network');
      },
      terminals: this.terminals,
      whenReady: async () => undefined,
      openShell: (host) => this.#openShell(host),
    };
  }
  history(id: string): readonly LabMoment[] {
    const { phase, switches, routers, hosts } = this.status(id);
    return [{ atMs: 1000, phase, switches, routers, hosts }];
  }
  events(): LabEvent[] {
    return this.pastEvents;
  }
  onStatus(listener: (status: LabStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }
  onEvent(listener: (lab: string, event: LabEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }
  setViewers(_id: string, viewers: number): void {
    this.#viewers = viewers;
    this.changed();
  }
  async setPoints(id: string, areAsked: boolean): Promise<LabStatus> {
    this.calls.push(`setPoints ${areAsked}`);
    return this.status(id);
  }
  setScore(): void {}
  async close(): Promise<void> {
    this.calls.push('close');
    await this.terminals.close();
  }

  /** Pushes the status, as a lab does after each change. */
  changed(notes: string[] = []): void {
    for (const listener of [...this.#statusListeners]) listener({ ...this.status(lab.id), notes });
  }
  tell(event: LabEvent): void {
    for (const listener of [...this.#eventListeners]) listener(lab.id, event);
  }

  #openShell(host: string): string {
    if (host !== 'client') throw new AppError('not-found', `The lab has no host "${host}".`);
    this.#shells += 1;
    const id = `${host}-${this.#shells}`;
    const pty = openPty({ argv: ['cat'], cwd: '/', env: { PATH: '/usr/bin:/bin' } }, { cols: 80, rows: 24 });
    this.terminals.add({ id, title: host, kind: 'host', host, prompt: /\$ $/, pty });
    return id;
  }
}

/** Checks that run nothing and tell of it. */
export class FakeChecks implements Checks {
  readonly #listeners = new Set<(run: GradeRun) => void>();
  readonly calls: string[] = [];
  #run: GradeRun = { lab: lab.id, state: 'idle', startedMs: 0, score: 0, maxScore: 25, checks: [] };

  current(id: string): GradeRun {
    if (id !== lab.id) throw new AppError('not-found', `There is no lab "${id}".`);
    return this.#run;
  }
  run(id: string, checks?: readonly string[]): GradeRun {
    this.calls.push(`run ${checks?.join(',') ?? 'all'}`);
    return this.#become({ ...this.current(id), state: 'running' });
  }
  async stop(id: string): Promise<GradeRun> {
    return this.#become({ ...this.current(id), state: 'stopped' });
  }
  results(id: string): GradescopeResults {
    return gradescopeResults(this.current(id));
  }
  onProgress(listener: (run: GradeRun) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #become(run: GradeRun): GradeRun {
    this.#run = run;
    for (const listener of this.#listeners) listener(run);
    return run;
  }
}

import type { BridgeHandle } from '../../bridge/index.ts';
import type { Lab } from '../contract/lab.ts';
import type { LabMoment } from '../contract/moments.ts';
import type { DefaultRuntime, LabDetail, LabEntry, RuntimeInfo, StartLab } from '../contract/rest.ts';
import type { LabEvent, LabStatus, RouterChoice, SecondChoice } from '../contract/status.ts';
import type { Terminals } from '../terminals/terminal-service.ts';
import type { Network } from './runtimes/runtime.ts';

/** What routes, live and grading see of the labs. Every method that names a lab throws AppError('not-found') for an unknown one. */
export interface Labs {
  list(): LabEntry[];
  runtimes(): Promise<RuntimeInfo[]>;
  /** The runtime of a start that names none, and why that one. */
  readonly defaultRuntime: DefaultRuntime;
  detail(id: string): Omit<LabDetail, 'lacks'>;
  /** What the lab needs and a runtime does not have here. */
  lacks(id: string): Promise<LabDetail['lacks']>;
  status(id: string): LabStatus;
  /** Answers as soon as the start is under way; the chips tell the rest. Throws lab-running, runtime-unavailable. */
  start(id: string, request: StartLab): Promise<LabStatus>;
  /** Idempotent. Resolves when every process of the lab is gone. */
  stop(id: string): Promise<LabStatus>;
  startRouter(id: string, router: string, choice: RouterChoice): Promise<LabStatus>;
  stopRouter(id: string, router: string): Promise<LabStatus>;
  /** A program beside the router's own, which is compared with it; throws router-running, invalid-command. */
  startSecond(id: string, router: string, choice: SecondChoice): Promise<LabStatus>;
  stopSecond(id: string, router: string): Promise<LabStatus>;
  /** The running lab; throws lab-not-running. */
  run(id: string): LabRun;
  /** Latest events, oldest first, at most 200. */
  events(id: string): LabEvent[];
  /** What the map showed since the lab was started, oldest first, at most 500. */
  history(id: string): readonly LabMoment[];
  /** Snapshots, coalesced to at most 20 a second a lab. */
  onStatus(listener: (status: LabStatus) => void): () => void;
  onEvent(listener: (lab: string, event: LabEvent) => void): () => void;
  /** How many pages watch; shown in the status. */
  setViewers(id: string, viewers: number): void;
  /** Whether hosts and switches are watched, too, while a page looks; it lasts over restarts. */
  setPoints(id: string, areAsked: boolean): Promise<LabStatus>;
  /** Score of the last complete run of the checks, for the catalogue. */
  setScore(id: string, score: number): void;
  close(): Promise<void>;
}

/** One running lab. */
export interface LabRun {
  readonly lab: Lab;
  readonly bridge: BridgeHandle;
  readonly network: Network;
  readonly terminals: Terminals;
  /** Resolves when the lab runs and every chip is ok, rejects with what it waited for and on whom. */
  whenReady(timeoutMs: number): Promise<void>;
  /** Opens a shell on a host as a new terminal and returns its id. */
  openShell(host: string): string;
}

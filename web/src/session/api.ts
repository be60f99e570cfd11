import type { Static } from 'typebox';
import type { FindAnswer, FindQuestion } from '../../../server/contract/find.ts';
import type { GradeRun } from '../../../server/contract/grade.ts';
import type { LabHistory, PastScreen } from '../../../server/contract/moments.ts';
import type { LabDetail, LabList, Session, StartLab } from '../../../server/contract/rest.ts';
import type { LabStatus, RouterChoice, SecondChoice } from '../../../server/contract/status.ts';
import type { workbench } from '../../../server/contract/workbench.ts';
import { bundleOf } from '../state/recording.ts';
import { isProblem, ProblemError, unreachable } from './problem.ts';

type Workbench = typeof workbench;
type Method = 'GET' | 'POST' | 'DELETE';

/** One request to /api; every refusal is a ProblemError. */
async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw unreachable('The request did not reach the server. Is it still running?', cause);
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    if (isProblem(answer)) throw new ProblemError(answer);
    throw new ProblemError({
      code: 'unexpected',
      title: 'The server answered something unexpected',
      status: response.status,
      detail: `${method} /api${path} was answered with status ${response.status}.`,
    });
  }
  // The server's own schema wrote this body; page and server are one build.
  return answer as T;
}

/** Where a lab is asked; a recorded run, which has an id of its own, is asked in the same way. */
const of = (id: string) => {
  const bundle = bundleOf(id);
  return bundle === undefined ? `/labs/${encodeURIComponent(id)}` : `/bundles/${bundle}`;
};
const routerOf = (id: string, name: string) => `${of(id)}/routers/${encodeURIComponent(name)}`;

/** The HTTP API, typed by the contract. Everything rejects with ProblemError. */
export const api = {
  session: () => ask<Session>('GET', '/session'),
  logIn: (password: string) => ask<Session>('POST', '/session', { password }),
  logOut: () => ask<Session>('DELETE', '/session'),
  labs: () => ask<LabList>('GET', '/labs'),
  lab: (id: string) => ask<LabDetail>('GET', of(id)),
  startLab: (id: string, request: StartLab) => ask<LabStatus>('POST', `${of(id)}/start`, request),
  stopLab: (id: string) => ask<LabStatus>('POST', `${of(id)}/stop`),
  askPoints: (id: string, all: boolean) => ask<LabStatus>('POST', `${of(id)}/points`, { all }),
  startRouter: (id: string, name: string, router: RouterChoice) =>
    ask<LabStatus>('POST', `${routerOf(id, name)}/start`, { router }),
  stopRouter: (id: string, name: string) => ask<LabStatus>('POST', `${routerOf(id, name)}/stop`),
  /** A program beside the router's own, which is compared with it. */
  startSecond: (id: string, name: string, router: SecondChoice) =>
    ask<LabStatus>('POST', `${routerOf(id, name)}/second/start`, { router }),
  stopSecond: (id: string, name: string) => ask<LabStatus>('POST', `${routerOf(id, name)}/second/stop`),
  checks: (id: string) => ask<GradeRun>('GET', `${of(id)}/checks`),
  /** Runs all checks, or those named. */
  runChecks: (id: string, checks?: readonly string[]) =>
    ask<GradeRun>('POST', `${of(id)}/checks/run`, checks === undefined ? {} : { checks }),
  /** Which packets of the whole log pass a filter. */
  find: (id: string, question: FindQuestion) => ask<FindAnswer>('POST', `${of(id)}/workbench/trace/find`, question),
  stopChecks: (id: string) => ask<GradeRun>('POST', `${of(id)}/checks/stop`),
  /** What the map showed since the lab was started. */
  history: (id: string) => ask<LabHistory>('GET', `${of(id)}/history`),
  /** A terminal's screen at `atMs`, Unix milliseconds. */
  pastScreen: (id: string, terminal: string, atMs: number) =>
    ask<PastScreen>('GET', `${of(id)}/terminals/${encodeURIComponent(terminal)}/screen?atMs=${Math.round(atMs)}`),
  /** Asks a running lab's workbench. */
  workbench: <M extends keyof Workbench>(id: string, method: M, argument: Static<Workbench[M]['argument']>) =>
    ask<Static<Workbench[M]['answer']>>('POST', `${of(id)}/workbench/${method.replace(':', '/')}`, argument),
  /** Address of the log as pcapng, for a download; `query` is empty or begins with `?`. */
  traceUrl: (id: string, query: string) => `/api${of(id)}/trace.pcapng${query}`,
  /** Address of Gradescope's result file, for a download link. */
  resultsUrl: (id: string) => `/api${of(id)}/checks/results.json`,
};

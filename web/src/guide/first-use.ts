import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { GradeRun } from '../../../server/contract/grade.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { runtimeTexts } from '../state/runtime-text.ts';

type StepId = 'lab' | 'router' | 'ping' | 'packet' | 'check';

/** One step of the first use; `done` comes from what happened, never from a button. */
export interface FirstUseStep {
  readonly id: StepId;
  readonly title: string;
  /** A few words beside a step that is done. */
  readonly fact: string;
  readonly done: boolean;
}

export interface FirstUseFacts {
  readonly lab: Lab;
  readonly status: LabStatus | undefined;
  readonly grade: GradeRun | undefined;
  /** An echo reply went out to a host. */
  readonly pinged: boolean;
  /** A packet was selected. */
  readonly opened: boolean;
}

const ethernetIpv4 = 0x0800;
const icmp = 1;

/** Whether the record is an echo reply on its way out to a host: a ping got through. */
export function isPingThrough({ point, frame }: TraceRecord): boolean {
  if (point !== 'packet_out' || frame.length < 35) return false;
  if ((((frame[12] ?? 0) << 8) | (frame[13] ?? 0)) !== ethernetIpv4 || frame[23] !== icmp) return false;
  const icmpAt = 14 + ((frame[14] ?? 0) & 0x0f) * 4;
  return frame[icmpAt] === 0;
}

function routerFact(status: LabStatus | undefined): string {
  const router = status?.routers.find((each) => each.state === 'ready');
  if (router === undefined || status === undefined) return '';
  const choice = router.process?.choice.kind;
  const who = choice === 'reference' ? 'reference' : choice === 'command' ? 'yours' : router.peer;
  return `${who}, port ${status.vns.port}`;
}

/** The steps of a lab, in order; a lab without routers or checks has none for them. */
export function firstUseSteps({ lab, status, grade, pinged, opened }: FirstUseFacts): FirstUseStep[] {
  const hosts = status?.hosts ?? [];
  const up = status?.phase === 'running' && hosts.length > 0 && hosts.every((host) => host.ready);
  const steps: FirstUseStep[] = [
    {
      id: 'lab',
      title: 'The lab is up',
      fact: up ? `${hosts.length} hosts, ${runtimeTexts[status.runtime].label}` : '',
      done: up,
    },
  ];
  if (lab.routers.length > 0) {
    const done = status?.routers.some((router) => router.state === 'ready') ?? false;
    steps.push({ id: 'router', title: 'A router is connected', fact: routerFact(status), done });
  }
  steps.push({ id: 'ping', title: 'Get a ping through', fact: '', done: pinged });
  steps.push({ id: 'packet', title: 'Open one packet and find the byte the router changed', fact: '', done: opened });
  const [check] = lab.checks;
  if (check) {
    const state = grade?.checks.find((result) => result.id === check.id)?.state;
    const done = state === 'passed' || state === 'failed';
    const fact = done ? state : '';
    steps.push({ id: 'check', title: `Run check 1: ${check.title}`, fact, done });
  }
  return steps;
}

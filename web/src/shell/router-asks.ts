import type { LabStatus } from '../../../server/contract/status.ts';

/**
 * What the router pane has to ask a person now: for a router, when none was there since the lab started, or what to do after
 * one ended by itself. Undefined when nothing; the same text means the same question (UI27).
 */
export function routerAsks({ phase, startedMs, routers }: LabStatus): string | undefined {
  if (phase !== 'running') return undefined;
  for (const { name, process } of routers) {
    if (process?.state === 'ended' && !process.stopped) return `${name} ended ${process.pid} ${process.startedMs}`;
  }
  const none = routers.length > 0 && routers.every(({ state, process }) => state === 'absent' && process === undefined);
  return none ? `none since ${startedMs}` : undefined;
}

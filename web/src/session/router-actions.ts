import type { RouterChoice } from '../../../server/contract/status.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { api } from './api.ts';
import { problemOf } from './problem.ts';

/** Starts a router's program; a refusal becomes a notice. Resolves to whether it was taken. */
export async function startRouter(name: string, choice: RouterChoice): Promise<boolean> {
  const { id } = useLab.getState();
  if (id === undefined) return false;
  try {
    useLab.setState({ status: await api.startRouter(id, name, choice) });
    return true;
  } catch (error) {
    notify(problemOf(error));
    return false;
  }
}

/** Ends a router's program. */
export async function stopRouter(name: string): Promise<boolean> {
  const { id } = useLab.getState();
  if (id === undefined) return false;
  try {
    useLab.setState({ status: await api.stopRouter(id, name) });
    return true;
  } catch (error) {
    notify(problemOf(error));
    return false;
  }
}

/** Runs the same program again, after ending it when it still runs; the reference when there was none. */
export async function restartRouter(name: string): Promise<boolean> {
  const process = useLab.getState().status?.routers.find((router) => router.name === name)?.process;
  if (process?.state === 'running' && !(await stopRouter(name))) return false;
  return startRouter(name, process?.choice ?? { kind: 'reference' });
}

/** The router whose program runs in a terminal: by the terminal's id or title, or the only one. */
export function routerOfTerminal(id: string): string | undefined {
  const status = useLab.getState().status;
  const title = status?.terminals.find((terminal) => terminal.id === id)?.title;
  const routers = status?.routers ?? [];
  return (routers.find((router) => id.endsWith(router.name) || title === router.name) ?? routers[0])?.name;
}

import type { LabStatus } from '../../../server/contract/status.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { saveFile } from '../state/save-file.ts';
import { lastStart } from '../state/start-choice.ts';
import { useStopQuestion } from '../state/stop-question.ts';
import type { ViewLink } from '../state/view-link.ts';
import { api } from './api.ts';
import { bundleApi } from './bundle-api.ts';
import { problemOf } from './problem.ts';

/** Stops a lab; a refusal becomes a notice. */
export async function stopLab(id: string): Promise<void> {
  try {
    const status = await api.stopLab(id);
    if (useLab.getState().id === id) useLab.setState({ status });
  } catch (error) {
    notify(problemOf(error));
  }
}

/** Stops a lab, and asks before if packets would be lost with it (UI59). Resolves when it has stopped, or goes on. */
export async function askToStop({ id, title }: { readonly id: string; readonly title: string }, status: LabStatus) {
  const packets = status.counters.logged;
  if (packets === 0) return stopLab(id);
  const others = Math.max(0, status.viewers - (useLab.getState().id === id ? 1 : 0));
  return new Promise<void>((settled) => {
    const canBeSaved = status.phase === 'running';
    useStopQuestion.setState({ question: { id, title, packets, others, canBeSaved, settled } });
  });
}

/** Asks whether the lab that is open is to be stopped. */
export function askToStopOpenLab(): void {
  const { id, detail, status } = useLab.getState();
  if (id !== undefined && status !== undefined) void askToStop({ id, title: detail?.lab.title ?? id }, status);
}

/** Keeps the run of a lab as a file of this browser, then stops the lab; without the file it goes on. */
export async function saveAndStop(id: string, view: ViewLink): Promise<void> {
  try {
    const { name, file } = await bundleApi.save(id, view);
    saveFile(name, file);
  } catch (error) {
    notify(problemOf(error));
    return;
  }
  await stopLab(id);
}

/** Starts the open lab as it was started here last, with the reference router the first time. */
export async function restartLab(): Promise<void> {
  const { id } = useLab.getState();
  if (id === undefined) return;
  try {
    useLab.setState({ status: await api.startLab(id, lastStart(id) ?? { router: { kind: 'reference' } }) });
  } catch (error) {
    notify(problemOf(error));
  }
}

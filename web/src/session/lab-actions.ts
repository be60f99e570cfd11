import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { lastStart } from '../state/start-choice.ts';
import { api } from './api.ts';
import { problemOf } from './problem.ts';

/** Stops the lab that is open; a refusal becomes a notice. */
export async function stopLab(): Promise<void> {
  const { id } = useLab.getState();
  if (id === undefined) return;
  try {
    useLab.setState({ status: await api.stopLab(id) });
  } catch (error) {
    notify(problemOf(error));
  }
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

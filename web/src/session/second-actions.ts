import type { LabStatus, SecondChoice } from '../../../server/contract/status.ts';
import { showPanel, terminalPanel } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { api } from './api.ts';
import { problemOf } from './problem.ts';

/** Starts a program beside a router, to compare the two; a refusal becomes a notice. */
export const startSecond = (router: string, choice: SecondChoice): Promise<void> =>
  act((lab) => api.startSecond(lab, router, choice));

/** Ends the program beside a router. */
export const stopSecond = (router: string): Promise<void> => act((lab) => api.stopSecond(lab, router));

/** Shows the terminal of the program beside a router. */
export const showSecondTerminal = (router: string): void => showPanel(terminalPanel(`second:${router}`));

async function act(ask: (lab: string) => Promise<LabStatus>): Promise<void> {
  const { id } = useLab.getState();
  if (id === undefined) return;
  try {
    useLab.setState({ status: await ask(id) });
  } catch (error) {
    notify(problemOf(error));
  }
}

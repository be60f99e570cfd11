import { bundleApi } from '../session/bundle-api.ts';
import { problemOf } from '../session/problem.ts';
import type { Command } from '../state/commands.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { navigate } from '../state/route.ts';
import { saveFrom } from '../state/save-file.ts';
import { currentView } from './use-view-link.ts';

/** Brings a file to the server and opens what is in it; a refusal is told. */
async function importBundle(file: File): Promise<void> {
  try {
    const { id } = await bundleApi.add(file, file.name);
    navigate(`/bundle/${id}`);
  } catch (error) {
    notify(problemOf(error));
  }
}

function chooseBundle(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.gz,application/gzip';
  input.onchange = () => {
    const file = input.files?.[0];
    if (file !== undefined) void importBundle(file);
  };
  input.click();
}

/** Opening a recorded run, everywhere. */
export const bundleCommands: readonly Command[] = [
  { id: 'bundle.open', title: 'Open a recorded run…', group: 'Go to', run: chooseBundle },
];

/** Saving the run of the lab that is open, with what is looked at. */
export const saveBundle: Command = {
  id: 'bundle.save',
  title: 'Save this run as a file (packets, events, terminals, checks, view)',
  group: 'Lab',
  changes: true,
  when: () => useLab.getState().status?.phase === 'running',
  run: () => {
    const { id } = useLab.getState();
    if (id !== undefined) saveFrom(bundleApi.url(id, currentView()));
  },
};

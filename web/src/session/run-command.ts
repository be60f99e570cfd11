import type { LabStatus } from '../../../server/contract/status.ts';
import { announce } from '../state/announce.ts';
import { showPanel, terminalPanel } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { whyReadOnly } from '../state/recording.ts';
import { problemOf } from './problem.ts';
import { live } from './socket.ts';

/** Why nothing can be typed into the network's command line now, or undefined when it can. */
export function whyNotRun(status: LabStatus | undefined): string | undefined {
  const readOnly = whyReadOnly();
  if (readOnly !== undefined) return readOnly;
  if (status === undefined || status.phase === 'stopped') return 'The lab is not running.';
  if (status.phase !== 'running') return `The lab is ${status.phase}.`;
  const terminal = status.terminals.find((each) => each.kind === 'mininet');
  if (terminal === undefined) return 'The network’s command line is not up yet.';
  if (terminal.state === 'ended') return 'The network’s command line has ended.';
  if (terminal.busy) return `It types into “${terminal.title}”, which is busy with another command.`;
  return undefined;
}

/** The same as a hook, for buttons: undefined means on. */
export function useWhyNotRun(): string | undefined {
  return useLab((state) => whyNotRun(state.status));
}

/** The lab's first ping as a button, for panes with nothing to show yet; undefined where the lab names none. */
export function useFirstPing() {
  const first = useLab(({ detail }) => detail?.lab.commands.find((command) => command.argv[0] === 'ping'));
  const off = useWhyNotRun();
  if (first === undefined) return undefined;
  const line = [first.host, ...first.argv].join(' ');
  return {
    icon: 'play',
    label: first.label,
    off,
    hint: `Types “${line}” into the network’s command line.`,
    onPress: () => runInMininet(line),
  } as const;
}

/** Types a command line into the network's command line, as a person would, and shows the terminal. Does nothing but say so while it is busy. */
export async function runInMininet(text: string): Promise<void> {
  const { id: lab, status } = useLab.getState();
  const why = whyNotRun(status);
  const terminal = status?.terminals.find((each) => each.kind === 'mininet');
  if (lab === undefined || why !== undefined || terminal === undefined) {
    announce(why ?? 'No lab is open.', true);
    return;
  }
  showPanel(terminalPanel(terminal.id));
  try {
    await live.request('terminal:input', { lab, id: terminal.id, data: new TextEncoder().encode(`${text}\r`) });
  } catch (error) {
    notify(problemOf(error));
  }
}

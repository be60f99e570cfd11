import { showPanel, terminalPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { problemOf } from './problem.ts';
import { live } from './socket.ts';

/** Opens a new shell on a host and shows it. */
export async function openShell(host: string): Promise<void> {
  const lab = useLab.getState().id;
  if (lab === undefined) return;
  try {
    const { id } = await live.request('terminal:open', { lab, target: { kind: 'host', host } });
    // The view joins by itself when it is drawn; this first place as a viewer is given back.
    live.send('terminal:leave', { lab, id });
    showPanel(terminalPanel(id));
  } catch (error) {
    notify(problemOf(error));
  }
}

/** Ends a host's shell; its tab goes with it. */
export async function endShell(id: string): Promise<void> {
  const lab = useLab.getState().id;
  if (lab === undefined) return;
  try {
    await live.request('terminal:end', { lab, id });
    useDock.getState().handle?.close(terminalPanel(id));
  } catch (error) {
    notify(problemOf(error));
  }
}

/** Shows the terminal of a router. */
export function showRouterTerminal(router: string): void {
  const terminals = useLab.getState().status?.terminals.filter((each) => each.kind === 'router') ?? [];
  const terminal = terminals.find((each) => each.id.endsWith(router) || each.title === router) ?? terminals[0];
  if (terminal !== undefined) showPanel(terminalPanel(terminal.id));
}

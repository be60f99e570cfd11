import { askToStopOpenLab, restartLab } from '../session/lab-actions.ts';
import { runInMininet, whyNotRun } from '../session/run-command.ts';
import { openShell } from '../session/terminal-actions.ts';
import type { Command } from '../state/commands.ts';
import { bringPanel, type PanelId, type PresetId, showPanel, terminalPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { playPacket } from '../state/play.ts';
import { setPresenting } from '../state/present.ts';
import { useSelection } from '../state/selection.ts';
import { presets } from './dock-layout.ts';
import { panes, unusedPanes } from './panes.ts';

const presetIds: readonly PresetId[] = ['default', 'learn', 'debug', 'grade'];
const show = (panel: PanelId) => () => showPanel(panel);

/** What can be done while a lab is open; read again on each render of the lab view. */
export function labCommands(): Command[] {
  const { detail, status } = useLab.getState();
  const running = () => useLab.getState().status?.phase === 'running';
  return [
    {
      id: 'pane.next',
      title: 'Next pane',
      group: 'Panes',
      keys: ['F6'],
      inTerminal: true,
      run: () => useDock.getState().handle?.focusNext(1),
    },
    {
      id: 'pane.previous',
      title: 'Previous pane',
      group: 'Panes',
      keys: ['Shift+F6'],
      inTerminal: true,
      run: () => useDock.getState().handle?.focusNext(-1),
    },
    ...Object.values(panes)
      .filter((pane) => !unusedPanes(detail).includes(pane.id))
      .map((pane) => ({
        id: `pane.${pane.id}`,
        title: `Go to ${pane.title.toLowerCase()}`,
        group: 'Panes',
        run: show(pane.id),
      })),
    ...(status?.terminals ?? []).map((terminal) => ({
      id: `terminal.${terminal.id}`,
      title: `Go to terminal ${terminal.title}`,
      group: 'Panes',
      run: show(terminalPanel(terminal.id)),
    })),
    {
      id: 'packet.play',
      title: 'Play the packet on the map',
      group: 'Selection',
      keys: ['p'],
      when: () => useSelection.getState().current?.kind === 'packet',
      run: () => {
        const { current } = useSelection.getState();
        if (current?.kind !== 'packet') return;
        bringPanel('map');
        playPacket(current.seq);
      },
    },
    {
      id: 'packet.waterfall',
      title: 'Waterfall of the packet',
      group: 'Selection',
      keys: ['w'],
      run: show('waterfall'),
    },
    ...presetIds.map((preset) => ({
      id: `layout.${preset}`,
      title: `Layout: ${presets[preset].toLowerCase()}`,
      group: 'Layout',
      run: () => useDock.getState().handle?.preset(preset),
    })),
    { id: 'layout.present', title: 'Layout: present', group: 'Layout', run: () => setPresenting(true) },
    {
      id: 'layout.reset',
      title: 'Layout: back to how it was',
      group: 'Layout',
      run: () => useDock.getState().handle?.reset(),
    },
    {
      id: 'selection.back',
      title: 'Back to what was selected before',
      group: 'Selection',
      keys: ['Alt+ArrowLeft', '['],
      // Always: at the end of the history the key must not leave the page.
      run: () => useSelection.getState().back(),
    },
    {
      id: 'selection.forward',
      title: 'Forward again',
      group: 'Selection',
      keys: ['Alt+ArrowRight', ']'],
      run: () => useSelection.getState().forward(),
    },
    ...(detail?.lab.commands ?? []).map((command) => ({
      id: `run.${command.id}`,
      title: `Run: ${command.label}`,
      group: 'In the network’s command line',
      when: () => whyNotRun(useLab.getState().status) === undefined,
      run: () => void runInMininet([command.host, ...command.argv].join(' ')),
    })),
    ...(detail?.lab.hosts ?? []).map((host) => ({
      id: `shell.${host.name}`,
      title: `Open a shell on ${host.name}`,
      group: 'Terminals',
      changes: true,
      when: running,
      run: () => void openShell(host.name),
    })),
    { id: 'lab.stop', title: 'Stop the lab', group: 'Lab', changes: true, when: running, run: askToStopOpenLab },
    {
      id: 'lab.start',
      title: 'Start the lab',
      group: 'Lab',
      when: () => ['stopped', 'failed'].includes(useLab.getState().status?.phase ?? ''),
      run: () => void restartLab(),
    },
  ];
}

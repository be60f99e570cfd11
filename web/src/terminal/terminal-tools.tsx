import type { Lab } from '../../../server/contract/lab.ts';
import { runInMininet, useWhyNotRun } from '../session/run-command.ts';
import { openShell } from '../session/terminal-actions.ts';
import { useLab } from '../state/lab-store.ts';
import { Icon } from '../ui/icon.tsx';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';

/** The lab's commands, by group, typed into the network's command line. */
function runItems(lab: Lab, why: string | undefined): MenuItem[] {
  return lab.commands.map((command) => ({
    id: `run-${command.id}`,
    label: command.label,
    group: command.group,
    icon: 'play',
    off: why,
    run: () => void runInMininet([command.host, ...command.argv].join(' ')),
  }));
}

/** Right of a terminal's tabs: the lab's commands, a new shell, and the terminal's own menu. */
export function TerminalTools({ kind, items }: { kind: string | undefined; items: readonly MenuItem[] }) {
  const lab = useLab((state) => state.detail?.lab);
  const running = useLab((state) => state.status?.phase === 'running');
  const why = useWhyNotRun();
  if (lab === undefined) return null;
  const shells: MenuItem[] = lab.hosts.map((host) => ({
    id: `shell-${host.name}`,
    label: host.name,
    group: 'A shell on',
    icon: host.role === 'server' ? 'server' : 'computer',
    off: running ? undefined : 'The lab is not running.',
    run: () => void openShell(host.name),
  }));
  return (
    <>
      {kind === 'mininet' && lab.commands.length > 0 && (
        <MenuButton
          id="run"
          label="Run a command of the lab"
          items={runItems(lab, why)}
          tip={why ?? 'Types one of the lab’s commands into this terminal.'}
        >
          <Icon name={why === undefined ? 'play' : 'waiting'} size="s" />
          Run
        </MenuButton>
      )}
      <MenuButton
        id="new-terminal"
        label="Open a shell on a host"
        items={shells}
        className="button button-ghost button-bare"
      >
        <Icon name="plus" />
      </MenuButton>
      <MenuButton id="terminal-menu" label="Terminal menu" items={items} className="button button-ghost button-bare">
        <Icon name="dots" />
      </MenuButton>
    </>
  );
}

import type { LabStatus } from '../../../server/contract/status.ts';
import { logOut, useSession } from '../session/session-store.ts';
import { type PresetId, useDock } from '../state/dock-store.ts';
import { isCutOff, useLab } from '../state/lab-store.ts';
import { setPresenting } from '../state/present.ts';
import { useRecording } from '../state/recording.ts';
import { navigate } from '../state/route.ts';
import { useSelection } from '../state/selection.ts';
import { plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { Brand } from './brand.tsx';
import './top-bar.css';
import { askToStopOpenLab, restartLab } from '../session/lab-actions.ts';
import { presets } from './dock-layout.ts';
import { StopFaults } from './intervention-banner.tsx';
import { LiveMode } from './live-mode.tsx';
import { PageMenus } from './page-menus.tsx';
import { ReadinessChips } from './readiness-chips.tsx';
import { RuntimeLabel } from './runtime-label.tsx';

const presetIds: readonly PresetId[] = ['default', 'learn', 'debug', 'grade'];

/** Top bar of a lab: which lab, what is ready, whether what one sees is live, layout, theme, keys. */
export function TopBar({ title, status, narrow }: { title: string; status: LabStatus | undefined; narrow: boolean }) {
  return (
    <header className="top-bar">
      <Brand wide={!narrow} />
      {!narrow && <span className="separator" />}
      <LabMenu title={title} status={status} />
      {status !== undefined && status.phase !== 'stopped' && <RuntimeLabel kind={status.runtime} narrow={narrow} />}
      {status !== undefined && status.phase !== 'stopped' && <ReadinessChips status={status} />}
      {!narrow && <SelectionSteps />}
      <span className="grow" />
      <StopFaults narrow={narrow} />
      {!narrow && <LiveState />}
      {status !== undefined && status.viewers > 1 && (
        <Tooltip text={`${plural(status.viewers, 'page')} watch this lab now, this one included.`}>
          <span className="viewers" data-testid="viewers">
            <Icon name="users" size="s" />
            {status.viewers}
            <span className="unseen"> pages watch this lab</span>
          </span>
        </Tooltip>
      )}
      {!narrow && <LayoutMenu />}
      {!narrow && <PageMenus />}
    </header>
  );
}

/** Back and forward over what was selected. */
function SelectionSteps() {
  const { past, future, back, forward } = useSelection();
  return (
    <span className="selection-steps">
      <Button
        id="selection.back"
        bare
        kind="ghost"
        icon="undo"
        label="Back to what was selected before (Alt+←)"
        off={past.length === 0 ? 'Nothing was selected before.' : undefined}
        onPress={back}
      />
      <Button
        id="selection.forward"
        bare
        kind="ghost"
        icon="redo"
        label="Forward again (Alt+→)"
        off={future.length === 0 ? 'This is the latest selection.' : undefined}
        onPress={forward}
      />
    </span>
  );
}

function LabMenu({ title, status }: { title: string; status: LabStatus | undefined }) {
  const passwordRequired = useSession(({ session }) => session.state === 'open' && session.passwordRequired);
  const phase = status?.phase ?? 'stopped';
  const recorded = useRecording((state) => state.detail !== undefined);
  const runs = phase === 'running' || phase === 'starting' || phase === 'failed';
  const items: MenuItem[] = [
    ...(recorded
      ? []
      : runs
        ? [{ id: 'lab-stop', label: 'Stop lab', icon: 'close' as const, danger: true, run: askToStopOpenLab }]
        : [
            {
              id: 'lab-start',
              label: 'Start lab',
              icon: 'play' as const,
              off: phase === 'stopping' ? 'It is still stopping.' : undefined,
              run: () => void restartLab(),
            },
          ]),
    { id: 'labs', label: 'All labs', icon: 'exit', run: () => navigate('/') },
    ...(passwordRequired
      ? [{ id: 'log-out', label: 'Log out', icon: 'external' as const, run: () => void logOut() }]
      : []),
  ];
  return (
    <MenuButton id="lab-menu" label={`${title}: lab menu`} items={items} className="lab-menu">
      <span className="ellipsis" data-testid="lab-title">
        {title}
      </span>
      <Icon name="down" size="s" />
    </MenuButton>
  );
}

/** Whether what is seen is live, and how; without room for it the banner alone says that it is not. */
function LiveState() {
  const connection = useLab((state) => state.connection);
  const running = useLab((state) => state.status?.phase === 'running');
  if (isCutOff(connection))
    return (
      <Chip tone="warn" icon="waiting" testId="live-state">
        Not live
      </Chip>
    );
  return running ? <LiveMode /> : null;
}

function LayoutMenu() {
  const preset = useDock((state) => state.preset);
  const handle = useDock((state) => state.handle);
  const items: MenuItem[] = [
    ...presetIds.map((id) => ({
      id: `layout-${id}`,
      label: presets[id],
      group: 'Layout',
      checked: id === preset,
      run: () => handle?.preset(id),
    })),
    { id: 'layout-present', label: 'Present', group: 'Layout', icon: 'full', run: () => setPresenting(true) },
    { id: 'layout-reset', label: 'Back to how it was', group: 'This lab', icon: 'undo', run: () => handle?.reset() },
  ];
  if (handle === undefined) return null;
  return (
    <MenuButton id="layout" label={`Layout: ${presets[preset]}`} items={items}>
      <Icon name="table" size="s" />
      <span className="layout-word">{presets[preset]}</span>
      <Icon name="down" size="s" />
    </MenuButton>
  );
}

import { useRef, useState } from 'react';
import { useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { useMoment } from '../state/moment.ts';
import { useSelection } from '../state/selection.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { useMeasured } from '../ui/use-measured.ts';
import { ControlTab } from './control-tab.tsx';
import { FlowTableTab } from './flow-table-tab.tsx';
import { PastTableTab } from './past-table-tab.tsx';
import './flows.css';
import './control.css';

/** Below this width of the pane a row has two lines or three, and what is chosen stands under the list. Pixels. */
const compactBelow = 700;
const isCompact = ({ clientWidth }: HTMLElement) => clientWidth < compactBelow;

type Tab = 'table' | 'openflow';
const tabs = [
  { value: 'table', label: 'Table' },
  { value: 'openflow', label: 'OpenFlow' },
] as const;

/** The switch to show: the selected node, else the one whose entry is selected, else the first. */
function useChosenSwitch() {
  const switches = useLab((state) => state.status?.switches);
  const [chosen, setChosen] = useState<string>();
  const pointed = useSelection(({ current }) =>
    current?.kind === 'flow'
      ? current.dpid
      : current?.kind === 'node'
        ? switches?.find(({ name }) => name === current.name)?.dpid
        : undefined,
  );
  if (pointed !== undefined && pointed !== chosen) setChosen(pointed);
  const its = switches?.find(({ dpid }) => dpid === chosen) ?? switches?.[0];
  return { switches: switches ?? [], its, choose: setChosen };
}

/** Flow tables of the switches, and what the controller and they say to one another. */
export function FlowsPane() {
  const lab = useLab((state) => state.id);
  const phase = useLab((state) => state.status?.phase);
  const atUs = useMoment((state) => state.atUs);
  const isSeen = useDock((state) => state.visible.includes('flows'));
  const { switches, its, choose } = useChosenSwitch();
  const [tab, setTab] = useState<Tab>('table');
  const host = useRef<HTMLDivElement>(null);
  const compact = useMeasured(host, false, isCompact);
  const isRunning = phase === 'running' || phase === 'starting';
  return (
    <div ref={host} className="flows" data-testid="flows">
      <PaneTools>
        <Segmented label="What to show" value={tab} options={tabs} onChange={setTab} testId="flows-tab" />
        {switches.length > 1 && its !== undefined && (
          <MenuButton
            id="flows.switch"
            label={`Switch: ${its.name}`}
            items={switches.map(({ dpid, name }) => ({
              id: `flows-switch-${name}`,
              label: name,
              note: dpid,
              checked: dpid === its.dpid,
              run: () => choose(dpid),
            }))}
          >
            {its.name}
          </MenuButton>
        )}
        {/* The filter of the messages takes what is free. */}
        {tab === 'table' && <span className="tools-grow" />}
      </PaneTools>
      {lab === undefined || !isRunning || its === undefined ? (
        <EmptyState
          icon="flows"
          testId="flows-stopped"
          title={isRunning ? 'Waiting for a switch' : 'The lab is not running'}
          reason={isRunning ? 'Its flow table is shown when it connects.' : 'A flow table lives in a running switch.'}
        />
      ) : tab === 'table' && atUs !== undefined ? (
        <PastTableTab key={its.dpid} lab={lab} its={its} atUs={atUs} isSeen={isSeen} compact={compact} />
      ) : tab === 'table' ? (
        <FlowTableTab key={its.dpid} lab={lab} its={its} isSeen={isSeen} compact={compact} />
      ) : (
        <ControlTab lab={lab} isSeen={isSeen} compact={compact} />
      )}
    </div>
  );
}

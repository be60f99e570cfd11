import { type ReactNode, Suspense } from 'react';
import { terminalOf } from '../state/dock-store.ts';
import { PanelContext } from '../ui/pane-tools.tsx';
import { isPaneId } from './dock-layout.ts';
import { panes } from './panes.ts';
import { Waiting } from './waiting.tsx';
import './pane.css';

/** The frame of one pane: its test id, its place for the keyboard, and an empty well until its code is there. */
export function PanelBody({ id, children }: { id: string; children: ReactNode }) {
  const pane = isPaneId(id) ? id : 'terminal';
  return (
    <PanelContext value={id}>
      {/* biome-ignore lint/a11y/useSemanticElements: dockview's group around it is the landmark */}
      <div
        role="group"
        className={`pane pane-${pane}`}
        data-pane={pane}
        data-panel={id}
        data-testid={isPaneId(id) ? `pane-${id}` : `pane-${id.replaceAll(':', '-')}`}
        aria-label={isPaneId(id) ? panes[id].title : `Terminal ${terminalOf(id) ?? ''}`}
        tabIndex={-1}
      >
        <Suspense fallback={<Waiting />}>{children}</Suspense>
      </div>
    </PanelContext>
  );
}

import { useRef, useState } from 'react';
import { api } from '../session/api.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useLab } from '../state/lab-store.ts';
import { marksOf, useMarks } from '../state/marks.ts';
import { saveFrom } from '../state/save-file.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { Icon } from '../ui/icon.tsx';
import { type MenuItem, MenuList } from '../ui/menu.tsx';
import { exportChoices } from './export-choices.ts';
import { useSelectedSeq } from './trace-list.tsx';
import type { TraceRows } from './use-trace-rows.ts';

/** The trace as a pcapng file for Wireshark: all of it, what passes the filter, what is marked, or one journey (TRACE40). */
export function ExportMenu({ rows }: { rows: TraceRows }) {
  const { log, view } = rows;
  const button = useRef<HTMLButtonElement>(null);
  // The choices are made when the menu opens: the list is drawn far more often.
  const [open, setOpen] = useState<{ readonly items: readonly MenuItem[]; readonly element: Element }>();
  const selected = useSelectedSeq();

  const choices = (): MenuItem[] => {
    const { id: lab, status } = useLab.getState();
    return exportChoices({
      lineage: { record: (seq) => log.record(seq), childrenOf: (seq) => log.childrenOf(seq) },
      selected,
      marked: marksOf(useMarks.getState(), log.epochMs).marked,
      filter: useTraceFilter.getState().good,
      matched: () =>
        Array.from({ length: view.matched }, (_, i) => view.recordAt(i)?.seq ?? 0).filter((seq) => seq > 0),
    }).map(({ id, label, query, off }) => ({
      id,
      label,
      icon: 'external',
      group: 'As pcapng, for Wireshark',
      off: status?.phase === 'running' ? off : 'The lab is not running: its log is gone.',
      run: () => {
        if (lab !== undefined) saveFrom(api.traceUrl(lab, query));
      },
    }));
  };
  const openMenu = () => {
    if (button.current !== null) setOpen({ items: choices(), element: button.current });
  };
  useRegisterCommands([{ id: 'trace.export', title: 'Export packets as pcapng…', group: 'Trace', run: openMenu }]);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="button button-ghost button-bare"
        data-testid="cmd-trace.export"
        aria-label="Export packets"
        aria-haspopup="menu"
        aria-expanded={open !== undefined}
        title="Export packets for Wireshark"
        onClick={openMenu}
      >
        <Icon name="external" size="s" />
      </button>
      {open && (
        <MenuList
          items={open.items}
          anchor={open}
          label="Export packets"
          onClose={() => {
            setOpen(undefined);
            button.current?.focus();
          }}
        />
      )}
    </>
  );
}

import { useRegisterCommands } from '../state/commands.ts';
import {
  clearMarks,
  clearReference,
  marksOf,
  nextMarked,
  toggleMark,
  toggleReference,
  useMarks,
} from '../state/marks.ts';
import { select } from '../state/selection.ts';
import type { TraceLog } from '../state/trace-log.ts';

/** Marks and the time reference by keys and palette (TRACE63, TRACE64). `selected` is 0 when no packet is. */
export function useMarkCommands(log: TraceLog, selected: number): void {
  const marks = () => marksOf(useMarks.getState(), log.epochMs);
  const isMarked = () => marks().marked.size > 0;
  const go = (step: 1 | -1) => {
    const seq = nextMarked(marks(), selected, step);
    if (seq !== undefined) select({ kind: 'packet', seq });
  };
  const reference = () => {
    const record = log.record(selected);
    if (record !== undefined) toggleReference(log.epochMs, record);
  };
  const command = { group: 'Trace', pane: 'trace' } as const;
  useRegisterCommands([
    {
      ...command,
      id: 'trace.mark',
      title: 'Mark the packet, or take its mark away',
      keys: ['m'],
      when: () => selected !== 0,
      run: () => toggleMark(log.epochMs, selected),
    },
    { ...command, id: 'trace.next-mark', title: 'Next marked packet', keys: ['n'], when: isMarked, run: () => go(1) },
    {
      ...command,
      id: 'trace.previous-mark',
      title: 'Previous marked packet',
      keys: ['N'],
      when: isMarked,
      run: () => go(-1),
    },
    { ...command, id: 'trace.clear-marks', title: 'Take all marks away', when: isMarked, run: clearMarks },
    {
      ...command,
      id: 'trace.time-reference',
      title: 'Times count from the packet, or from the beginning again',
      keys: ['t'],
      when: () => log.record(selected) !== undefined,
      run: reference,
    },
    {
      ...command,
      id: 'trace.clear-reference',
      title: 'Times count from the beginning',
      when: () => marks().reference !== undefined,
      run: clearReference,
    },
  ]);
}

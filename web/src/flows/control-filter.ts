import { create } from 'zustand';
import { type Completions, completions } from '../../../bridge/packet/filter/completion.ts';
import { isOfControl, readFilterWhere, refusedOfControl } from '../../../bridge/packet/filter/scope.ts';
import type { Query } from '../ui/query-field.tsx';

/** How a filter of control messages may go on. */
export const completeControl = (text: string, cursor: number): Completions => completions(text, cursor, isOfControl);

interface ControlFilter extends Query {
  /** The filter that the messages are of: the last one that could be used. */
  readonly good: string;
}

/** The filter of the control messages (FLOW23). */
export const useControlFilter = create<ControlFilter>()((set) => ({
  text: '',
  good: '',
  fault: undefined,
  isPrepared: false,
  setText: (text) => {
    const read = readFilterWhere(text, refusedOfControl);
    set(read.ok ? { text, good: text, fault: undefined } : { text, fault: read.fault });
  },
  clear: () => set({ text: '', good: '', fault: undefined }),
}));

import { create } from 'zustand';
import { isRecord } from './is-record.ts';

/** What is selected, everywhere at once: each pane shows its own side of it (UI3). */
export type Selection =
  | { readonly kind: 'packet'; readonly seq: number }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'link'; readonly a: string; readonly b: string }
  | { readonly kind: 'check'; readonly id: string }
  /** An entry of a switch's flow table, by the id that the switch's table gives it. */
  | { readonly kind: 'flow'; readonly dpid: string; readonly id: string };

interface SelectionState {
  readonly current: Selection | undefined;
  readonly past: readonly (Selection | undefined)[];
  readonly future: readonly (Selection | undefined)[];
  /** Selects; the same thing again changes nothing, undefined clears. */
  select(selection: Selection | undefined): void;
  back(): void;
  forward(): void;
  /** Forgets selection and history: another lab. */
  reset(): void;
  /** Forgets what is only of one run: its packets, and what its switches had in their tables. */
  forgetRun(): void;
}

/** Longest history; the oldest step is forgotten. */
const depth = 100;

/** Whether two selections mean the same thing; a link has no direction. */
export function sameSelection(a: Selection | undefined, b: Selection | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'packet') return b.kind === 'packet' && a.seq === b.seq;
  if (a.kind === 'node') return b.kind === 'node' && a.name === b.name;
  if (a.kind === 'check') return b.kind === 'check' && a.id === b.id;
  if (a.kind === 'flow') return b.kind === 'flow' && a.dpid === b.dpid && a.id === b.id;
  return b.kind === 'link' && ((a.a === b.a && a.b === b.b) || (a.a === b.b && a.b === b.a));
}

/** Reads a selection that was written as JSON; undefined when it is none. */
export function readSelection(value: unknown): Selection | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, seq, name, a, b, id, dpid } = value;
  if (kind === 'packet' && typeof seq === 'number') return { kind, seq };
  if (kind === 'node' && typeof name === 'string') return { kind, name };
  if (kind === 'link' && typeof a === 'string' && typeof b === 'string') return { kind, a, b };
  if (kind === 'check' && typeof id === 'string') return { kind, id };
  if (kind === 'flow' && typeof dpid === 'string' && typeof id === 'string') return { kind, dpid, id };
  return undefined;
}

const isOfOneRun = (selection: Selection | undefined): boolean =>
  selection?.kind === 'packet' || selection?.kind === 'flow';

/** The one selection and its history. */
export const useSelection = create<SelectionState>()((set) => ({
  current: undefined,
  past: [],
  future: [],
  select: (selection) =>
    set((state) => {
      if (sameSelection(state.current, selection)) return state;
      return { current: selection, past: [...state.past, state.current].slice(-depth), future: [] };
    }),
  back: () =>
    set((state) => {
      if (state.past.length === 0) return state;
      return {
        current: state.past.at(-1),
        past: state.past.slice(0, -1),
        future: [state.current, ...state.future],
      };
    }),
  forward: () =>
    set((state) => {
      if (state.future.length === 0) return state;
      return { current: state.future[0], past: [...state.past, state.current], future: state.future.slice(1) };
    }),
  reset: () => set({ current: undefined, past: [], future: [] }),
  forgetRun: () =>
    set(({ current, past, future }) => ({
      current: isOfOneRun(current) ? undefined : current,
      past: past.filter((each) => !isOfOneRun(each)),
      future: future.filter((each) => !isOfOneRun(each)),
    })),
}));

/** Selects from outside a component. */
export function select(selection: Selection | undefined): void {
  useSelection.getState().select(selection);
}

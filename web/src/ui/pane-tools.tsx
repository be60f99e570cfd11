import { createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';
import { create } from 'zustand';

/** The panel that a component is drawn in: `trace`, `terminal:mininet`. */
export const PanelContext = createContext<string>('');

interface Slots {
  readonly slots: Readonly<Record<string, HTMLElement | undefined>>;
}
const useSlots = create<Slots>()(() => ({ slots: {} }));

/** Called by the frame: the element in the pane's head that takes its tools, undefined while another pane is in front. */
export function setToolSlot(panel: string, element: HTMLElement | undefined): void {
  if (useSlots.getState().slots[panel] === element) return;
  useSlots.setState((state) => ({ slots: { ...state.slots, [panel]: element } }));
}

/** Draws a pane's own tools into its head, right of the tabs; nothing while another pane is in front. `.tools-grow` takes the free width. */
export function PaneTools({ children }: { children: ReactNode }) {
  const panel = use(PanelContext);
  const slot = useSlots((state) => state.slots[panel]);
  return slot === undefined ? null : createPortal(children, slot);
}

import { lazy, Suspense } from 'react';
import { create } from 'zustand';
import { useFetchedAtRest } from '../state/rest.ts';

const fetchDialog = async () => ({ default: (await import('./colour-rules-dialog.tsx')).ColourRulesDialog });
const ColourRulesDialog = lazy(fetchDialog);

const useDialog = create<{ readonly isOpen: boolean }>()(() => ({ isOpen: false }));

/** Opens the editor of the colour rules. */
export function openColourRules(): void {
  useDialog.setState({ isOpen: true });
}
const close = () => useDialog.setState({ isOpen: false });

/** The editor of the colour rules, while it is open (TRACE78). */
export function ColourRulesPlace() {
  const isOpen = useDialog((state) => state.isOpen);
  useFetchedAtRest(fetchDialog);
  return isOpen ? (
    <Suspense>
      <ColourRulesDialog onClose={close} />
    </Suspense>
  ) : null;
}

import { Suspense } from 'react';
import { create } from 'zustand';
import { useFetchedAtRest } from '../state/rest.ts';
import { part } from '../ui/part.tsx';

const ColourRulesDialog = part(async () => (await import('./colour-rules-dialog.tsx')).ColourRulesDialog);

const useDialog = create<{ readonly isOpen: boolean }>()(() => ({ isOpen: false }));

/** Opens the editor of the colour rules. */
export function openColourRules(): void {
  useDialog.setState({ isOpen: true });
}
const close = () => useDialog.setState({ isOpen: false });

/** The editor of the colour rules, while it is open (TRACE78). */
export function ColourRulesPlace() {
  const isOpen = useDialog((state) => state.isOpen);
  useFetchedAtRest(ColourRulesDialog.fetch);
  return isOpen ? (
    <Suspense>
      <ColourRulesDialog onClose={close} />
    </Suspense>
  ) : null;
}

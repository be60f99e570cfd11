import { useMemo } from 'react';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { Lab } from '../../../server/contract/lab.ts';
import { useLab } from '../state/lab-store.ts';
import { type CraftForm, firstForm } from './craft.ts';

interface CraftForms {
  /** By the lab's id, as they were typed. */
  readonly forms: Readonly<Record<string, CraftForm>>;
}

/** The forms that somebody has begun to fill in: they outlive the pane, and the page (INJECT8). */
export const useCraftForms = create<CraftForms>()(
  persist((): CraftForms => ({ forms: {} }), {
    name: 'patchbay.craft',
    version: 1,
    storage: createJSONStorage(() => sessionStorage),
  }),
);

/** The form of a lab and how to change it; before anybody did, one that makes sense in the lab. */
export function useCraftForm(lab: Lab): [CraftForm, (part: Partial<CraftForm>) => void] {
  const first = useMemo(() => firstForm(lab, useLab.getState().status), [lab]);
  const form = useCraftForms(({ forms }) => forms[lab.id]) ?? first;
  const change = (part: Partial<CraftForm>): void => {
    useCraftForms.setState(({ forms }) => ({
      forms: { ...forms, [lab.id]: { ...(forms[lab.id] ?? first), ...part } },
    }));
  };
  return [form, change];
}

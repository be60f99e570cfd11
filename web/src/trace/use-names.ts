import { useMemo } from 'react';
import type { LabStatus } from '../../../server/contract/status.ts';
import { useLab } from '../state/lab-store.ts';
import { type Names, namesOf } from './names.ts';

/** What of a status decides names: it changes seldom, the status itself every second. */
function namesKey(status: LabStatus | undefined): string {
  return JSON.stringify(status?.routers.map((router) => [router.name, router.interfaces]) ?? []);
}

/** The names of the lab that is open; the same object until one of them changes. */
export function useNames(): Names {
  const lab = useLab((state) => state.detail?.lab);
  const key = useLab((state) => namesKey(state.status));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the part of the status that is read
  return useMemo(() => namesOf(lab, useLab.getState().status), [lab, key]);
}

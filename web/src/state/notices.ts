import { create } from 'zustand';
import type { Problem } from '../../../server/contract/status.ts';

/** A refusal that a person should read: drawn until it is closed. */
export interface Notice {
  readonly id: number;
  readonly title: string;
  readonly detail: string;
}

const most = 4;
let nextId = 1;

/** Notices that are shown, oldest first. */
export const useNotices = create<{ readonly notices: readonly Notice[] }>()(() => ({ notices: [] }));

/** Shows a refusal. The same one again is not stacked. */
export function notify(problem: Pick<Problem, 'title' | 'detail'>): void {
  const { title, detail } = problem;
  const id = nextId++;
  useNotices.setState(({ notices }) => ({
    notices: [
      ...notices.filter((known) => known.title !== title || known.detail !== detail),
      { id, title, detail },
    ].slice(-most),
  }));
}

/** Closes a notice. */
export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

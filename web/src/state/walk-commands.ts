import { useRegisterCommands } from './commands.ts';
import type { PaneId } from './dock-store.ts';

/** A list of a pane that keys walk; what its functions tell is asked when a key comes. */
export interface Walk {
  /** Its commands are called `id.next`, `id.first`, …. */
  readonly id: string;
  readonly group: string;
  readonly pane: PaneId;
  /** One of the list, as the titles of its commands say. */
  readonly one: string;
  readonly count: () => number;
  /** Index of the one that is chosen, -1 while none is. */
  readonly at: () => number;
  /** Where a walk begins while none is chosen. */
  readonly begins: 'first' | 'last';
  /** Where there are pages: what they are of, and how many of the list one has. */
  readonly pages?: { readonly of: string; readonly size: () => number };
  readonly when?: () => boolean;
  /** Chooses one that there is. */
  readonly goTo: (index: number) => void;
}

/** Next, previous, first, last and, where there are pages, one up and down. */
export function useWalkCommands({ id, group, pane, one, count, at, begins, pages, when, goTo }: Walk): void {
  const walk = (to: (at: number, last: number) => number) => () => {
    const last = count() - 1;
    if (last >= 0) goTo(Math.max(0, Math.min(last, to(at(), last))));
  };
  const step = (by: number) => walk((now, last) => (now >= 0 ? now + by : begins === 'first' ? 0 : last));
  const move = (name: string, title: string, keys: readonly string[], run: () => void) =>
    ({ id: `${id}.${name}`, title, group, pane, keys, when: when ?? (() => true), run }) as const;
  useRegisterCommands([
    move('next', `Next ${one}`, ['j', 'ArrowDown'], step(1)),
    move('previous', `Previous ${one}`, ['k', 'ArrowUp'], step(-1)),
    ...(pages === undefined
      ? []
      : [
          move(
            'page-down',
            `A page of ${pages.of} down`,
            ['PageDown'],
            walk((now) => now + pages.size()),
          ),
          move(
            'page-up',
            `A page of ${pages.of} up`,
            ['PageUp'],
            walk((now) => now - pages.size()),
          ),
        ]),
    move(
      'first',
      `First ${one}`,
      ['Home'],
      walk(() => 0),
    ),
    move(
      'last',
      `Last ${one}`,
      ['End'],
      walk((_, last) => last),
    ),
  ]);
}

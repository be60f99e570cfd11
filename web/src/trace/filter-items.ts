import { combined, filterForField } from '../../../bridge/packet/filter/field-filter.ts';
import { copyText } from '../state/copy-text.ts';
import { showPanel } from '../state/dock-store.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { MenuItem } from '../ui/menu.tsx';
import type { PacketNode } from '../ui/packet-tree.ts';

const none = 'There is no filter for this field.';

/** How a field becomes a filter: at once, to be looked at first, with the one that is there, turned round, or as text. */
export function filterItems(node: PacketNode): MenuItem[] {
  const filter = filterForField(node.name, node.value);
  const { good, setText, prepare } = useTraceFilter.getState();
  const added = filter ?? '';
  const off = filter === undefined ? none : undefined;
  const joinOff = off ?? (good.trim() === '' ? 'There is no filter yet.' : undefined);
  const apply = (text: string) => () => {
    setText(text);
    showPanel('trace');
  };
  return [
    { id: 'filter.apply', group: added, label: 'Apply as filter', icon: 'filter', off, run: apply(added) },
    { id: 'filter.not', group: added, label: 'Apply “not …”', off, run: apply(combined(good, added, 'only', true)) },
    {
      id: 'filter.and',
      group: added,
      label: 'Apply “… and …”',
      off: joinOff,
      run: apply(combined(good, added, 'and', false)),
    },
    {
      id: 'filter.and-not',
      group: added,
      label: 'Apply “… and not …”',
      off: joinOff,
      run: apply(combined(good, added, 'and', true)),
    },
    {
      id: 'filter.prepare',
      group: added,
      label: 'Prepare as filter',
      off,
      run: () => {
        prepare(added);
        showPanel('trace');
        focusFilter();
      },
    },
    {
      id: 'filter.copy',
      group: added,
      label: 'Copy as filter',
      icon: 'copy',
      off,
      run: () => copyText(added, `Filter ${added}`),
    },
  ];
}

/** The field may be drawn only after its pane came to the front. */
function focusFilter(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid="trace-filter"]')?.focus());
}

import { memo, useEffect, useRef } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import type { TreeRow } from './packet-tree.ts';
import { revealWithin } from './reveal.ts';

/** Said behind a field's value. */
export interface FieldNote {
  readonly tone: 'quiet' | 'ok' | 'warn' | 'bad' | 'info';
  readonly icon?: IconName;
  readonly text: string;
}

const idOf = (id: string, key: string) => `${id}-field-${key.replaceAll(/[^a-zA-Z0-9#-]/g, '_')}`;

interface RowProps {
  readonly id: string;
  readonly row: TreeRow;
  readonly selected: boolean;
  readonly hovered: boolean;
  readonly notes: readonly FieldNote[];
}

const Row = memo(function Row({ id, row, selected, hovered, notes }: RowProps) {
  const { node, depth, expanded } = row;
  const foldable = node.children.length > 0;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names its active item
    <div
      id={idOf(id, node.key)}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={selected}
      aria-expanded={foldable ? expanded : undefined}
      data-key={node.key}
      data-testid={`${id}-field-${node.key}`}
      className={`field-row ${node.layer ? 'field-layer' : ''} ${selected ? 'field-mark' : hovered ? 'field-hover' : ''}`}
      style={{ '--field-depth': depth } as React.CSSProperties}
    >
      <span className="field-fold" data-fold={foldable ? '' : undefined}>
        {foldable && <Icon name={expanded ? 'down' : 'right'} size="s" />}
      </span>
      <span className="field-name">{node.label}</span>
      <span className="field-value ellipsis" title={node.text}>
        {node.text}
      </span>
      {notes.map((note) => (
        <span key={note.text} className={`field-note field-note-${note.tone}`} title={note.text}>
          {note.icon !== undefined && <Icon name={note.icon} size="s" />}
          {note.text}
        </span>
      ))}
    </div>
  );
});

interface FieldTreeProps {
  /** Begins the ids and test ids of its rows: `packet`. */
  readonly id: string;
  readonly rows: readonly TreeRow[];
  readonly selected: string | undefined;
  readonly hovered: string | undefined;
  readonly notesOf: (row: TreeRow) => readonly FieldNote[];
  readonly onSelect: (key: string) => void;
  readonly onHover: (key: string | undefined) => void;
  readonly onFold: (key: string, open: boolean) => void;
  readonly onMenu: (key: string, x: number, y: number) => void;
}

function keyOf(target: EventTarget): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>('[data-key]')?.dataset.key : undefined;
}

/** Layers and fields; arrows move and fold as in any tree. */
export function FieldTree(props: FieldTreeProps) {
  const { id, rows, selected, hovered, notesOf, onSelect, onHover, onFold, onMenu } = props;
  const tree = useRef<HTMLDivElement>(null);
  const at = rows.findIndex((row) => row.node.key === selected);
  const current = rows[at];

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection scrolls
  useEffect(() => {
    revealWithin(tree.current, tree.current?.querySelector('[aria-selected="true"]') ?? null, 'nearest');
  }, [selected]);

  const goTo = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row) onSelect(row.node.key);
  };
  const onKey = (key: string): boolean => {
    if (key === 'ArrowDown') goTo(at + 1);
    else if (key === 'ArrowUp') goTo(at === -1 ? 0 : at - 1);
    else if (key === 'Home') goTo(0);
    else if (key === 'End') goTo(rows.length - 1);
    else if (!current) return false;
    else if (key === 'ArrowRight') {
      if (!current.expanded && current.node.children.length > 0) onFold(current.node.key, true);
      else goTo(at + 1);
    } else if (key === 'ArrowLeft') {
      if (current.expanded) onFold(current.node.key, false);
      else goTo(rows.findLastIndex((row, i) => i < at && row.depth < current.depth));
    } else if (key === 'Enter' || key === ' ') onFold(current.node.key, !current.expanded);
    else return false;
    return true;
  };
  return (
    <div
      ref={tree}
      role="tree"
      aria-label="Fields"
      aria-activedescendant={current ? idOf(id, current.node.key) : undefined}
      tabIndex={0}
      className="fields"
      data-testid={`${id}-fields`}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (onKey(event.key)) event.preventDefault();
      }}
      onPointerOver={(event) => onHover(keyOf(event.target))}
      onPointerLeave={() => onHover(undefined)}
      onClick={(event) => {
        const key = keyOf(event.target);
        if (key === undefined) return;
        onSelect(key);
        const row = rows.find((each) => each.node.key === key);
        const folds =
          row?.node.layer || (event.target instanceof Element && event.target.closest('[data-fold]') !== null);
        if (row && folds && row.node.children.length > 0) onFold(key, !row.expanded);
      }}
      onContextMenu={(event) => {
        const key = keyOf(event.target) ?? current?.node.key;
        if (key === undefined) return;
        event.preventDefault();
        // The menu key means the selected row, not where the pointer happens to be.
        const row =
          keyOf(event.target) === undefined ? tree.current?.querySelector('[aria-selected="true"]') : undefined;
        const box = row?.getBoundingClientRect();
        onSelect(key);
        onMenu(key, box?.left ?? event.clientX, box?.bottom ?? event.clientY);
      }}
    >
      {rows.map((row) => (
        <Row
          key={row.node.key}
          id={id}
          row={row}
          selected={row.node.key === selected}
          hovered={row.node.key === hovered}
          notes={notesOf(row)}
        />
      ))}
    </div>
  );
}

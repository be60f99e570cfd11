// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of ten thousand rows cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { Fragment, type ReactNode, type RefObject, useEffect, useRef } from 'react';

/** `--row-head-h`, pixels. */
const rowHeadHeight = 24;

export interface GridRows {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Of a row, and of the head that stands above the rows in the scroller, pixels. */
  readonly height: number;
  readonly headHeight: number;
  /** Rows that fit, less one that stays in sight. */
  page(): number;
}

/** The rows of a grid that draws only what is in sight. */
export function useGridRows(options: {
  readonly count: number;
  readonly height: number;
  readonly compact: boolean;
  readonly overscan: number;
}): GridRows {
  const { count, height, compact, overscan } = options;
  const scroller = useRef<HTMLDivElement>(null);
  const headHeight = compact ? 0 : rowHeadHeight;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan,
    // The head stands in the scroller, above the rows.
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height changes
  useEffect(() => virtualizer.measure(), [height]);
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 1);
  return { scroller, virtualizer, height, headHeight, page };
}

interface GridListProps {
  readonly rows: GridRows;
  readonly label: string;
  readonly testId: string;
  /** Of the grid, and of its head's row. */
  readonly className: string;
  readonly headClassName: string;
  readonly columns: readonly string[];
  readonly count: number;
  /** Index of the active row, -1 when there is none, and the id of its element. */
  readonly active: number;
  readonly activeId: string;
  /** Undefined where there is no row of this index any more. */
  readonly row: (index: number) => ReactNode;
  /** Told after each scroll. */
  readonly onScroll?: (scroller: HTMLDivElement) => void;
}

/** The grid itself: a head, and the rows in sight. */
export function GridList(props: GridListProps) {
  const { rows, label, testId, className, headClassName, columns, count, active, activeId, row, onScroll } = props;
  const { scroller, virtualizer, height, headHeight } = rows;
  const items = virtualizer.getVirtualItems();
  // Only an element that exists may be named as the active one.
  const isDrawn = items.some(({ index }) => index === active);
  return (
    <div
      ref={scroller}
      className={`flows-scroll ${className}`}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isDrawn ? activeId : undefined}
      tabIndex={0}
      data-testid={testId}
      data-rows={count}
      onScroll={onScroll && (({ currentTarget }) => onScroll(currentTarget))}
    >
      <div className={`grid-head ${headClassName}`} role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <span key={column} role="columnheader">
            {column}
          </span>
        ))}
      </div>
      <div role="presentation" className="flows-rows" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const drawn = row(item.index);
          return drawn === undefined ? (
            <Fragment key={item.key} />
          ) : (
            <div
              key={item.key}
              role="presentation"
              className="flows-place"
              style={{ height, transform: `translateY(${item.start - headHeight}px)` }}
            >
              {drawn}
            </div>
          );
        })}
      </div>
    </div>
  );
}

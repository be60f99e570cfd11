// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of a hundred thousand rows cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { chainOf } from '../state/chain.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useComments } from '../state/comments.ts';
import { showPanel } from '../state/dock-store.ts';
import { marksOf, useMarks } from '../state/marks.ts';
import { useMoment } from '../state/moment.ts';
import { select, useSelection } from '../state/selection.ts';
import { countOf } from '../state/text.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { traceStore } from '../state/trace-store.ts';
import { Icon } from '../ui/icon.tsx';
import { MenuList } from '../ui/menu.tsx';
import type { Names } from './names.ts';
import { seconds } from './row-cells.ts';
import { useRowColours } from './row-colours.ts';
import { rowItems, useRowCommands } from './row-menu.tsx';
import { useRowPlaces } from './row-places.ts';
import { AbsentRow, type ChainMark, MarkerRow, rowId, TraceRow } from './trace-row.tsx';
import { useCommentCommands } from './use-comment-commands.ts';
import type { Following } from './use-follow.ts';
import { useMarkCommands } from './use-mark-commands.ts';
import { usePastRows } from './use-past.ts';
import { useRowsInSight } from './use-rows-in-sight.ts';
import type { TraceRows } from './use-trace-rows.ts';

const columns = ['#', 'Time', 'Where', 'Source', 'Destination', 'Proto', 'Len', 'Info', 'Cause', 'Verdict'] as const;
/** Rows drawn beyond the edges, so that scrolling finds them there. */
const overscan = 12;
/** Of an end that is followed nobody scrolls yet, and each row costs in a storm. */
const overscanAtEnd = 2;

/** The seq of the selected packet, 0 when none is. */
export function useSelectedSeq(): number {
  return useSelection(({ current }) => (current?.kind === 'packet' ? current.seq : 0));
}

function markOf(chain: readonly number[], members: ReadonlySet<number>, seq: number): ChainMark {
  const first = chain[0];
  const last = chain.at(-1);
  if (first === undefined || last === undefined || seq < first || seq > last) return 'none';
  if (!members.has(seq)) return 'between';
  if (first === last) return 'only';
  return seq === first ? 'first' : seq === last ? 'last' : 'middle';
}

export interface TraceListProps {
  readonly rows: TraceRows;
  readonly following: Following;
  readonly names: Names;
  readonly scroller: React.RefObject<HTMLDivElement | null>;
  readonly rowHeight: number;
  readonly compact: boolean;
  /** Time since the row before instead of since the start. */
  readonly relative: boolean;
  /** Shown instead of rows. */
  readonly empty: ReactNode;
}

/** The list itself: a grid that draws only what is in sight, moved through with the keyboard. */
export function TraceList(props: TraceListProps) {
  const { rows, following, names, scroller, rowHeight, compact, relative, empty } = props;
  const { log, view, model, canRead } = rows;
  const selected = useSelectedSeq();
  const { version } = log;
  const { marked, reference } = marksOf(useMarks(), log.epochMs);
  useMarkCommands(log, selected);
  useCommentCommands(selected);
  const comments = useComments(({ bySeq }) => bySeq);
  const colours = useRowColours(log, canRead);
  const grid = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ readonly record: TraceRecord; readonly x: number; readonly y: number }>();
  const openMenu = (seq: number, at?: { readonly x: number; readonly y: number }) => {
    const record = log.record(seq);
    // By key it opens under the row, if that is in sight.
    const box = (document.getElementById(rowId(seq)) ?? grid.current)?.getBoundingClientRect();
    if (record !== undefined) setMenu({ record, x: at?.x ?? box?.left ?? 0, y: at?.y ?? box?.bottom ?? 0 });
  };
  const whyNotComment = useRowCommands(log, selected, () => openMenu(selected));

  const sight = useRowsInSight(scroller, {
    count: model.count,
    rowHeight,
    overscan: following.follow ? overscanAtEnd : overscan,
    atEnd: following.follow,
  });
  const { first, last, slots } = sight;
  const rowsInSight = useRowPlaces(sight);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the journey grows with the log
  const chain = useMemo(() => {
    if (selected === 0) return [];
    return chainOf({ record: (seq) => log.record(seq), childrenOf: (seq) => log.childrenOf(seq) }, selected);
  }, [log, selected, version]);
  const members = useMemo(() => new Set(chain), [chain]);

  /** Packet row of the selection; undefined when it is not among the rows. */
  const selectedPosition = (): number | undefined => {
    const position = view.positionOf(selected);
    return view.seqAt(position) === selected ? position : undefined;
  };

  const { follow, stop, reveal } = following;
  const shown = useRef({ selectedPosition, view, model });
  shown.current = { selectedPosition, view, model };
  const isAwaited = useRef(false);
  const showSelected = () => {
    const position = shown.current.selectedPosition();
    if (position === undefined) return;
    isAwaited.current = false;
    if (position < shown.current.view.matched - 1) stop();
    reveal(shown.current.model.rowOf(position));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection moves the list
  useEffect(() => {
    isAwaited.current = selected > log.ring.lastSeq;
    showSelected();
  }, [selected]);
  // A link, or who comes back, may select a packet before the log is here (UI57).
  useEffect(() => {
    if (isAwaited.current) showSelected();
  });
  const text = useTraceFilter((state) => state.good);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows: the selected one is found again among them
  useEffect(() => {
    const position = shown.current.selectedPosition();
    if (!follow && position !== undefined) reveal(shown.current.model.rowOf(position));
  }, [text, view.filtering]);

  const atUs = useMoment((state) => state.atUs);
  /** The last record of the moment that is shown; infinite while it is now. */
  const shownSeq = atUs === undefined ? Number.POSITIVE_INFINITY : (log.lastUntil(atUs)?.seq ?? 0);
  const wasPast = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another moment moves the list
  useEffect(() => {
    const isPast = shownSeq !== Number.POSITIVE_INFINITY;
    if (wasPast.current && !isPast) following.start();
    wasPast.current = isPast;
    if (!isPast || shown.current.view.matched === 0) return;
    stop();
    const position = Math.max(0, shown.current.view.positionOf(shownSeq + 1) - 1);
    reveal(shown.current.model.rowOf(position));
  }, [shownSeq]);

  const goTo = (position: number) => {
    const seq = view.seqAt(Math.max(0, Math.min(view.matched - 1, position)));
    if (seq !== undefined) select({ kind: 'packet', seq });
    grid.current?.focus({ preventScroll: true });
  };
  const step = (by: number) => {
    const at = selectedPosition();
    if (at !== undefined) goTo(at + by);
    else goTo(Math.min(view.positionOf(selected || Number.MAX_SAFE_INTEGER), view.matched - 1));
  };
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
  const any = () => view.matched > 0;
  useRegisterCommands([
    {
      id: 'trace.next',
      title: 'Next packet',
      group: 'Trace',
      pane: 'trace',
      keys: ['j', 'ArrowDown'],
      when: any,
      run: () => step(1),
    },
    {
      id: 'trace.previous',
      title: 'Previous packet',
      group: 'Trace',
      pane: 'trace',
      keys: ['k', 'ArrowUp'],
      when: any,
      run: () => step(-1),
    },
    {
      id: 'trace.page-down',
      title: 'A page down',
      group: 'Trace',
      pane: 'trace',
      keys: ['PageDown'],
      when: any,
      run: () => step(page()),
    },
    {
      id: 'trace.page-up',
      title: 'A page up',
      group: 'Trace',
      pane: 'trace',
      keys: ['PageUp'],
      when: any,
      run: () => step(-page()),
    },
    {
      id: 'trace.first',
      title: 'First packet',
      group: 'Trace',
      pane: 'trace',
      keys: ['Home'],
      when: any,
      run: () => goTo(0),
    },
    {
      id: 'trace.last',
      title: 'Last packet',
      group: 'Trace',
      pane: 'trace',
      keys: ['End'],
      when: any,
      run: () => goTo(view.matched - 1),
    },
    {
      id: 'trace.details',
      title: 'Details of the packet',
      group: 'Trace',
      pane: 'trace',
      keys: ['Enter'],
      when: () => selected !== 0,
      run: () => showPanel('packet'),
    },
  ]);

  usePastRows(rows, first, last);
  const position = selectedPosition();
  const selectedRow = position === undefined ? -1 : model.rowOf(position);
  // Only an element that exists may be named as the active one.
  const drawn = selectedRow >= first && selectedRow <= last;
  const timeHead = reference !== undefined ? `Since #${reference.seq}` : relative ? 'Δ Time' : 'Time';
  const newest = log.ring.size === 0 ? undefined : log.ring.at(log.ring.end - 1);
  const style = {
    '--trace-seq-digits': String(newest?.seq ?? 0).length,
    '--trace-time-digits': seconds(newest?.tUs ?? 0).length,
  } as React.CSSProperties;
  return (
    <div
      ref={grid}
      className={`trace ${compact ? 'trace-compact' : ''}`}
      style={style}
      role="grid"
      aria-label="Packets"
      aria-rowcount={model.count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={drawn ? rowId(selected) : undefined}
      aria-multiselectable={false}
      tabIndex={0}
      data-testid="trace-grid"
      data-rows={model.count}
      onContextMenu={(event) => {
        const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-seq]') : null;
        const seq = Number(row?.dataset.seq ?? 0);
        if (seq === 0) return;
        event.preventDefault();
        select({ kind: 'packet', seq });
        openMenu(seq, { x: event.clientX, y: event.clientY });
      }}
    >
      <div className="trace-row trace-head" role="row" aria-rowindex={1}>
        <span />
        {columns.map((column) => (
          <span
            key={column}
            role="columnheader"
            className={`trace-col-${column === '#' ? 'seq' : column.toLowerCase()}`}
          >
            {column === 'Time' ? timeHead : column}
          </span>
        ))}
      </div>
      <div ref={scroller} className="trace-scroll" data-testid="trace-scroll">
        {model.count === 0 || view.matched === 0 ? (
          <Aside>{empty}</Aside>
        ) : !canRead ? null : (
          <div className="trace-rows" role="presentation" style={{ height: model.count * rowHeight }}>
            {rowsInSight.map((index) => {
              const row = model.at(index);
              const record = row.kind === 'packet' ? view.recordAt(row.position) : undefined;
              const absent = row.kind === 'packet' && !record ? view.seqAt(row.position) : undefined;
              return (
                <div
                  key={index % slots}
                  role="presentation"
                  className="trace-place"
                  data-later={record !== undefined && record.seq > shownSeq ? '' : undefined}
                  style={{ transform: `translateY(${index * rowHeight}px)` }}
                >
                  {record && row.kind === 'packet' ? (
                    <TraceRow
                      record={record}
                      sinceUs={
                        reference?.tUs ?? (relative ? view.recordAt(Math.max(0, row.position - 1))?.tUs : undefined)
                      }
                      marked={marked.has(record.seq)}
                      comment={comments.get(record.seq)}
                      rule={colours.of(record)}
                      names={names}
                      rowNumber={index}
                      selected={record.seq === selected}
                      chain={markOf(chain, members, record.seq)}
                      compact={compact}
                    />
                  ) : row.kind === 'marker' ? (
                    <MarkerRow marker={row.marker} rowNumber={index} epochMs={log.epochMs} />
                  ) : (
                    absent !== undefined && (
                      <AbsentRow
                        seq={absent}
                        rowNumber={index}
                        selected={absent === selected}
                        leftOut={log.past.isLeftOut(absent)}
                      />
                    )
                  )}
                </div>
              );
            })}
          </div>
        )}
      </div>
      {(following.fresh > 0 || log.waiting > 0) && view.matched > 0 && (
        <Aside>
          <button
            type="button"
            className="trace-fresh"
            data-testid="cmd-trace.to-end"
            onClick={() => {
              traceStore.resume();
              following.start();
            }}
          >
            <Icon name="down" size="s" />
            {countOf(following.fresh + log.waiting)} new
          </button>
        </Aside>
      )}
      {menu && (
        <MenuList
          items={rowItems(log, menu.record, whyNotComment)}
          anchor={menu}
          label={`Packet ${menu.record.seq}`}
          onClose={() => {
            setMenu(undefined);
            grid.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </div>
  );
}

/** A grid has nothing but rows and cells: what else stands in it is one. */
function Aside({ children }: { children: ReactNode }) {
  return (
    <div role="row" className="trace-aside" tabIndex={-1}>
      <div role="gridcell" className="trace-aside" tabIndex={-1}>
        {children}
      </div>
    </div>
  );
}

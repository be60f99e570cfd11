// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of ten thousand entries cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { FlowRow, PastFlowRow } from '../../../server/contract/flows.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { Icon } from '../ui/icon.tsx';
import { cookieText, counterText, deltaText, hardText, heatOf, idleText, rateText, secondsText } from './flow-text.ts';

const columns = [
  'Priority',
  'Match',
  'Actions',
  'Packets',
  'Bytes',
  'Idle left',
  'Hard left',
  'Age',
  'Cookie',
] as const;
const rowHeights = { wide: 28, compact: 66 } as const;
/** `--row-head-h`, pixels. */
const rowHeadHeight = 24;
const overscan = 10;

/** Of the past an entry says how it is known. */
type ListedFlow = FlowRow & Partial<Pick<PastFlowRow, 'confidence' | 'basis' | 'doubt'>>;

export interface FlowListProps {
  readonly entries: readonly ListedFlow[];
  /** Ids: of the selected entry, of the one that took the selected packet, and of those that nearly did. */
  readonly selected: string | undefined;
  readonly matched: string | undefined;
  readonly near: ReadonlySet<string>;
  readonly compact: boolean;
  readonly onSelect: (id: string) => void;
}

const rowId = (index: number) => `flow-row-${index}`;

/** The entries: a grid that draws only what is in sight. */
export function FlowList({ entries, selected, matched, near, compact, onSelect }: FlowListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const height = rowHeights[compact ? 'compact' : 'wide'];
  const headHeight = compact ? 0 : rowHeadHeight;
  const virtualizer = useVirtualizer({
    count: entries.length,
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
  const at = entries.findIndex(({ id }) => id === selected);
  const shown = at >= 0 ? at : entries.findIndex(({ id }) => id === matched);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice scrolls
  useEffect(() => {
    if (shown >= 0) virtualizer.scrollToIndex(shown, { align: 'auto' });
  }, [selected, matched]);

  const goTo = (index: number) => {
    const entry = entries[Math.max(0, Math.min(entries.length - 1, index))];
    if (entry !== undefined) onSelect(entry.id);
  };
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 1);
  const any = () => entries.length > 0;
  const move = (id: string, title: string, keys: readonly string[], run: () => void) =>
    ({ id: `flows.${id}`, title, group: 'Flows', pane: 'flows', keys, when: any, run }) as const;
  useRegisterCommands([
    move('next', 'Next entry', ['j', 'ArrowDown'], () => goTo(at + 1)),
    move('previous', 'Previous entry', ['k', 'ArrowUp'], () => goTo(at < 0 ? 0 : at - 1)),
    move('page-down', 'A page of entries down', ['PageDown'], () => goTo(at + page())),
    move('page-up', 'A page of entries up', ['PageUp'], () => goTo(at - page())),
    move('first', 'First entry', ['Home'], () => goTo(0)),
    move('last', 'Last entry', ['End'], () => goTo(entries.length - 1)),
  ]);

  const items = virtualizer.getVirtualItems();
  const isDrawn = items.some(({ index }) => index === at);
  return (
    <div
      ref={scroller}
      className={`flows-scroll flows-grid ${compact ? 'flows-compact' : ''}`}
      role="grid"
      aria-label="Flow entries"
      aria-rowcount={entries.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isDrawn ? rowId(at) : undefined}
      tabIndex={0}
      data-testid="flows-grid"
      data-rows={entries.length}
    >
      <div className="flows-row flows-head" role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <span key={column} role="columnheader">
            {column}
          </span>
        ))}
      </div>
      <div role="presentation" className="flows-rows" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const entry = entries[item.index];
          if (entry === undefined) return null;
          return (
            <div
              key={item.key}
              role="presentation"
              className="flows-place"
              style={{ height, transform: `translateY(${item.start - headHeight}px)` }}
            >
              <FlowLine
                entry={entry}
                index={item.index}
                isSelected={entry.id === selected}
                isMatched={entry.id === matched}
                isNear={near.has(entry.id)}
                onSelect={onSelect}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface FlowLineProps {
  readonly entry: ListedFlow;
  readonly index: number;
  readonly isSelected: boolean;
  readonly isMatched: boolean;
  readonly isNear: boolean;
  readonly onSelect: (id: string) => void;
}

function FlowLine({ entry, index, isSelected, isMatched, isNear, onSelect }: FlowLineProps) {
  const marks = `${isSelected ? 'flows-selected' : ''} ${isMatched ? 'flows-matched' : ''} ${isNear ? 'flows-near' : ''}`;
  const rate = rateText(entry.packetRate);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      id={rowId(index)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={`flows-row ${marks}`}
      data-heat={heatOf(entry.packetRate)}
      data-known={entry.confidence}
      data-doubt={entry.doubt ? '' : undefined}
      title={entry.doubt || entry.basis}
      data-testid="flow-entry"
      data-flow={entry.id}
      onClick={() => onSelect(entry.id)}
    >
      <span role="gridcell" className="flows-priority">
        {isMatched && <Icon name="right" size="s" />}
        {entry.priority}
        {isMatched && <span className="unseen"> takes the selected packet</span>}
        {entry.doubt && <span title={entry.doubt}>?</span>}
        {entry.confidence !== undefined && <span className="unseen"> {entry.doubt || entry.confidence}</span>}
        {isNear && <span className="unseen"> nearly takes the selected packet</span>}
      </span>
      <span role="gridcell" className="flows-match" title={entry.matchText}>
        {entry.match.length === 0 && <span className="flows-any">everything</span>}
        {entry.match.map(({ name, text }) => (
          <span key={name} className="flows-chip">
            <i>{name}</i> {text}
          </span>
        ))}
      </span>
      <span role="gridcell" className="flows-actions mono" title={entry.actionsText}>
        {entry.actionsText.replaceAll(',', ', ')}
      </span>
      <span role="gridcell" className="flows-number" title={entry.packetRate > 0 ? rate : undefined}>
        {counterText(entry.packets)} <em>{deltaText(entry.packetsDelta)}</em>
      </span>
      <span role="gridcell" className="flows-number">
        {counterText(entry.bytes)} <em>{deltaText(entry.bytesDelta)}</em>
      </span>
      <span
        role="gridcell"
        className={`flows-number ${entry.isIdleLeftInferred && entry.idleLeftS >= 0 ? 'flows-inferred' : ''}`}
        title={entry.isIdleLeftInferred && entry.idleLeftS >= 0 ? 'Inferred: from when its counter moved' : undefined}
      >
        {idleText(entry)}
      </span>
      <span role="gridcell" className="flows-number">
        {hardText(entry)}
      </span>
      <span role="gridcell" className="flows-number">
        {entry.isNew ? <b>new</b> : secondsText(entry.ageS)}
      </span>
      <span role="gridcell" className="flows-cookie mono">
        {cookieText(entry.cookie)}
      </span>
    </div>
  );
}

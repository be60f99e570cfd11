// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of ten thousand entries cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { useEffect } from 'react';
import type { FlowRow, PastFlowRow } from '../../../server/contract/flows.ts';
import { useWalkCommands } from '../state/walk-commands.ts';
import { Icon } from '../ui/icon.tsx';
import { cookieText, counterText, deltaText, hardText, heatOf, idleText, rateText, secondsText } from './flow-text.ts';
import { GridList, useGridRows } from './grid-list.tsx';

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
  const height = rowHeights[compact ? 'compact' : 'wide'];
  const rows = useGridRows({ count: entries.length, height, compact, overscan });
  const { virtualizer, page } = rows;
  const at = entries.findIndex(({ id }) => id === selected);
  const shown = at >= 0 ? at : entries.findIndex(({ id }) => id === matched);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice scrolls
  useEffect(() => {
    if (shown >= 0) virtualizer.scrollToIndex(shown, { align: 'auto' });
  }, [selected, matched]);

  useWalkCommands({
    id: 'flows',
    group: 'Flows',
    pane: 'flows',
    one: 'entry',
    begins: 'first',
    count: () => entries.length,
    at: () => at,
    pages: { of: 'entries', size: page },
    when: () => entries.length > 0,
    goTo: (index) => {
      const entry = entries[index];
      if (entry !== undefined) onSelect(entry.id);
    },
  });

  return (
    <GridList
      rows={rows}
      label="Flow entries"
      testId="flows-grid"
      className={`flows-grid ${compact ? 'flows-compact' : ''}`}
      headClassName="flows-row flows-head"
      columns={columns}
      count={entries.length}
      active={at}
      activeId={rowId(at)}
      row={(index) => {
        const entry = entries[index];
        if (entry === undefined) return undefined;
        return (
          <FlowLine
            entry={entry}
            index={index}
            isSelected={entry.id === selected}
            isMatched={entry.id === matched}
            isNear={near.has(entry.id)}
            onSelect={onSelect}
          />
        );
      }}
    />
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

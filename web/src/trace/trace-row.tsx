// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of a hundred thousand rows cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are commands of the pane
import { memo } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { ColourRule } from '../state/colour-rules.ts';
import { useFindingsOf } from '../state/findings.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { Icon } from '../ui/icon.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { FindingGlyph } from './finding-glyph.tsx';
import type { Names } from './names.ts';
import { type AddressCell, elapsed, type RowCells, rowCells } from './row-cells.ts';
import type { Marker } from './row-model.ts';
import { summaryOf } from './summaries.ts';

/** How a row stands to the selected packet's journey; `between` are strangers that the bracket passes by. */
export type ChainMark = 'none' | 'first' | 'middle' | 'last' | 'only' | 'between';

export interface TraceRowProps {
  readonly record: TraceRecord;
  /** What its time counts from (the packet before, the time reference), µs; undefined when that is the beginning. */
  readonly sinceUs: number | undefined;
  readonly marked: boolean;
  /** What somebody said of it; undefined when nobody did. */
  readonly comment?: string | undefined;
  /** The colour rule that it passes first. */
  readonly rule?: ColourRule | undefined;
  readonly names: Names;
  readonly rowNumber: number;
  readonly selected: boolean;
  readonly chain: ChainMark;
  /** Two lines, for narrow panes. */
  readonly compact: boolean;
}

/** Element id of a packet's row, for aria-activedescendant. */
export const rowId = (seq: number) => `trace-row-${seq}`;

function Address({ cell }: { cell: AddressCell }) {
  return (
    <span role="gridcell" className="trace-cell-address" title={cell.alias === '' ? undefined : cell.alias}>
      {cell.text}
    </span>
  );
}

function Cause({ cells, parent }: { cells: RowCells; parent: number | undefined }) {
  if (parent === undefined)
    return (
      <span role="gridcell" className="trace-cell-cause" title={cells.cause === '' ? undefined : 'Cause unknown'}>
        {cells.cause}
      </span>
    );
  return (
    <span role="gridcell" className="trace-cell-cause">
      <button
        type="button"
        tabIndex={-1}
        data-testid={`trace-cause-${cells.seq}`}
        className={`trace-cause ${cells.inferred ? 'trace-cause-inferred' : ''}`}
        title={cells.inferred ? `Inferred: follows from #${parent}` : `Observed: comes from #${parent}`}
        onClick={(event) => {
          event.stopPropagation();
          pointAtPacket(parent);
        }}
      >
        {cells.cause}
      </button>
    </span>
  );
}

function VerdictCell({ cells }: { cells: RowCells }) {
  const { word, icon, tone } = cells.verdict;
  // What was found says more than what ordinarily becomes of a packet.
  const hasFinding = useFindingsOf(cells.seq).length > 0;
  return (
    <span
      role="gridcell"
      className={`trace-cell-verdict trace-verdict-${tone}`}
      title={tone === 'bad' ? `Dropped: ${word}` : undefined}
    >
      {icon !== undefined && !(hasFinding && tone === 'quiet') && <Icon name={icon} size="s" />}
      <FindingGlyph seq={cells.seq} />
      <span className="ellipsis">{word}</span>
    </span>
  );
}

function MarkGlyph() {
  return (
    <span className="trace-mark">
      <Icon name="flag" size="s" />
      <span className="unseen">marked</span>
    </span>
  );
}

function CommentGlyph({ text }: { text: string }) {
  return (
    <span className="trace-comment" title={text} data-testid="trace-comment">
      <Icon name="comment" size="s" />
      <span className="unseen">commented: {text}</span>
    </span>
  );
}

/** The name of the rule that colours the row: never colour alone. Where the verdict's own word says it, it is not said twice. */
function RuleTag({ rule, isSaid }: { rule: ColourRule | undefined; isSaid: boolean }) {
  if (rule === undefined) return null;
  return <span className={isSaid ? 'unseen' : 'trace-rule'}>{rule.name}</span>;
}

/** One packet. Memoised: while packets stream past, a row is drawn once. */
export const TraceRow = memo(function TraceRow(props: TraceRowProps) {
  const { record, sinceUs, marked, comment, rule, names, rowNumber, selected, chain, compact } = props;
  const summary = summaryOf(record);
  const cells = rowCells(record, summary, names);
  const time = sinceUs === undefined ? cells.time : elapsed(record.tUs - sinceUs);
  const state = selected ? 'trace-row-selected' : chain !== 'none' && chain !== 'between' ? 'trace-row-chain' : '';
  const where = (
    <>
      {cells.point} <em>{cells.place}</em>
    </>
  );
  const signs = (
    <>
      {marked && <MarkGlyph />}
      {comment !== undefined && <CommentGlyph text={comment} />}
      <RuleTag rule={rule} isSaid={record.verdict === 'dropped'} />
    </>
  );
  return (
    <div
      id={rowId(record.seq)}
      role="row"
      aria-rowindex={rowNumber + 2}
      aria-selected={selected}
      data-testid={`trace-row-${record.seq}`}
      data-seq={record.seq}
      data-point={record.point}
      data-chain={chain}
      data-marked={marked ? '' : undefined}
      data-proto={summary.kind}
      data-colour={rule?.colour}
      className={`trace-row ${state} ${record.verdict === 'dropped' ? 'trace-row-dropped' : ''}`}
      onClick={() => pointAtPacket(record.seq)}
    >
      <span
        className="trace-gutter"
        aria-hidden="true"
        title={rule === undefined ? undefined : `Colour rule: ${rule.name}`}
      >
        <i />
      </span>
      {compact ? (
        <>
          <span className="trace-line" role="gridcell">
            <ProtoGlyph shape={summary.kind} radius={4} />
            <b>{summary.protocol}</b>
            <span className="ellipsis">
              {cells.source.text} → {cells.destination.text}
            </span>
            <span className="grow" />
            <VerdictCell cells={cells} />
          </span>
          <span className="trace-line trace-line-meta" role="gridcell">
            {signs}
            <span>#{cells.seq}</span>
            <span>{time}</span>
            <span className="trace-cell-where">{where}</span>
            <span className="ellipsis">{summary.info}</span>
          </span>
        </>
      ) : (
        <>
          <span role="gridcell" className="trace-number">
            {cells.seq}
          </span>
          <span role="gridcell" className="trace-number trace-cell-time">
            {time}
          </span>
          <span role="gridcell" className="trace-cell-where">
            {where}
          </span>
          <Address cell={cells.source} />
          <Address cell={cells.destination} />
          <span role="gridcell" className="trace-cell-proto">
            <ProtoGlyph shape={summary.kind} radius={4} />
            {summary.protocol}
          </span>
          <span role="gridcell" className="trace-number trace-cell-length">
            {cells.length}
          </span>
          <span role="gridcell" className="trace-cell-info" title={summary.info}>
            {signs}
            {summary.info}
          </span>
          <Cause cells={cells} parent={record.parents[0]} />
          <VerdictCell cells={cells} />
        </>
      )}
    </div>
  );
});

const markerIcons = { info: 'ok', warn: 'warn', bad: 'bad' } as const;

/** Something that happened between two packets. */
export function MarkerRow({ marker, rowNumber, epochMs }: { marker: Marker; rowNumber: number; epochMs: number }) {
  const atS = marker.atMs === undefined || epochMs === 0 ? undefined : (marker.atMs - epochMs) / 1000;
  return (
    <div
      role="row"
      aria-rowindex={rowNumber + 2}
      className={`trace-marker trace-marker-${marker.level}`}
      data-testid={`trace-marker-${marker.key}`}
    >
      <span role="gridcell" className="trace-marker-cell">
        <Icon name={markerIcons[marker.level]} size="s" />
        <b>{marker.text}</b>
        {/* Apart from the text, which may end with a number of its own. */}
        {atS !== undefined && atS >= 0 && <span className="trace-marker-time">at {atS.toFixed(3)} s</span>}
        <span className="ellipsis">{marker.reason}</span>
      </span>
    </div>
  );
}

interface AbsentRowProps {
  seq: number;
  rowNumber: number;
  selected: boolean;
  /** The server does not have it either: a recorded run left it out. */
  leftOut: boolean;
}

/** A packet that the page does not have: until it has come, or for good. */
export function AbsentRow({ seq, rowNumber, selected, leftOut }: AbsentRowProps) {
  return (
    <div
      id={rowId(seq)}
      role="row"
      aria-rowindex={rowNumber + 2}
      aria-selected={selected}
      data-testid={`trace-absent-${seq}`}
      className={`trace-row ${selected ? 'trace-row-selected' : ''}`}
      onClick={() => pointAtPacket(seq)}
    >
      <span className="trace-gutter" aria-hidden="true" />
      <span role="gridcell" className="trace-number">
        {seq}
      </span>
      <span role="gridcell" className="trace-cell-absent">
        {leftOut ? 'not in the log' : 'fetching…'}
      </span>
    </div>
  );
}

// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of ten thousand lines cannot be a list element
// biome-ignore-all lint/a11y/useFocusableInteractive: the list box has the focus and names its active line
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are commands of the pane
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '../ui/icon.tsx';
import { coveredBy, type Match, type Part, type StreamLine } from './stream-lines.ts';

/** Pixels: `--row-h`. */
const rowHeight = 20;
const overscan = 20;

interface StreamListProps {
  readonly parts: readonly Part[];
  readonly lines: readonly StreamLine[];
  readonly match: Match | undefined;
  /** Index of the part whose packet is selected, -1 for none. */
  readonly selected: number;
  /** Whether characters of a line stand for its bytes one by one. */
  readonly isText: boolean;
  readonly onSelect: (part: number) => void;
}

/** What both sides said, line by line: only what is in sight is drawn. */
export function StreamList({ parts, lines, match, selected, isText, onSelect }: StreamListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    useFlushSync: false,
  });
  const latest = useRef({ lines, parts });
  latest.current = { lines, parts };
  const isShown = (index: number): boolean => virtualizer.getVirtualItems().some((item) => item.index === index);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another packet moves the list
  useEffect(() => {
    const index = latest.current.lines.findIndex(({ part }) => part === selected);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [selected]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another place that was found moves the list
  useEffect(() => {
    if (match === undefined) return;
    const index = latest.current.lines.findIndex((line) => {
      const part = latest.current.parts[line.part];
      return part !== undefined && coveredBy(match, line, part) !== undefined;
    });
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' });
  }, [match]);

  const items = virtualizer.getVirtualItems();
  const active = lines.findIndex(({ part }) => part === selected);
  return (
    <div
      ref={scroller}
      className="stream-list mono"
      role="listbox"
      aria-label="What both sides sent"
      aria-activedescendant={active >= 0 && isShown(active) ? `stream-line-${active}` : undefined}
      tabIndex={0}
      data-autofocus=""
      data-testid="stream-list"
      data-lines={lines.length}
    >
      <div role="presentation" className="stream-lines" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const line = lines[item.index];
          const part = line && parts[line.part];
          if (line === undefined || part === undefined) return null;
          const { direction, seqs } = part.piece;
          const [seq] = seqs;
          return (
            <div
              key={item.key}
              id={`stream-line-${item.index}`}
              role="option"
              aria-selected={line.part === selected}
              aria-setsize={lines.length}
              aria-posinset={item.index + 1}
              aria-label={
                line.isFirst
                  ? `${direction}, ${seq === undefined ? 'missing' : `packet ${seq}`}: ${line.text}`
                  : undefined
              }
              className={`stream-line stream-${direction} stream-${line.kind}`}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onSelect(line.part)}
            >
              <span className="stream-gutter" title={seqs.length > 1 ? `Sent again in ${again(seqs)}` : undefined}>
                {line.isFirst && (
                  <>
                    <span className="stream-way">{direction === 'client' ? '→' : '←'}</span>
                    {seq === undefined ? '' : `#${seq}`}
                    {seqs.length > 1 && <Icon name="refresh" size="s" />}
                  </>
                )}
              </span>
              <span className="stream-text">
                {line.kind !== 'bytes' && <Icon name="warn" size="s" />}
                {marked(line, part, match, isText)}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const again = (seqs: readonly number[]): string =>
  seqs
    .slice(1)
    .map((seq) => `#${seq}`)
    .join(', ');

/** The line with what was found in it. */
function marked(line: StreamLine, part: Part, match: Match | undefined, isText: boolean): ReactNode {
  const covered = match && coveredBy(match, line, part);
  if (covered === undefined) return line.text;
  if (!isText) return <mark>{line.text}</mark>;
  const [from, to] = covered;
  return (
    <>
      {line.text.slice(0, from)}
      <mark>{line.text.slice(from, to)}</mark>
      {line.text.slice(to)}
    </>
  );
}

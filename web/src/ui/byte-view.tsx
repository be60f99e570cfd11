import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type PointerEvent, useEffect, useRef } from 'react';
import { asciiByte, type ByteMarks, hexByte, markAt } from './byte-rows.ts';

/** Height of a row, pixels: `--row-h`. */
const rowHeight = 20;
const overscan = 8;

interface ByteRowProps {
  readonly frame: Uint8Array;
  readonly start: number;
  readonly perRow: number;
  /** Marks of the row's bytes, a letter a byte: what does not change is not drawn again. */
  readonly marks: string;
}

const ByteRow = memo(function ByteRow({ frame, start, perRow, marks }: ByteRowProps) {
  const offsets = Array.from({ length: Math.min(perRow, frame.length - start) }, (_, i) => start + i);
  const half = perRow / 2;
  const cell = (offset: number, text: string, kind: string) => (
    <span
      key={offset}
      data-at={offset}
      data-mark={marks[offset - start]}
      className={`${kind} ${kind === 'byte' && offset - start === half ? 'byte-half' : ''}`}
    >
      {text}
    </span>
  );
  return (
    <>
      <span className="bytes-offset">{start.toString(16).padStart(4, '0')}</span>
      <span className="bytes-hex">{offsets.map((offset) => cell(offset, hexByte(frame[offset] ?? 0), 'byte'))}</span>
      <span className="bytes-ascii">
        {offsets.map((offset) => cell(offset, asciiByte(frame[offset] ?? 0), 'byte-ascii'))}
      </span>
    </>
  );
});

function marksOf(marks: ByteMarks, start: number, count: number): string {
  let text = '';
  for (let offset = start; offset < start + count; offset++) text += markAt(marks, offset)[0];
  return text;
}

function offsetOf(event: PointerEvent | React.MouseEvent): number | undefined {
  const at = event.target instanceof HTMLElement ? event.target.dataset.at : undefined;
  return at === undefined ? undefined : Number(at);
}

interface ByteViewProps {
  /** Begins its ids and test id: `packet`. */
  readonly id: string;
  readonly frame: Uint8Array;
  readonly perRow: 8 | 16;
  readonly marks: ByteMarks;
  /** Said when the byte with the focus changes. */
  readonly description: string;
  readonly onHover: (offset: number | undefined) => void;
  readonly onPick: (offset: number) => void;
}

/** The frame as hexadecimal and ASCII; the bytes of a field and the field light up together. */
export function ByteView({ id, frame, perRow, marks, description, onHover, onPick }: ByteViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const cursor = useRef(0);
  const virtualizer = useVirtualizer({
    count: Math.ceil(frame.length / perRow),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
  });
  const marked = marks.mark?.start;
  useEffect(() => {
    if (marked === undefined || marked >= frame.length) return;
    cursor.current = marked;
    virtualizer.scrollToIndex(Math.floor(marked / perRow), { align: 'auto' });
  }, [marked, perRow, frame, virtualizer]);

  const move = (by: number) => {
    cursor.current = Math.max(0, Math.min(frame.length - 1, cursor.current + by));
    onPick(cursor.current);
  };
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow };
  return (
    // biome-ignore lint/a11y/useSemanticElements: no element is a field of bytes
    <div
      ref={scroller}
      className="bytes"
      role="group"
      aria-label="Bytes; arrows move, the field follows"
      aria-describedby={`${id}-byte`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move from byte to byte
      tabIndex={0}
      data-testid={`${id}-bytes`}
      onPointerOver={(event) => onHover(offsetOf(event))}
      onPointerLeave={() => onHover(undefined)}
      onClick={(event) => {
        const offset = offsetOf(event);
        if (offset === undefined) return;
        cursor.current = offset;
        onPick(offset);
      }}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        move(step);
      }}
    >
      <span id={`${id}-byte`} className="unseen" aria-live="polite">
        {description}
      </span>
      <div className="bytes-rows" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const start = item.index * perRow;
          return (
            <div key={item.index} className="bytes-row" style={{ transform: `translateY(${item.start}px)` }}>
              <ByteRow
                frame={frame}
                start={start}
                perRow={perRow}
                marks={marksOf(marks, start, Math.min(perRow, frame.length - start))}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

import { useId, useState } from 'react';
import { asciiByte, hexByte } from './byte-rows.ts';
import './hex-editor.css';

const perRow = 8;
const digit = /^[0-9a-f]$/i;

/** A frame's bytes, edited in place: hex digits overwrite, Insert and Delete change the length, pasted hex replaces all (HOLD6). */
export function HexEditor({
  id,
  bytes,
  original,
  mark,
  onChange,
}: {
  /** Begins the test ids. */
  id: string;
  bytes: Uint8Array;
  /** As it came: what differs is marked. */
  original: Uint8Array | undefined;
  /** Bytes of the field that has the focus. */
  mark: { readonly start: number; readonly end: number } | undefined;
  onChange: (bytes: Uint8Array) => void;
}) {
  const [at, setAt] = useState(0);
  const [low, setLow] = useState(false);
  const description = useId();
  const cursor = Math.min(at, Math.max(0, bytes.length - 1));
  const go = (to: number) => {
    setAt(Math.max(0, Math.min(to, bytes.length - 1)));
    setLow(false);
  };
  const put = (key: string) => {
    const next = bytes.slice();
    const nibble = Number.parseInt(key, 16);
    const old = bytes[cursor] ?? 0;
    next[cursor] = low ? (old & 0xf0) | nibble : (old & 0x0f) | (nibble << 4);
    onChange(next);
    if (low) go(cursor + 1);
    else setLow(true);
  };
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: cursor - 1,
    ArrowRight: cursor + 1,
    ArrowUp: cursor - perRow,
    ArrowDown: cursor + perRow,
    Backspace: cursor - 1,
    Home: cursor - (cursor % perRow),
    End: cursor - (cursor % perRow) + perRow - 1,
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moves[key];
    if (to !== undefined) go(to);
    else if (digit.test(key)) put(key);
    else if (key === 'Insert') onChange(spliced(bytes, cursor, 0, [0]));
    else if (key === 'Delete' && bytes.length > 1) onChange(spliced(bytes, cursor, 1, []));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const differs = (offset: number): boolean => original !== undefined && original[offset] !== bytes[offset];
  const rows = Array.from({ length: Math.ceil(bytes.length / perRow) }, (_, row) => row * perRow);
  const old = original?.[cursor];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a text area cannot mark single bytes
    <div
      role="textbox"
      aria-multiline="true"
      aria-label="Bytes of the packet, hex"
      aria-describedby={description}
      tabIndex={0}
      className="hex-editor"
      data-testid={`${id}-hex`}
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        const pasted = bytesOfHex(event.clipboardData.getData('text'));
        if (pasted === undefined) return;
        event.preventDefault();
        onChange(pasted);
        go(0);
      }}
    >
      <span className="unseen" id={description}>
        {`Byte ${cursor} of ${bytes.length}: ${hexByte(bytes[cursor] ?? 0)}${differs(cursor) && old !== undefined ? `, was ${hexByte(old)}` : ''}. Hex digits overwrite, Insert and Delete change the length.`}
      </span>
      {rows.map((start) => (
        <div key={start} className="hex-row" aria-hidden="true">
          <span className="hex-offset">{start.toString(16).padStart(4, '0')}</span>
          <span className="hex-bytes">
            {Array.from(bytes.subarray(start, start + perRow), (byte, i) => {
              const offset = start + i;
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: keys move the cursor as well
                <span
                  key={offset}
                  className="hex-byte"
                  data-changed={differs(offset) ? '' : undefined}
                  data-field={mark !== undefined && mark.start <= offset && offset < mark.end ? '' : undefined}
                  data-cursor={offset === cursor ? (low ? 'low' : 'high') : undefined}
                  onMouseDown={() => go(offset)}
                >
                  {hexByte(byte)}
                </span>
              );
            })}
          </span>
          <span className="hex-ascii">{Array.from(bytes.subarray(start, start + perRow), asciiByte).join('')}</span>
        </div>
      ))}
    </div>
  );
}

function spliced(bytes: Uint8Array, at: number, away: number, added: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...added, ...bytes.subarray(at + away)]);
}

/** Bytes from hex digits, with any blanks, colons or `0x` between them; undefined for what is none. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/0x|[\s:,-]/gi, '');
  if (digits === '' || digits.length % 2 === 1 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

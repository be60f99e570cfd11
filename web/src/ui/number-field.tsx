import type { ReactNode } from 'react';

interface NumberFieldProps {
  readonly id: string;
  readonly before?: string;
  readonly after: ReactNode;
  /** As it is typed. */
  readonly value: string;
  readonly isFine: boolean;
  /** What it may be, on hovering. */
  readonly title?: string;
  readonly onChange: (value: string) => void;
  /** Enter was pressed, or the focus went elsewhere. */
  readonly onLeave?: () => void;
}

/** A number within a line of words: “every 100 ms”. */
export function NumberField({ id, before, after, value, isFine, title, onChange, onLeave }: NumberFieldProps) {
  return (
    <label className="row">
      {before !== undefined && <span className="mid">{before}</span>}
      <span className={`field field-number ${isFine ? '' : 'field-bad'}`} title={title}>
        <input
          inputMode="numeric"
          data-testid={id}
          aria-invalid={!isFine}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onLeave}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onLeave?.();
          }}
        />
      </span>
      <span className="mid">{after}</span>
    </label>
  );
}

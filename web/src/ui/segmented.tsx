import { type ReactNode, useRef } from 'react';

/** One choice of a few, side by side; a radio group for the keyboard and for assistive technology. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
  testId,
  wide = false,
}: {
  label: string;
  value: T;
  options: readonly { readonly value: T; readonly label: ReactNode }[];
  onChange: (value: T) => void;
  testId?: string;
  /** Fills the width it has. */
  wide?: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const step = (by: number) => {
    const at = options.findIndex((option) => option.value === value);
    const next = (at + by + options.length) % options.length;
    const option = options[next];
    if (option === undefined) return;
    onChange(option.value);
    host.current?.querySelectorAll<HTMLElement>('[role="radio"]')[next]?.focus();
  };
  return (
    <div
      ref={host}
      className={`segmented ${wide ? 'segmented-wide' : ''}`}
      role="radiogroup"
      aria-label={label}
      data-testid={testId}
    >
      {options.map((option) => (
        // biome-ignore lint/a11y/useSemanticElements: a native radio cannot hold the drawn content
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          data-testid={testId === undefined ? undefined : `${testId}-${option.value}`}
          onClick={() => onChange(option.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight' || event.key === 'ArrowDown') step(1);
            else if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') step(-1);
            else return;
            event.preventDefault();
          }}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

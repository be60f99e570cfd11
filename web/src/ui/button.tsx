import { type ReactNode, type Ref, use } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import { ReadOnly } from './read-only.ts';
import { Tooltip } from './tooltip.tsx';

export interface ButtonProps {
  /** Becomes the test id `cmd-…`. */
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly kind?: 'plain' | 'primary' | 'ghost' | 'danger';
  readonly size?: 'normal' | 'large';
  /** Only the icon is drawn; the label is its name. */
  readonly bare?: boolean;
  /** The key that does the same, shown beside the label. */
  readonly keyHint?: string;
  /** Why it is off now; undefined means on. An off button stays focusable, so that its reason can be read. */
  readonly off?: string | undefined;
  /** It changes what the pane is about: off where that is only looked at. */
  readonly changes?: boolean;
  /** A sentence about what it does. */
  readonly hint?: ReactNode;
  readonly pressed?: boolean;
  readonly type?: 'button' | 'submit';
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onPress?: () => void;
}

/** The one button. At most one primary a pane. */
export function Button({
  id,
  label,
  icon,
  kind = 'plain',
  size = 'normal',
  bare = false,
  keyHint,
  off: ownOff,
  changes = false,
  hint,
  pressed,
  type = 'button',
  className,
  ref,
  onPress,
}: ButtonProps) {
  const readOnly = use(ReadOnly);
  const off = changes ? (readOnly ?? ownOff) : ownOff;
  return (
    <Tooltip text={off ?? hint ?? (bare ? label : undefined)}>
      <button
        ref={ref}
        type={type}
        className={`button button-${kind} ${size === 'large' ? 'button-large' : ''} ${bare ? 'button-bare' : ''} ${className ?? ''}`}
        data-testid={`cmd-${id}`}
        aria-label={bare ? label : undefined}
        aria-disabled={off === undefined ? undefined : true}
        aria-pressed={pressed}
        onClick={(event) => {
          if (off !== undefined) event.preventDefault();
          else onPress?.();
        }}
      >
        {icon !== undefined && <Icon name={icon} size={bare ? 'm' : 's'} />}
        {!bare && <span className="button-label">{label}</span>}
        {keyHint !== undefined && <kbd>{keyHint}</kbd>}
      </button>
    </Tooltip>
  );
}

import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

export type Tone = 'plain' | 'ok' | 'warn' | 'bad' | 'info' | 'inferred';

/** A small label with a state: always a word, never colour alone. */
export function Chip({
  tone = 'plain',
  icon,
  children,
  testId,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
  testId?: string;
}) {
  return (
    <span className={`chip chip-${tone}`} data-testid={testId}>
      {icon !== undefined && <Icon name={icon} size="s" />}
      {children}
    </span>
  );
}

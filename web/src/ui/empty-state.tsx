import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

/** Says what happened and why, and offers the next step: icon, sentence, reason, button. */
export function EmptyState({
  icon,
  tone = 'plain',
  title,
  reason,
  children,
  testId,
}: {
  icon: IconName;
  tone?: 'plain' | 'warn' | 'bad';
  title: string;
  reason?: ReactNode;
  /** The button (one; at most a second beside it). */
  children?: ReactNode;
  testId?: string;
}) {
  return (
    <div className={`empty empty-${tone}`} data-testid={testId}>
      <Icon name={icon} size="l" className="empty-icon" />
      <h3>{title}</h3>
      {reason !== undefined && <p>{reason}</p>}
      {children !== undefined && <div className="empty-actions">{children}</div>}
    </div>
  );
}

import { type IconName, iconPaths } from './icon-paths.ts';

/** A drawn symbol; decoration beside a word, or the face of a button that has its own label. `size`: s 14, m 16, l 20 px. */
export function Icon({ name, size = 'm', className }: { name: IconName; size?: 's' | 'm' | 'l'; className?: string }) {
  return (
    <svg className={`icon icon-${size} ${className ?? ''}`} viewBox="0 0 16 16" aria-hidden="true" data-icon={name}>
      <path d={iconPaths[name]} />
    </svg>
  );
}

import type { ReactNode } from 'react';
import { select } from '../state/selection.ts';
import { Button } from '../ui/button.tsx';

export type Fact = readonly [label: string, value: string];

/** A card over the map's corner: what is known about what is selected. */
export function MapCard({
  title,
  side,
  facts,
  testId,
  children,
}: {
  title: string;
  side: 'left' | 'right';
  facts: readonly Fact[];
  testId: string;
  children?: ReactNode;
}) {
  return (
    <section className="map-card card" data-side={side} aria-label={title} data-testid={testId}>
      <header className="row">
        <h3 className="grow ellipsis">{title}</h3>
        <Button id="close-card" label="Close" icon="close" kind="ghost" bare onPress={() => select(undefined)} />
      </header>
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  );
}

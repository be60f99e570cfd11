import type { ReactNode, RefObject } from 'react';
import { Icon } from '../ui/icon.tsx';

/** Top bar of the catalogue: brand, find box, menus. */
export function CatalogueBar({
  brand,
  menus,
  text,
  onText,
  input,
  narrow,
}: {
  brand: ReactNode;
  menus: ReactNode;
  text: string;
  onText: (text: string) => void;
  input: RefObject<HTMLInputElement | null>;
  narrow: boolean;
}) {
  return (
    <header className="top-bar">
      {brand}
      {!narrow && <span className="separator" />}
      {!narrow && <span className="catalogue-title">Labs</span>}
      <span className="grow" />
      <search className="field find-lab">
        <Icon name="search" size="s" />
        <input
          ref={input}
          type="search"
          placeholder="Find a lab"
          aria-label="Find a lab"
          data-testid="find-lab"
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
        {!narrow && <kbd>/</kbd>}
      </search>
      {menus}
    </header>
  );
}

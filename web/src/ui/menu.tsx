import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

/** A line of a menu; `checked` makes it one choice of a group, `off` says why it cannot be taken now. */
export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** Heading above the first item of a group. */
  readonly group?: string;
  readonly icon?: IconName;
  readonly note?: string;
  readonly checked?: boolean;
  readonly off?: string | undefined;
  readonly danger?: boolean;
  run(): void;
}

/** Where a menu opens: under an element, or at a point (a context menu). */
export type MenuAnchor = { readonly element: Element } | { readonly x: number; readonly y: number };

const gap = 4;

/** An open menu: arrows, Home, End and letters move, Enter takes, Escape and Tab close it. */
export function MenuList({
  items,
  anchor,
  label,
  onClose,
}: {
  items: readonly MenuItem[];
  anchor: MenuAnchor;
  label: string;
  onClose: () => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const menu = host.current;
    if (menu === null) return;
    const box = menu.getBoundingClientRect();
    const at = 'element' in anchor ? anchor.element.getBoundingClientRect() : undefined;
    const left = 'x' in anchor ? anchor.x : (at?.left ?? 0);
    const below = 'y' in anchor ? anchor.y : (at?.bottom ?? 0) + gap;
    const fits = below + box.height <= window.innerHeight;
    const above = ('y' in anchor ? anchor.y : (at?.top ?? 0) - gap) - box.height;
    menu.style.left = `${Math.max(gap, Math.min(left, window.innerWidth - box.width - gap))}px`;
    menu.style.top = `${fits ? below : Math.max(gap, above)}px`;
    (menu.querySelector<HTMLElement>('[aria-checked="true"]') ?? menu.querySelector<HTMLElement>('button'))?.focus();
  }, [anchor]);

  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && host.current?.contains(event.target) !== true) close.current();
    };
    const resized = () => close.current();
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('resize', resized);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('resize', resized);
    };
  }, []);

  const move = (to: (at: number, of: HTMLElement[]) => number) => {
    const buttons = [...(host.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = buttons.findIndex((button) => button.matches(':focus'));
    buttons.at(to(at, buttons) % buttons.length)?.focus();
  };
  return createPortal(
    <div
      ref={host}
      role="menu"
      tabIndex={-1}
      className="menu"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown') move((at) => at + 1);
        else if (event.key === 'ArrowUp') move((at, of) => (at <= 0 ? of.length - 1 : at - 1));
        else if (event.key === 'Home') move(() => 0);
        else if (event.key === 'End') move((_, of) => of.length - 1);
        else if (event.key === 'Escape' || event.key === 'Tab') onClose();
        else if (event.key.length === 1 && event.key !== ' ') {
          const letter = event.key.toLowerCase();
          move((at, of) => {
            const starts = (each: HTMLElement) => each.textContent?.toLowerCase().startsWith(letter) === true;
            const after = of.findIndex((each, index) => index > at && starts(each));
            return after >= 0 ? after : Math.max(0, of.findIndex(starts));
          });
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map((item, index) => (
        <div key={item.id} role="presentation">
          {item.group !== undefined && item.group !== items[index - 1]?.group && (
            <div className="menu-group" role="presentation">
              {item.group}
            </div>
          )}
          <button
            type="button"
            {...(item.checked === undefined
              ? { role: 'menuitem' }
              : { role: 'menuitemradio', 'aria-checked': item.checked })}
            aria-disabled={item.off === undefined ? undefined : true}
            className={`menu-item ${item.danger === true ? 'menu-danger' : ''}`}
            data-testid={`menu-${item.id}`}
            title={item.off}
            onClick={() => {
              if (item.off !== undefined) return;
              onClose();
              item.run();
            }}
          >
            <span className="menu-icon">
              {item.checked === true ? <Icon name="check" size="s" /> : item.icon && <Icon name={item.icon} size="s" />}
            </span>
            <span className="menu-label">{item.label}</span>
            {(item.off ?? item.note) !== undefined && <span className="menu-note">{item.off ?? item.note}</span>}
          </button>
        </div>
      ))}
    </div>,
    document.body,
  );
}

/** A button that opens a menu under itself and takes the focus back when it closes. */
export function MenuButton({
  id,
  label,
  items,
  children,
  className,
  tip,
}: {
  id: string;
  label: string;
  items: readonly MenuItem[];
  children: ReactNode;
  className?: string;
  tip?: string;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const [anchor, setAnchor] = useState<MenuAnchor>();
  const menu = useId();
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className ?? 'button button-ghost'}
        data-testid={`cmd-${id}`}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={anchor !== undefined}
        aria-controls={anchor === undefined ? undefined : menu}
        title={tip}
        onClick={() => setAnchor(button.current === null ? undefined : { element: button.current })}
      >
        {children}
      </button>
      {anchor !== undefined && (
        <MenuList
          items={items}
          anchor={anchor}
          label={label}
          onClose={() => {
            setAnchor(undefined);
            button.current?.focus();
          }}
        />
      )}
    </>
  );
}

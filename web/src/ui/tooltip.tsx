import { type ReactElement, type ReactNode, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

interface Place {
  readonly left: number;
  readonly top: number;
  readonly above: boolean;
}

/** How long the pointer rests before a tooltip shows, milliseconds; the keyboard's focus shows it at once. */
const restMs = 350;
const gap = 6;

/**
 * A sentence about the thing it wraps: shown on hover and on focus, put away with Escape, and its description for assistive
 * technology. Without text it only wraps.
 */
export function Tooltip({
  text,
  children,
  className,
}: {
  text: ReactNode;
  children: ReactElement;
  className?: string;
}) {
  const id = useId();
  const host = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [place, setPlace] = useState<Place>();

  const show = () => {
    const box = host.current?.firstElementChild?.getBoundingClientRect() ?? host.current?.getBoundingClientRect();
    if (box === undefined) return;
    const above = box.bottom > window.innerHeight * 0.75;
    setPlace({ left: box.left + box.width / 2, top: above ? box.top - gap : box.bottom + gap, above });
  };
  const hide = () => {
    clearTimeout(timer.current);
    setPlace(undefined);
  };
  if (text === undefined || text === '') return children;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for its child, which is the control
    <span
      ref={host}
      className={`tooltip-host ${className ?? ''}`}
      aria-describedby={place === undefined ? undefined : id}
      onPointerEnter={() => {
        clearTimeout(timer.current);
        timer.current = setTimeout(show, restMs);
      }}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => {
        if (event.target.matches(':focus-visible')) show();
      }}
      onBlur={hide}
      onKeyDown={(event) => {
        if (event.key === 'Escape') hide();
      }}
    >
      {children}
      {place !== undefined &&
        createPortal(
          <span
            ref={(element) => keepInside(element)}
            id={id}
            role="tooltip"
            className="tooltip"
            data-above={place.above ? '' : undefined}
            style={{ left: place.left, top: place.top }}
          >
            {text}
          </span>,
          document.body,
        )}
    </span>
  );
}

/** Shifts a centred bubble that would leave the window. */
function keepInside(element: HTMLElement | null): void {
  if (element === null) return;
  const box = element.getBoundingClientRect();
  const over = box.right - (window.innerWidth - gap);
  const under = gap - box.left;
  const shift = over > 0 ? -over : Math.max(under, 0);
  if (shift !== 0) element.style.marginLeft = `${shift}px`;
}

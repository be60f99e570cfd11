import { type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Completion, Completions } from '../../../bridge/packet/filter/completion.ts';
import type { FilterFault } from '../../../bridge/packet/filter/filter.ts';
import { Icon } from './icon.tsx';
import './query-field.css';

/** Pixels between the field and what opens under it. */
const gap = 4;

/** What is offered at the cursor, and which of it is meant. */
interface Offer {
  readonly items: readonly Completion[];
  readonly start: number;
  readonly end: number;
  /** -1 while none is chosen. */
  readonly active: number;
}

function offerOf({ items, start, end }: Completions, text: string): Offer | undefined {
  const typed = text.slice(start, end);
  const isDone = items.length === 1 && items[0]?.text === typed;
  return items.length === 0 || isDone ? undefined : { items, start, end, active: -1 };
}

interface UnderlineProps {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How far the field is scrolled, pixels. */
  readonly left: number;
  readonly testId: string;
}

/** The text behind the field's own, in its place, with a wavy line under what is wrong. */
export function Underline({ text, start, end, left, testId }: UnderlineProps) {
  // A place behind the end is shown as wide as a letter.
  const wrong = text.slice(start, end) || ' ';
  return (
    <span className="filter-underline" aria-hidden="true">
      <span style={{ transform: `translateX(${-left}px)` }}>
        {text.slice(0, start)}
        <u data-testid={testId}>{wrong}</u>
      </span>
    </span>
  );
}

/** Where something under the field stands: it must not be cut by the pane. */
function usePlace(host: RefObject<HTMLElement | null>, isOpen: boolean): React.CSSProperties {
  const [place, setPlace] = useState<React.CSSProperties>({});
  useLayoutEffect(() => {
    if (!isOpen) return;
    const measure = () => {
      const box = host.current?.getBoundingClientRect();
      if (!box) return;
      const below = window.innerHeight - box.bottom;
      const vertical = below > box.top ? { top: box.bottom + gap } : { bottom: window.innerHeight - box.top + gap };
      const room = Math.max(below, box.top) - 2 * gap;
      const left = Math.max(gap, box.left);
      setPlace({
        left,
        maxWidth: window.innerWidth - left - gap,
        minWidth: Math.min(box.width, 280),
        maxHeight: room,
        ...vertical,
      });
    };
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [host, isOpen]);
  return place;
}

/** A filter over a list, as it stands in its field. */
export interface Query {
  readonly text: string;
  /** What is wrong with it. */
  readonly fault: FilterFault | undefined;
  /** It stands in the field to be looked at: Enter applies it. */
  readonly isPrepared: boolean;
  setText(text: string): void;
  clear(): void;
}

interface QueryFieldProps {
  readonly query: Query;
  /** The test id of the field; of what belongs to it the beginning. */
  readonly id: string;
  /** Of the button that clears it. */
  readonly clearId: string;
  readonly label: string;
  readonly placeholder: string;
  /** How the text may go on at the cursor. */
  readonly complete: (text: string, cursor: number) => Completions;
  readonly input: RefObject<HTMLInputElement | null>;
  /** Puts the focus into the list. */
  readonly onLeave: () => void;
}

/** The field of a list's filter: says what is wrong while one types, and offers how to go on (TRACE7). */
export function QueryField(props: QueryFieldProps) {
  const { query, id, clearId, label, placeholder, complete, input, onLeave } = props;
  const { text, fault, isPrepared, setText, clear } = query;
  const [offer, setOffer] = useState<Offer>();
  const [isFocused, setFocused] = useState(false);
  const [scrolled, setScrolled] = useState(0);
  const host = useRef<HTMLElement>(null);
  const list = useId();
  const cursorAfter = useRef<number | undefined>(undefined);
  const isOffering = offer !== undefined && isFocused;
  const says = fault ? fault.message : isPrepared ? 'Prepared: Enter applies it.' : undefined;
  const place = usePlace(host, isFocused && (isOffering || says !== undefined));

  useEffect(() => {
    const at = cursorAfter.current;
    if (at === undefined) return;
    cursorAfter.current = undefined;
    input.current?.setSelectionRange(at, at);
  });

  const change = (next: string, cursor: number, offers: boolean) => {
    setText(next);
    setOffer(offers ? offerOf(complete(next, cursor), next) : undefined);
  };
  const take = ({ start, end }: Offer, item: Completion) => {
    const isBehind = /^\s/.test(text.slice(end));
    const next = `${text.slice(0, start)}${item.text}${isBehind ? '' : ' '}${text.slice(end)}`;
    const cursor = start + item.text.length + 1;
    cursorAfter.current = cursor;
    change(next, cursor, item.kind !== 'value');
    input.current?.focus();
  };
  const suggest = () => {
    if (fault?.suggestion === undefined) return;
    const next = `${text.slice(0, fault.start)}${fault.suggestion}${text.slice(fault.end)}`;
    cursorAfter.current = fault.start + fault.suggestion.length;
    change(next, cursorAfter.current, false);
    input.current?.focus();
  };

  const keyInList = (key: string, open: Offer): boolean => {
    const count = open.items.length;
    const chosen = open.items[open.active];
    if (key === 'ArrowDown') setOffer({ ...open, active: (open.active + 1) % count });
    else if (key === 'ArrowUp') setOffer({ ...open, active: open.active <= 0 ? count - 1 : open.active - 1 });
    else if (key === 'Escape') setOffer(undefined);
    else if (key === 'Tab') {
      const item = chosen ?? open.items[0];
      if (item) take(open, item);
    } else if (key === 'Enter' && chosen) take(open, chosen);
    else return false;
    return true;
  };
  const keyAlone = (key: string): boolean => {
    if (key === 'Escape' && text !== '') clear();
    else if (key === 'Enter' && isPrepared) setText(text);
    else if (key === 'Escape' || key === 'Enter' || key === 'ArrowDown') onLeave();
    else return false;
    setOffer(undefined);
    return true;
  };

  return (
    <search
      ref={host}
      className={`field query-field tools-grow ${fault ? 'field-bad' : ''}`}
      data-prepared={isPrepared}
    >
      <Icon name="filter" size="s" />
      <span className="filter-text">
        {fault && <Underline text={text} start={fault.start} end={fault.end} left={scrolled} testId={`${id}-wrong`} />}
        <input
          ref={input}
          type="text"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          data-testid={id}
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={isOffering}
          aria-controls={list}
          aria-activedescendant={isOffering && offer.active >= 0 ? `${list}-${offer.active}` : undefined}
          aria-invalid={fault !== undefined}
          aria-describedby={says === undefined ? undefined : `${list}-says`}
          placeholder={placeholder}
          value={text}
          onChange={({ target }) => change(target.value, target.selectionStart ?? target.value.length, true)}
          onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollLeft)}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false);
            setOffer(undefined);
          }}
          onKeyDown={(event) => {
            if (event.ctrlKey && event.key === ' ') {
              setOffer(offerOf(complete(text, event.currentTarget.selectionStart ?? text.length), text));
              event.preventDefault();
              return;
            }
            if (event.ctrlKey || event.altKey || event.metaKey || (event.shiftKey && event.key === 'Tab')) return;
            if ((isOffering && keyInList(event.key, offer)) || keyAlone(event.key)) event.preventDefault();
          }}
        />
      </span>
      {text === '' ? (
        !isFocused && <kbd>/</kbd>
      ) : (
        <button
          type="button"
          className="query-clear"
          aria-label="Clear the filter"
          data-testid={`cmd-${clearId}`}
          onClick={clear}
        >
          <Icon name="close" size="s" />
        </button>
      )}
      {isFocused &&
        (isOffering || says !== undefined) &&
        createPortal(
          <div className="menu filter-under" style={place}>
            {says !== undefined && (
              <p
                id={`${list}-says`}
                className={fault ? 'filter-fault' : 'filter-says'}
                role="status"
                data-testid={`${id}-says`}
              >
                {says}
                {fault?.suggestion !== undefined && (
                  // The field keeps the focus: pressing must not take it.
                  <button
                    type="button"
                    className="filter-suggestion"
                    data-testid={`${id}-suggestion`}
                    onPointerDown={(event) => event.preventDefault()}
                    onClick={suggest}
                  >
                    {fault.suggestion}
                  </button>
                )}
              </p>
            )}
            {isOffering && (
              <OfferList offer={offer} id={list} testId={`${id}-offers`} onTake={(item) => take(offer, item)} />
            )}
          </div>,
          document.body,
        )}
    </search>
  );
}

interface OfferListProps {
  readonly offer: Offer;
  readonly id: string;
  readonly testId: string;
  readonly onTake: (item: Completion) => void;
}

function OfferList({ offer, id, testId, onTake }: OfferListProps) {
  const host = useRef<HTMLDivElement>(null);
  const { active, items } = offer;
  useEffect(() => {
    if (active >= 0) host.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div ref={host} id={id} role="listbox" aria-label="How to go on" className="filter-offers" data-testid={testId}>
      {items.map(({ text, kind, description }, i) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and names the active option
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
        <div
          key={text}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          className="filter-offer"
          data-kind={kind}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake({ text, kind, description })}
        >
          <code>{text}</code>
          <span className="ellipsis">{description}</span>
        </div>
      ))}
    </div>
  );
}

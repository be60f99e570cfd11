import type { PresetId } from './dock-store.ts';

/** What a link to a lab's view restores: each part if it is there. */
export interface ViewLink {
  /** Seq of the selected packet. */
  readonly packet?: number;
  /** Text of the trace's filter. */
  readonly filter?: string;
  readonly layout?: PresetId;
  /** Where the panes are, in the dock's short form; a link has it up to 2,000 characters. */
  readonly dock?: string;
  /** Marked packets as `3,5-9`; a link has them up to 200 characters. */
  readonly marked?: string;
  /** When the lab had been started whose packets these are, Unix ms: a number is another packet in another run. */
  readonly run?: number;
}

const keys = ['packet', 'filter', 'layout', 'dock', 'marked', 'run'] as const;
const layouts: readonly string[] = ['default', 'learn', 'debug', 'grade'] satisfies PresetId[];
const isLayout = (text: string): text is PresetId => layouts.includes(text);
const longestFilter = 4000;
/** What makes a link too long for people to send is left out of it. */
const longest = { dock: 2000, marked: 200 } as const;
const dockPattern = /^[hv][\w:.,*()-]+$/;
const markedPattern = /^\d{1,15}(-\d{1,15})?(,\d{1,15}(-\d{1,15})?)*$/;

function wholeNumber(text: string | null): number | undefined {
  const value = text !== null && /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : undefined;
}

/** Reads the search part of an address; what is not as it should be is left out (UI40). */
export function readViewLink(search: string): ViewLink {
  const given = new URLSearchParams(search);
  const packet = wholeNumber(given.get('packet'));
  const run = wholeNumber(given.get('run'));
  const filter = given.get('filter') ?? '';
  const layout = given.get('layout') ?? '';
  const dock = given.get('dock') ?? '';
  const marked = given.get('marked') ?? '';
  return {
    ...(packet !== undefined && { packet }),
    ...(filter !== '' && filter.length <= longestFilter && { filter }),
    ...(isLayout(layout) && { layout }),
    ...(dock.length <= longest.dock && dockPattern.test(dock) && { dock }),
    ...(marked.length <= longest.marked && markedPattern.test(marked) && { marked }),
    ...(run !== undefined && { run }),
  };
}

/** The search part with this view in place of any other; switches of the page (`?renderer=dom`) stay. */
export function searchWith(view: ViewLink, search: string): string {
  const given = new URLSearchParams(search);
  for (const key of keys) {
    given.delete(key);
    const value = view[key];
    const isShort = key !== 'dock' && key !== 'marked' ? true : (view[key]?.length ?? 0) <= longest[key];
    if (value !== undefined && isShort) given.set(key, String(value));
  }
  const text = given.toString();
  return text === '' ? '' : `?${text}`;
}

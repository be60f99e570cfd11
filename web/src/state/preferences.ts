import { create } from 'zustand';

export type Theme = 'dark' | 'light' | 'contrast';
export type ThemeChoice = Theme | 'system';

interface Preferences {
  readonly theme: ThemeChoice;
  /** Whether keys that type a character are commands (WCAG 2.1.4). */
  readonly singleKeys: boolean;
  /** Whether terminals keep a plain-text twin for screen readers. */
  readonly screenReader: boolean;
}

const key = 'patchbay.preferences';
const themes: readonly string[] = ['dark', 'light', 'contrast', 'system'] satisfies readonly ThemeChoice[];

/** Whether a text names a choice of theme. */
export function isThemeChoice(value: unknown): value is ThemeChoice {
  return typeof value === 'string' && themes.includes(value);
}

function stored(): Preferences {
  const preferences: Preferences = { theme: 'system', singleKeys: true, screenReader: false };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return preferences;
    const of = (name: string): unknown => Reflect.get(kept, name);
    const theme = of('theme');
    return {
      theme: isThemeChoice(theme) ? theme : preferences.theme,
      singleKeys: of('singleKeys') !== false,
      screenReader: of('screenReader') === true,
    };
  } catch {
    // Storage may be off or hold something else: the defaults serve.
    return preferences;
  }
}

/** What this browser's owner prefers; kept in localStorage. */
export const usePreferences = create<Preferences>()(() => stored());

/** Changes and keeps preferences. */
export function setPreferences(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  try {
    localStorage.setItem(key, JSON.stringify(usePreferences.getState()));
  } catch {
    // Without storage they last until the page is closed.
  }
}

/** The theme to draw: a choice, or what the system asks for, contrast before colour. */
export function resolveTheme(choice: ThemeChoice, prefers: (query: string) => boolean): Theme {
  if (choice !== 'system') return choice;
  if (prefers('(prefers-contrast: more)')) return 'contrast';
  return prefers('(prefers-color-scheme: light)') ? 'light' : 'dark';
}

const systemQueries = ['(prefers-contrast: more)', '(prefers-color-scheme: light)'];

/** Keeps `data-theme` and `data-motion` of the root element true; the returned function stops it. */
export function applyPreferences(window: Window): () => void {
  const root = window.document.documentElement;
  const asked = query('theme');
  const prefers = (media: string) => window.matchMedia(media).matches;
  const apply = () => {
    const { theme } = usePreferences.getState();
    root.dataset.theme = resolveTheme(isThemeChoice(asked) ? asked : theme, prefers);
    if (query('motion') === '0') root.dataset.motion = '0';
  };
  apply();
  const lists = systemQueries.map((media) => window.matchMedia(media));
  for (const list of lists) list.addEventListener('change', apply);
  const stop = usePreferences.subscribe(apply);
  return () => {
    stop();
    for (const list of lists) list.removeEventListener('change', apply);
  };
}

/** A switch of the address line: `?renderer=dom&motion=0&theme=light`. */
export function query(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

/** Whether things may move on the page. */
export function motionAllowed(): boolean {
  return query('motion') !== '0' && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

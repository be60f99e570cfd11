import type { Command } from '../state/commands.ts';
import { setPreferences, type ThemeChoice, usePreferences } from '../state/preferences.ts';
import type { MenuItem } from '../ui/menu.tsx';

const themes: readonly (readonly [ThemeChoice, string])[] = [
  ['system', 'As the system'],
  ['dark', 'Dark'],
  ['light', 'Light'],
  ['contrast', 'High contrast'],
];

/** Lines of a menu that choose the theme and what keys and terminals do. */
export function useSettingsItems(): MenuItem[] {
  const { theme, singleKeys, screenReader } = usePreferences();
  return [
    ...themes.map(([choice, label]) => ({
      id: `theme-${choice}`,
      label,
      group: 'Theme',
      checked: theme === choice,
      run: () => setPreferences({ theme: choice }),
    })),
    {
      id: 'single-keys',
      label: singleKeys ? 'Switch single-letter keys off' : 'Switch single-letter keys on',
      group: 'Keyboard and reading',
      run: () => setPreferences({ singleKeys: !singleKeys }),
    },
    {
      id: 'screen-reader',
      label: screenReader
        ? 'Switch terminal text for screen readers off'
        : 'Switch terminal text for screen readers on',
      group: 'Keyboard and reading',
      run: () => setPreferences({ screenReader: !screenReader }),
    },
  ];
}

/** The same in the palette. */
export const themeCommands: readonly Command[] = [
  ...themes.map(([choice, label]) => ({
    id: `theme.${choice}`,
    title: `Theme: ${label.toLowerCase()}`,
    group: 'Page',
    run: () => setPreferences({ theme: choice }),
  })),
  {
    id: 'keys.single',
    title: 'Switch single-letter keys on or off',
    group: 'Page',
    run: () => setPreferences({ singleKeys: !usePreferences.getState().singleKeys }),
  },
  {
    id: 'terminal.screen-reader',
    title: 'Switch terminal text for screen readers on or off',
    group: 'Page',
    run: () => setPreferences({ screenReader: !usePreferences.getState().screenReader }),
  },
];

import type { DockviewApi } from 'dockview-react';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PanelId, terminalPanel } from '../state/dock-store.ts';
import { emptyDock } from './dock.fixture.ts';
import { buildPreset, placeTerminal, presets } from './dock-layout.ts';
import { longLayout, shortLayout } from './dock-short.ts';

let api: DockviewApi;
beforeEach(() => {
  api = emptyDock();
});
afterEach(() => {
  api.dispose();
  document.body.replaceChildren();
});
const titleOf = (panel: PanelId) => panel;
const taken = (text: string): string => {
  const layout = longLayout(text, titleOf);
  if (layout === undefined) return 'none';
  api.fromJSON(layout);
  return shortLayout(api.toJSON());
};

test('[UI42] every preset, with terminals, is read back as it was', () => {
  for (const preset of ['default', 'learn', 'debug', 'grade'] as const) {
    api.clear();
    buildPreset(api, preset);
    placeTerminal(api, terminalPanel('mininet'), 'mininet', false);
    placeTerminal(api, terminalPanel('host:client:1'), 'client', true);
    const panels = api.panels.map(({ id }) => id).sort();
    const text = shortLayout(api.toJSON());
    expect(text.length, presets[preset]).toBeLessThan(300);
    expect(taken(text), presets[preset]).toBe(text);
    expect(api.panels.map(({ id }) => id).sort()).toEqual(panels);
    expect(api.getPanel('terminal:mininet')?.title).toBe('terminal:mininet');
  }
});

test('[UI42] panes, tabs in front and shares are those that were moved', () => {
  expect(taken('h(300:guide.*packet,700(600:*map,400:*trace.waterfall))')).toBe(
    'h(300:guide.*packet,700(600:*map,400:*trace.waterfall))',
  );
  expect(taken('v(1000:*map)')).toBe('v(1000:*map)');
  expect(shortLayout({ grid: { ...api.toJSON().grid, root: { type: 'branch', data: [], size: 0 } } })).toBe('');
});

test('[UI42] what says no layout, names no pane or is without end is none', () => {
  for (const text of [
    '',
    'x(1:map)',
    'h',
    'h()',
    'h(500:map',
    'h(500:map))',
    'h(0:map)',
    'h(2000:map)',
    'h(500:map,500:map)',
    'h(500:toString)',
    'h(500:terminal:)',
    'h(500:<b>)',
    `h${'(500'.repeat(20)}:map${')'.repeat(20)}`,
    `h(${Array.from({ length: 41 }, (_, i) => `10:terminal:t${i}`).join(',')})`,
  ])
    expect(longLayout(text, titleOf), text).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      longLayout(`h(${text}`, titleOf);
    }),
  );
});

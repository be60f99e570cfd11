import type { DockviewApi } from 'dockview-react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PresetId, terminalPanel } from '../state/dock-store.ts';
import { labOf } from '../state/lab.fixture.ts';
import { emptyDock } from './dock.fixture.ts';
import {
  bringToFront,
  buildPreset,
  isPaneId,
  keepLayout,
  keptLayout,
  placePane,
  placeTerminal,
  presets,
} from './dock-layout.ts';
import { unusedPanes } from './panes.ts';

let api: DockviewApi;
beforeEach(() => {
  localStorage.clear();
  api = emptyDock();
});
afterEach(() => {
  api.dispose();
  document.body.replaceChildren();
});

/** Panels by group, those in front first marked. */
const groups = () =>
  api.groups.map((group) =>
    group.panels.map((panel) => (panel === group.activePanel ? `*${panel.id}` : panel.id)).join(' '),
  );

test('[UI16] the default layout: map, packet and router, terminals, trace', () => {
  buildPreset(api, 'default');
  placeTerminal(api, terminalPanel('mininet'), 'mininet', false);
  placeTerminal(api, terminalPanel('router:router'), 'router', true);
  expect(new Set(groups())).toEqual(
    new Set(['*map', '*packet router compare', '*trace waterfall', '*terminal:mininet terminal:router:router']),
  );
});

test('[UI16] a lab without routers has no router pane', () => {
  expect(unusedPanes({ lab: { routers: [] } })).toEqual(['router', 'compare']);
  expect(unusedPanes({ lab: labOf(1, 1, 1) })).toEqual([]);
  buildPreset(api, 'default', ['router', 'compare']);
  expect(groups()).toContain('*packet');
});

test('[UI16] every preset takes terminals, and every pane that it leaves out', () => {
  for (const preset of Object.keys(presets) as PresetId[]) {
    api.clear();
    buildPreset(api, preset);
    placeTerminal(api, terminalPanel('mininet'), 'mininet', false);
    for (const pane of ['map', 'guide', 'packet', 'router', 'compare', 'trace', 'checks', 'waterfall'] as const)
      if (api.getPanel(pane) === undefined) placePane(api, pane);
    expect(api.panels, preset).toHaveLength(9);
  }
});

test('[UI16] a pane opens among its own kind: the guide with the inspectors, the trace with the map', () => {
  buildPreset(api, 'default');
  placePane(api, 'guide');
  expect(groups()).toContain('packet router compare *guide');
  api.clear();
  buildPreset(api, 'learn');
  placePane(api, 'trace');
  expect(groups()).toContain('map *trace');
});

test('[UI26] a pane comes to the front of its group, and the pane that one works in stays the active one', () => {
  buildPreset(api, 'default');
  api.getPanel('trace')?.api.setActive();
  bringToFront(api, 'router');
  expect(groups()).toContain('packet *router compare');
  expect(api.activePanel?.id).toBe('trace');
  bringToFront(api, 'checks');
  expect(api.getPanel('checks')).toBeUndefined();
});

test('[UI16] a layout is kept by lab, forgotten on reset, and ignored when it is not one', () => {
  buildPreset(api, 'debug');
  keepLayout('simple-router', { preset: 'debug', layout: api.toJSON() });
  const kept = keptLayout('simple-router');
  expect(kept?.preset).toBe('debug');
  api.clear();
  api.fromJSON(kept?.layout as ReturnType<DockviewApi['toJSON']>);
  expect(api.panels.map(({ id }) => id).sort()).toEqual(['compare', 'packet', 'router', 'trace', 'waterfall']);
  expect(keptLayout('learning-switch')).toBeUndefined();
  keepLayout('simple-router', undefined);
  expect(keptLayout('simple-router')).toBeUndefined();
  localStorage.setItem('patchbay.layout.old', '{"preset":"present","layout":{}}');
  expect(keptLayout('old')).toBeUndefined();
  localStorage.setItem('patchbay.layout.broken', '{');
  expect(keptLayout('broken')).toBeUndefined();
});

test('[UI16] a terminal’s panel is told from a pane’s', () => {
  expect([isPaneId('map'), isPaneId('terminal:mininet'), isPaneId('toString')]).toEqual([true, false, false]);
});

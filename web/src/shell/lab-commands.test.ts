import { beforeEach, expect, test } from 'vitest';
import { commandFor } from '../state/commands.ts';
import { select, useSelection } from '../state/selection.ts';
import { labCommands } from './lab-commands.ts';

const press = (key: string, altKey = false) => ({ key, altKey, ctrlKey: false, shiftKey: false, metaKey: false });
const commandOf = (key: string, place: 'page' | 'terminal', altKey = false) =>
  commandFor(labCommands(), press(key, altKey), place, undefined, true);
beforeEach(() => useSelection.getState().reset());

test('[UI31] Alt with the arrows walks the selection, unless a terminal has the focus', () => {
  select({ kind: 'node', name: 'client' });
  select({ kind: 'node', name: 'sw0' });
  commandOf('ArrowLeft', 'page', true)?.run();
  expect(useSelection.getState().current).toEqual({ kind: 'node', name: 'client' });
  commandOf('ArrowRight', 'page', true)?.run();
  expect(useSelection.getState().current).toEqual({ kind: 'node', name: 'sw0' });
  expect(commandOf('ArrowLeft', 'terminal', true)).toBeUndefined();
});

test('[UI31] at the end of the history the key still does not leave the page', () => {
  expect(commandOf('ArrowLeft', 'page', true)?.id).toBe('selection.back');
});

test('[MAP9] p plays a packet when one is selected; w opens the waterfall', () => {
  expect(commandOf('p', 'page')).toBeUndefined();
  select({ kind: 'packet', seq: 7 });
  expect(commandOf('p', 'page')?.id).toBe('packet.play');
  expect(commandOf('w', 'page')?.id).toBe('packet.waterfall');
});

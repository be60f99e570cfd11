import { afterEach, expect, test, vi } from 'vitest';
import {
  type Command,
  commandFor,
  listenForKeys,
  offered,
  registerCommands,
  runCommand,
  useCommands,
} from './commands.ts';
import { setPreferences } from './preferences.ts';

const command = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: 'Test',
  run: () => {},
  ...more,
});
const press = (key: string) => ({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false });
const palette = command('palette', { keys: ['F1'], inTerminal: true });
const follow = command('follow', { keys: ['f'], pane: 'trace' });
const fit = command('fit', { keys: ['f'] });
const next = command('next', { keys: ['ArrowDown'] });
const all = [palette, follow, fit, next];

afterEach(() => {
  document.body.replaceChildren();
  setPreferences({ singleKeys: true });
});

test('[UI8] commands come and go, and one that cannot be done is not offered', () => {
  const run = vi.fn();
  const away = registerCommands([command('one', { run }), command('never', { when: () => false, run })]);
  runCommand('one');
  runCommand('never');
  expect(run).toHaveBeenCalledTimes(1);
  expect(offered(useCommands.getState().commands).map(({ id }) => id)).toEqual(['one']);
  away();
  runCommand('one');
  expect(run).toHaveBeenCalledTimes(1);
});

test('[UI8] the latest of an id counts, and the former comes back', () => {
  const first = vi.fn();
  const second = vi.fn();
  const awayFirst = registerCommands([command('same', { run: first })]);
  const awaySecond = registerCommands([command('same', { run: second })]);
  runCommand('same');
  awaySecond();
  runCommand('same');
  awayFirst();
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
});

test('[UI9] a terminal owns every key but those of commands that say otherwise', () => {
  expect(commandFor(all, press('f'), 'terminal', 'terminal', true)).toBeUndefined();
  expect(commandFor(all, press('ArrowDown'), 'terminal', 'terminal', true)).toBeUndefined();
  expect(commandFor(all, press('F1'), 'terminal', 'terminal', true)).toBe(palette);
});

test('[UI9] a text field keeps keys that type or move; a pane’s own command wins', () => {
  expect(commandFor(all, press('f'), 'text', 'trace', true)).toBeUndefined();
  expect(commandFor(all, press('ArrowDown'), 'text', 'trace', true)).toBeUndefined();
  expect(commandFor(all, press('F1'), 'text', 'trace', true)).toBe(palette);
  expect(commandFor(all, press('f'), 'page', 'trace', true)).toBe(follow);
  expect(commandFor(all, press('f'), 'page', 'map', true)).toBe(fit);
});

test('[UI10] single-character keys can be switched off', () => {
  expect(commandFor(all, press('f'), 'page', 'trace', false)).toBeUndefined();
  expect(commandFor(all, press('ArrowDown'), 'page', 'trace', false)).toBe(next);
});

test('[UI9] keys pressed in the document reach the command of their place', () => {
  const ran: string[] = [];
  const away = registerCommands(all.map((each) => ({ ...each, run: () => ran.push(each.id) })));
  const stop = listenForKeys(document);
  document.body.innerHTML =
    '<div data-pane="trace"><p id="row" tabindex="0"></p><input id="text"></div><div data-keys="terminal"><textarea id="term"></textarea></div>';
  const type = (id: string, key: string) =>
    document.getElementById(id)?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  type('row', 'f');
  type('text', 'f');
  type('term', 'f');
  type('term', 'F1');
  setPreferences({ singleKeys: false });
  type('row', 'f');
  stop();
  type('row', 'F1');
  away();
  expect(ran).toEqual(['follow', 'palette']);
});

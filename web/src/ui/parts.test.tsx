import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { Overlays, openOverlay } from '../shell/overlays.tsx';
import { registerCommands } from '../state/commands.ts';
import { Button } from './button.tsx';
import { MenuButton, type MenuItem } from './menu.tsx';
import { byTestId, freshPage, press } from './page.fixture.ts';
import { ReadOnly } from './read-only.ts';
import { Segmented } from './segmented.tsx';

const click = (element: HTMLElement) => act(async () => element.click());

const { draw } = freshPage();

test('[UI44] where something is only looked at, a button that changes it is off and says why', async () => {
  const pressed = vi.fn();
  await draw(
    <ReadOnly value="It is recorded.">
      <Button id="stop" label="Stop" changes onPress={pressed} />
      <Button id="show" label="Show" onPress={pressed} />
    </ReadOnly>,
  );
  await click(byTestId('cmd-stop'));
  expect([pressed.mock.calls.length, byTestId('cmd-stop').getAttribute('aria-disabled')]).toEqual([0, 'true']);
  await click(byTestId('cmd-show'));
  expect(pressed).toHaveBeenCalledTimes(1);
});

test('[UI17] an off button does nothing, stays focusable and is said to be off', async () => {
  const pressed = vi.fn();
  await draw(<Button id="run" label="Run" off="The lab is not running." onPress={pressed} />);
  const button = byTestId('cmd-run');
  await click(button);
  await act(async () => button.focus());
  expect([pressed.mock.calls.length, button.getAttribute('aria-disabled'), document.activeElement === button]).toEqual([
    0,
    'true',
    true,
  ]);
  await draw(<Button id="run" label="Run" onPress={pressed} />);
  await click(byTestId('cmd-run'));
  expect(pressed).toHaveBeenCalledTimes(1);
});

test('[UI8] a menu moves by arrows and letters, skips what is off, and gives the focus back', async () => {
  const ran: string[] = [];
  const item = (id: string, label: string, off?: string): MenuItem => ({ id, label, off, run: () => ran.push(id) });
  await draw(
    <MenuButton id="lab" label="Lab" items={[item('a', 'Alpha'), item('b', 'Beta', 'busy'), item('c', 'Gamma')]}>
      Lab
    </MenuButton>,
  );
  await click(byTestId('cmd-lab'));
  expect(document.activeElement?.textContent).toContain('Alpha');
  await press('ArrowDown');
  await click(byTestId('menu-b'));
  expect(ran).toEqual([]);
  await press('g');
  expect(document.activeElement?.textContent).toContain('Gamma');
  await press('Escape');
  expect([document.activeElement, document.querySelector('[role="menu"]')]).toEqual([byTestId('cmd-lab'), null]);
  await click(byTestId('cmd-lab'));
  await click(byTestId('menu-c'));
  expect(ran).toEqual(['c']);
});

test('[UI8] a segmented choice is a radio group: arrows choose and move the focus', async () => {
  const chosen = vi.fn();
  const options = [
    { value: 'all', label: 'All' },
    { value: 'some', label: 'Some' },
  ] as const;
  await draw(<Segmented label="Shelf" value="all" options={options} onChange={chosen} testId="shelf" />);
  byTestId('shelf-all').focus();
  await press('ArrowLeft');
  expect(chosen).toHaveBeenCalledWith('some');
  expect(document.activeElement).toBe(byTestId('shelf-some'));
});

test('[UI8] the palette runs what is chosen, and is gone', async () => {
  vi.useFakeTimers();
  const ran: string[] = [];
  const command = (id: string, title: string) => ({ id, title, group: 'Map', run: () => ran.push(id) });
  const commands = [command('fit', 'Make the map fit'), command('map', 'Map as a table'), command('theme', 'Dark')];
  const away = registerCommands(commands);
  await draw(<Overlays />);
  await act(async () => openOverlay('palette'));
  byTestId('palette-input').focus();
  await press('ArrowDown');
  await press('Enter');
  await act(async () => vi.runAllTimers());
  away();
  vi.useRealTimers();
  expect(ran).toEqual(['map']);
  expect(document.querySelector('dialog')).toBeNull();
});

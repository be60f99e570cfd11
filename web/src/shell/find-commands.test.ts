import { expect, test } from 'vitest';
import type { Command } from '../state/commands.ts';
import { findCommands } from './find-commands.ts';

const command = (title: string, group = 'Trace'): Command => ({ id: title, title, group, run: () => {} });
const titles = (commands: readonly Command[], text: string) => findCommands(commands, text).map(({ title }) => title);

test('[UI8] the palette finds the commands whose title or group has all words', () => {
  const commands = [command('Make the map fit', 'Map'), command('Map as a table', 'Map'), command('Dark', 'Theme')];
  expect(titles(commands, 'fit map')).toEqual(['Make the map fit']);
  expect(titles(commands, 'theme')).toEqual(['Dark']);
  expect(titles(commands, 'map theme')).toEqual([]);
  expect(titles(commands, ' ')).toEqual(['Make the map fit', 'Map as a table', 'Dark']);
});

test('[UI51] a title that begins so comes first, then one with a word that does, then letters within, then the group', () => {
  const commands = [
    command('Breakpoints', 'Packets held'),
    command('Unpacketed', 'Trace'),
    command('Remove the packet’s comment'),
    command('Go to packet', 'Panes'),
    command('Packet as hex'),
    command('Packet list'),
  ];
  expect(titles(commands, 'Packet')).toEqual([
    'Packet as hex',
    'Packet list',
    'Go to packet',
    'Remove the packet’s comment',
    'Unpacketed',
    'Breakpoints',
  ]);
});

test('[UI51] the words typed are a beginning whatever stands between the title’s, and each counts', () => {
  const commands = [
    command('Reset layout of the debugger', 'Layout'),
    command('Layout: learn', 'Debug layouts'),
    command('Layout: debug', 'Layout'),
  ];
  expect(titles(commands, 'layout deb')).toEqual(['Layout: debug', 'Reset layout of the debugger', 'Layout: learn']);
});

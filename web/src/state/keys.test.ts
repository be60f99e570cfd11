import { expect, test } from 'vitest';
import { isSingleCharacter, keyParts, matchesKey } from './keys.ts';

const press = (key: string, held: readonly ('ctrl' | 'shift' | 'alt' | 'meta')[] = []) => ({
  key,
  ctrlKey: held.includes('ctrl'),
  shiftKey: held.includes('shift'),
  altKey: held.includes('alt'),
  metaKey: held.includes('meta'),
});

test('[UI8] a printable key stands for itself, whichever Shift its keyboard needs', () => {
  expect(matchesKey('?', press('?', ['shift']))).toBe(true);
  expect(matchesKey('A', press('A', ['shift']))).toBe(true);
  expect(matchesKey('a', press('A', ['shift']))).toBe(false);
  expect(matchesKey('+', press('+', ['shift']))).toBe(true);
  expect(matchesKey('j', press('j', ['ctrl']))).toBe(false);
});

test('[UI8] named keys and chords match with exactly their modifiers', () => {
  expect(matchesKey('F6', press('F6'))).toBe(true);
  expect(matchesKey('F6', press('F6', ['shift']))).toBe(false);
  expect(matchesKey('Shift+F6', press('F6', ['shift']))).toBe(true);
  expect(matchesKey('Ctrl+Shift+P', press('P', ['ctrl', 'shift']))).toBe(true);
  expect(matchesKey('Ctrl+Shift+P', press('p', ['ctrl']))).toBe(false);
  expect(matchesKey('Ctrl+Shift+P', press('P', ['ctrl', 'shift', 'meta']))).toBe(false);
});

test('[UI10] what types a character is told from what does not', () => {
  expect(['j', '?', '+', '['].every(isSingleCharacter)).toBe(true);
  expect(['F1', 'Enter', 'Ctrl+Shift+P'].some(isSingleCharacter)).toBe(false);
  expect(keyParts('Ctrl+Shift+P')).toEqual(['Ctrl', 'Shift', 'P']);
  expect(keyParts('PageDown')).toEqual(['PgDn']);
  expect(keyParts('+')).toEqual(['+']);
});

import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { PaneId } from './dock-store.ts';
import { isSingleCharacter, matchesKey } from './keys.ts';
import { usePreferences } from './preferences.ts';
import { whyReadOnly } from './recording.ts';

/** Something a person can do: it is in the palette and in the keyboard sheet, and its keys work (UI8). */
export interface Command {
  /** `noun.verb`; the test id of its buttons is `cmd-` and this id. */
  readonly id: string;
  readonly title: string;
  /** Heading of the keyboard sheet. */
  readonly group: string;
  /** `F6`, `Ctrl+Shift+P`, `j`, `A`: the first is the one that is shown. */
  readonly keys?: readonly string[];
  /** Its keys work only while the focus is in this pane; without it they work everywhere but in text fields and terminals. */
  readonly pane?: PaneId;
  /** Its keys work in a focused terminal too. Only UI.md's few may say so. */
  readonly inTerminal?: boolean;
  /** It changes the lab: not offered where a recorded run is looked at. */
  readonly changes?: boolean;
  /** Whether it can be done now; commands that cannot are not offered and their keys do nothing. */
  readonly when?: () => boolean;
  run(): void;
}

interface CommandState {
  readonly commands: readonly Command[];
}

/** Every command that exists now, in order of registration. */
export const useCommands = create<CommandState>()(() => ({ commands: [] }));

/** Adds commands; the returned function takes them away. An id that exists is replaced, and comes back afterwards. */
export function registerCommands(commands: readonly Command[]): () => void {
  useCommands.setState((state) => ({ commands: [...state.commands, ...commands] }));
  return () =>
    useCommands.setState((state) => ({ commands: state.commands.filter((command) => !commands.includes(command)) }));
}

/** The commands that count: the latest of each id, and only those that can be done now. */
export function offered(commands: readonly Command[]): Command[] {
  const latest = new Map<string, Command>();
  for (const command of commands) latest.set(command.id, command);
  const readOnly = whyReadOnly() !== undefined;
  return [...latest.values()].filter(
    (command) => !(readOnly && command.changes === true) && (command.when?.() ?? true),
  );
}

/** Runs a command by its id, if it can be done now. */
export function runCommand(id: string): void {
  offered(useCommands.getState().commands)
    .find((command) => command.id === id)
    ?.run();
}

/** Registers commands while the component is mounted; their functions are always the latest render's. */
export function useRegisterCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const ids = commands.map((command) => command.id).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the set of commands changes with their ids only
  useEffect(
    () =>
      registerCommands(
        latest.current.map((command) => ({
          ...command,
          when: () => find(latest.current, command.id)?.when?.() ?? true,
          run: () => find(latest.current, command.id)?.run(),
        })),
      ),
    [ids],
  );
}

function find(commands: readonly Command[], id: string): Command | undefined {
  return commands.find((command) => command.id === id);
}

/** Where a key was pressed, as far as it decides who owns the key. */
export type KeyPlace = 'page' | 'text' | 'terminal' | 'dialog';

/** The command that a key press means there, or undefined when the key belongs to what has the focus. */
export function commandFor(
  commands: readonly Command[],
  press: Parameters<typeof matchesKey>[1],
  place: KeyPlace,
  pane: string | undefined,
  singleKeys: boolean,
): Command | undefined {
  const fits = offered(commands).filter((command) => {
    if (place === 'terminal' && command.inTerminal !== true) return false;
    if (place === 'dialog' && command.inTerminal !== true) return false;
    if (command.pane !== undefined && command.pane !== pane) return false;
    return (command.keys ?? []).some((key) => {
      if (isSingleCharacter(key) && (!singleKeys || place === 'text')) return false;
      if (place === 'text' && plainNavigation.has(key)) return false;
      return matchesKey(key, press);
    });
  });
  // The pane's own command wins over one for everywhere.
  return fits.findLast((command) => command.pane !== undefined) ?? fits.at(-1);
}

/** Keys that a text field needs itself. */
const plainNavigation = new Set([
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Enter',
  'Escape',
]);

function placeOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('[data-keys="terminal"]') !== null) return 'terminal';
  if (target.closest('dialog,[role="dialog"],[role="menu"]') !== null) return 'dialog';
  if (target.closest('input,textarea,select,[contenteditable="true"],[role="textbox"]') !== null) return 'text';
  return 'page';
}

/** Listens for keys on the document; the returned function stops it. Called once, by main.tsx. */
export function listenForKeys(document: Document): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { target } = event;
    const place = placeOf(target);
    const pane = target instanceof Element ? target.closest<HTMLElement>('[data-pane]')?.dataset.pane : undefined;
    // Enter and Space belong to a focused control.
    if ((event.key === 'Enter' || event.key === ' ') && target instanceof Element && target.closest(controls) !== null)
      return;
    const command = commandFor(
      useCommands.getState().commands,
      event,
      place,
      pane,
      usePreferences.getState().singleKeys,
    );
    if (command === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    command.run();
  };
  document.addEventListener('keydown', onKey, true);
  return () => document.removeEventListener('keydown', onKey, true);
}

const controls = 'button,a[href],summary,[role="button"],[role="menuitem"],[role="tab"]';

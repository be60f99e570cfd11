import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, vi } from 'vitest';
import { listenForKeys } from '../state/commands.ts';

/** What is drawn with a test id, or null. */
export const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);

/** The same where it must be there. */
export function byTestId(id: string): HTMLElement {
  const found = find(id);
  if (found === null) throw new Error(`nothing is called ${id}`);
  return found;
}

export const click = (id: string) => act(async () => byTestId(id).click());

/** A key, to whatever has the focus. */
export const press = (key: string) =>
  act(async () => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });

/** Puts a value into a field past React, which then hears of it. */
export const type = (id: string, value: string) =>
  act(async () => {
    const field = byTestId(id);
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });

/** Time passes, where timers are the test's. */
export const wait = (ms: number) => act(async () => await vi.advanceTimersByTimeAsync(ms));

/**
 * A page for each test of a file; with the name of a pane it is that one and has its keys. Stands behind the hooks of
 * the file, so that what is drawn goes before what a test put in the place of timers and requests.
 */
export function freshPage(pane?: string) {
  let root: Root;
  let stopKeys: (() => void) | undefined;
  beforeEach(() => {
    Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
    const host = document.createElement('div');
    if (pane !== undefined) {
      host.dataset.pane = pane;
      host.tabIndex = -1;
      stopKeys = listenForKeys(document);
    }
    document.body.append(host);
    root = createRoot(host);
  });
  afterEach(async () => {
    await act(async () => root.unmount());
    stopKeys?.();
    document.body.replaceChildren();
  });
  return { draw: (node: ReactNode) => act(async () => root.render(node)) };
}

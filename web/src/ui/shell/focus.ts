import type { PanelId } from '../../state/dock-store.ts';

/** What in a pane takes the focus, best first; the pane itself when there is nothing. */
const takers = [
  '[data-autofocus]',
  'textarea.xterm-helper-textarea',
  '[role="grid"]',
  'input',
  'button',
  '[tabindex="0"]',
];

let wanted: PanelId | undefined;

/** Puts the focus into a panel, or as soon as its code is drawn. */
export function focusPanel(panel: PanelId): void {
  wanted = panel;
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(`[data-panel="${CSS.escape(panel)}"]`);
    if (element !== null && wanted === panel) focusInto(element);
  });
}

/** Gives the focus to a panel that waits for it. */
export function focusInto(element: HTMLElement | null): void {
  if (element === null || element.dataset.panel !== wanted || wanted === undefined) return;
  wanted = undefined;
  focusFirst(element);
}

function focusFirst(element: HTMLElement): void {
  if (element.contains(document.activeElement) && document.activeElement !== element) return;
  for (const taker of takers) {
    const found = element.querySelector<HTMLElement>(taker);
    if (found !== null && found.offsetParent !== null) {
      found.focus();
      return;
    }
  }
  element.focus();
}

/** Moves the focus to the next (1) or previous (−1) visible pane, in reading order. */
export function stepPanel(step: 1 | -1): void {
  const visible = [...document.querySelectorAll<HTMLElement>('[data-panel]')]
    .filter((element) => element.offsetParent !== null && element.getBoundingClientRect().width > 0)
    .sort((a, b) => {
      const one = a.getBoundingClientRect();
      const other = b.getBoundingClientRect();
      return Math.abs(one.top - other.top) > 8 ? one.top - other.top : one.left - other.left;
    });
  const at = visible.findIndex((element) => element.contains(document.activeElement));
  const next = at < 0 ? (step === 1 ? 0 : visible.length - 1) : (at + step + visible.length) % visible.length;
  const element = visible[next];
  if (element !== undefined) focusFirst(element);
}

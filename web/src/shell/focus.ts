import { type PanelId, terminalOf } from '../state/dock-store.ts';

/** What in a pane takes the focus, best first; the pane itself when there is nothing. */
const takers = [
  '[data-autofocus]',
  'textarea.xterm-helper-textarea',
  '[role="grid"]',
  'input',
  'button',
  '[tabindex="0"]',
];

/** A pane's code may still be loading when it is asked for: so long its focus is waited for, milliseconds. */
const patienceMs = 10_000;
let wanted: PanelId | undefined;

/**
 * Puts the focus into a panel: into a terminal at once (UI46), else as soon as what takes it is drawn, unless somebody
 * has gone on meanwhile.
 */
export function focusPanel(panel: PanelId): void {
  wanted = panel;
  if (focusTerminal(panel)) {
    stopWaiting();
    return;
  }
  // Whoever presses elsewhere meanwhile wants the focus there.
  addEventListener('pointerdown', stopWaiting, { capture: true, once: true });
  const until = performance.now() + patienceMs;
  const wait = () => {
    if (wanted !== panel) return;
    const element = elementOf(panel);
    if (!(element !== null && isReady(panel, element)) && performance.now() < until) requestAnimationFrame(wait);
    else {
      stopWaiting();
      if (element !== null) focusFirst(element);
    }
  };
  requestAnimationFrame(wait);
}

function stopWaiting(): void {
  wanted = undefined;
}

/** Whether a panel's code is here and drawn, and its terminal has the focus, if one takes keys there now. */
function isReady(panel: PanelId, element: HTMLElement): boolean {
  if (element.querySelector('[aria-busy="true"]') !== null) return false;
  return element.querySelector('[data-keys="terminal"]:not([inert])') === null || focusTerminal(panel);
}

/**
 * Gives a terminal the focus, false when it cannot take it yet. The dock uncovers a panel only two frames after the press
 * on its tab, and what is covered takes no focus: the field for keys is uncovered by itself, for a key may be faster.
 */
function focusTerminal(panel: PanelId): boolean {
  const keys = elementOf(panel)?.querySelector<HTMLElement>('textarea.xterm-helper-textarea');
  if (terminalOf(panel) === undefined || keys == null) return false;
  const cover = () => {
    keys.style.visibility = '';
  };
  keys.style.visibility = 'visible';
  // The dock may not have put it into its place yet.
  keys.focus({ preventScroll: true });
  const taken = document.activeElement === keys;
  if (taken) keys.addEventListener('blur', cover, { once: true });
  else cover();
  return taken;
}

function elementOf(panel: PanelId): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-panel="${CSS.escape(panel)}"]`);
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
  stopWaiting();
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

import { notify } from '../state/notices.ts';

const refused = {
  title: 'The browser keeps its clipboard closed',
  detail: 'Copy with Ctrl+Shift+C and paste with Ctrl+Shift+V while the terminal has the focus.',
};

/** Copies a text; says so when the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  if (text === '') return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not a secure origin, or not allowed: the old way needs no permission while a key or click is handled.
    if (!copyBySelection(text)) notify(refused);
  }
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}

/** Reads the clipboard for the menu's Paste; undefined when the browser does not allow it, which it says. */
export async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    // Asked for and denied, or not a secure origin.
    notify(refused);
    return undefined;
  }
}

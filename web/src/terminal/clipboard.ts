import { writeClipboard } from '../state/clipboard.ts';
import { notify } from '../state/notices.ts';

const refused = {
  title: 'The browser keeps its clipboard closed',
  detail: 'Copy with Ctrl+Shift+C and paste with Ctrl+Shift+V while the terminal has the focus.',
};

/** Copies a text; says so when the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  if (text !== '' && !(await writeClipboard(text))) notify(refused);
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

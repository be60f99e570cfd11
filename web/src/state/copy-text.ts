import { announce } from './announce.ts';
import { notify } from './notices.ts';

/** Puts a text on the clipboard and says so; `what` names it: “Bytes of #427”. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} copied.`);
  } catch {
    notify({ title: 'Nothing was copied', detail: 'The browser does not let this page write to the clipboard.' });
  }
}

import { announce } from './announce.ts';
import { writeClipboard } from './clipboard.ts';
import { notify } from './notices.ts';

/** Puts a text on the clipboard and says so; `what` names it: “Bytes of #427”. */
export async function copyText(text: string, what: string): Promise<void> {
  if (await writeClipboard(text)) announce(`${what} copied.`);
  else notify({ title: 'Nothing was copied', detail: 'The browser does not let this page write to the clipboard.' });
}

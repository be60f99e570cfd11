/** Facts on the root element that a test (or a style) can wait for: `data-ready`, `data-seq`. */

/** Says whether the view is drawn and its lab's state known. */
export function markReady(ready: boolean): void {
  document.documentElement.dataset.ready = ready ? '1' : '0';
}

/** Says up to which record of the log the page has taken in and drawn. */
export function markSeq(seq: number): void {
  document.documentElement.dataset.seq = String(seq);
}

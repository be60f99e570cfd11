let offsetMs = 0;

/**
 * The server's clock by this page's, Unix ms: what happens in a lab is dated by the server, and a laptop's clock may be
 * minutes away from it (UI60).
 */
export const serverNowMs = (): number => Date.now() + offsetMs;

/** The server said `saidMs` of its own clock between `askedMs` and `heardMs` of this page's. */
export function learnServerClock(askedMs: number, saidMs: number, heardMs: number): void {
  const [least, most] = [saidMs - heardMs, saidMs - askedMs];
  // What may be true stays: else chance in the network would move the clock with each answer.
  if (offsetMs < least || offsetMs > most) offsetMs = Math.round((least + most) / 2);
}

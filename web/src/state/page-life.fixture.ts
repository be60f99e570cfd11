import { afterAll, vi } from 'vitest';
import { drawPaced } from './pace.ts';
import { fetchReading } from './reading.ts';

// Tests begin where the page has rested: packets and filters can be read at once.
await fetchReading();

/** Longer than the longest rest between two drawings. */
const mostTurns = 100;

// And they end when it does: a drawing that is planned has no page any more behind the last test of a file.
afterAll(async () => {
  vi.useRealTimers();
  for (let turn = 0; turn < mostTurns && !drawPaced.isIdle(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 10));
});

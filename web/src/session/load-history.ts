import { useMoment } from '../state/moment.ts';
import { api } from './api.ts';

/** What the map showed is asked for again when it is older than this, milliseconds. */
const freshMs = 2_000;

/** Keeps what the map showed at hand while the page shows the past; the returned function stops it. */
export function followHistory(lab: string, now: () => number = () => performance.now()): () => void {
  let askedMs = Number.NEGATIVE_INFINITY;
  let left = false;
  const stop = useMoment.subscribe(({ atUs }) => {
    if (atUs === undefined || now() - askedMs < freshMs) return;
    askedMs = now();
    api.history(lab).then(
      ({ moments }) => {
        if (!left) useMoment.setState({ history: moments });
      },
      () => {
        // Without an answer the map goes on with what it knows; the connection's own banner tells why.
      },
    );
  });
  return () => {
    left = true;
    stop();
    useMoment.setState({ atUs: undefined, playing: false, history: [] });
  };
}

import type { EmulatedNetwork } from '../network-api.ts';
import type { LinkQueue } from '../wire.ts';

/** The queues of one link, from its a to its b and back. */
export interface LinkQueues {
  /** Place of the link in the network's configuration. */
  readonly link: number;
  readonly there: LinkQueue;
  readonly back: LinkQueue;
}

/** So often the queues are looked at, milliseconds. */
const everyMs = 500;

/** Tells the queues of all links that have a bandwidth whenever one has changed; returns what ends that. */
export function watchQueues(network: EmulatedNetwork, tell: (queues: readonly LinkQueues[]) => void): () => void {
  let last = '[]';
  const timer = setInterval(() => {
    const queues = queuesOf(network);
    const text = JSON.stringify(queues);
    if (text === last) return;
    last = text;
    tell(queues);
  }, everyMs);
  return () => clearInterval(timer);
}

/** What waits on the links of a network now. */
export function queuesOf({ links }: Pick<EmulatedNetwork, 'links'>): readonly LinkQueues[] {
  return links.flatMap(({ queues: [there, back] }, link) =>
    there === undefined || back === undefined ? [] : [{ link, there, back }],
  );
}

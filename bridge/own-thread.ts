import { Worker } from 'node:worker_threads';

/** The folder that holds the sources and `dist`. */
const project = new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url).href;
const compiled = `${project}dist/`;

/**
 * Starts a module on a thread of its own; `module` is its URL without the ending. A thread is always a compiled one, also
 * that of a test that runs from the sources: a loader of TypeScript in each takes three times as long as all it loads.
 */
export function startThread({ href }: URL): Worker {
  const path = href.startsWith(compiled) ? href : compiled + href.slice(project.length);
  // What the process was told of its own input, as with --eval, no thread understands.
  return new Worker(new URL(`${path}.js`), { execArgv: [] });
}

/** Asks a thread to end and waits until it has; one that takes longer than `mostMs` is ended. */
export async function endThread(worker: Worker, ask: () => void, mostMs: number): Promise<void> {
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  ask();
  const timer = setTimeout(() => void worker.terminate(), mostMs);
  await exited;
  clearTimeout(timer);
}

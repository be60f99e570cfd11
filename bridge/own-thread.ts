import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Starts a module on a thread of its own; `module` is its URL without the ending, which is that of what runs now. */
export function startThread(module: URL): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`${module.href}.js`));
  // Sources run as they are, by tsx; it takes no part in a thread unless that registers it, and it is found from here,
  // wherever the program was started.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const loader = new URL('./dist/esm/api/index.mjs', tsx).href;
  const entry = `import('${loader}').then(({ register }) => { register(); return import('${module.href}.ts'); })`;
  return new Worker(entry, { eval: true, execArgv: [] });
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

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository: benches run compiled, from dist/bench. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Compiles the load generator into a folder of its own. */
export async function compileLoad(): Promise<AsyncDisposable & { readonly program: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  const program = join(folder, 'udp-load');
  await promisify(execFile)('gcc', ['-O2', '-o', program, join(root, 'bench/udp-load.c')]);
  return { program, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

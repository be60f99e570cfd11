import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Runs before anything is installed: Node's own modules only, and plain JavaScript.

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} text A line of progress, on stderr so that a command's own output stays clean. */
export const say = (text) => process.stderr.write(`patchbay: ${text}\n`);

/** @param {string} text @returns {never} Says why and ends. */
export function fail(text) {
  say(text);
  process.exit(1);
}

/** @param {string} program @returns {boolean} Whether the program is on the PATH. */
export const has = (program) =>
  (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));

/** @param {string} name A command of an installed package. */
export const bin = (name) => join(root, 'node_modules', '.bin', name);

/** @param {number} started @returns {string} Seconds since then, one decimal. */
export const seconds = (started) => ((performance.now() - started) / 1000).toFixed(1);

/**
 * Runs a program with the terminal it was given.
 * @param {string} program @param {string[]} args @param {{ env?: NodeJS.ProcessEnv, quiet?: boolean }} [options]
 * @returns {Promise<number>} Its exit code; a signal counts as 1.
 */
export function run(program, args, { env = process.env, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', quiet ? 'ignore' : 2, 2] });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackages } from './debian.js';
import { bin, fail, has, root, run, say, seconds } from './shell.js';

const dependenciesStamp = join(root, 'node_modules', '.patchbay-stamp');

const dependenciesKey = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.versions.modules)
    .digest('hex');

/** Called by npm's postinstall: whoever installed, the next start knows what is there. */
export const stampDependencies = () => writeFileSync(dependenciesStamp, dependenciesKey());

/** Installs the npm dependencies from the lock file when they are missing, stale or built for another Node. */
export async function ensureDependencies() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
  if (existsSync(dependenciesStamp) && readFileSync(dependenciesStamp, 'utf8') === dependenciesKey()) return;
  const missing = ['make', 'g++', 'python3'].filter((program) => !has(program));
  if (process.platform === 'linux' && missing.length > 0) {
    if (!(await installPackages(missing)))
      say(
        `${missing.join(', ')} not found, so node-pty is left out: routers will run without a terminal of their own.`,
      );
  }
  say('installing the npm dependencies of package-lock.json …');
  const started = performance.now();
  // Not `npm ci`: where a registry lacks other platforms' binaries, the lock file lacks them too, and ci refuses it.
  const code = await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: { ...process.env, ...ownHeaders() },
  });
  if (code !== 0) fail(`npm install ended with ${code}: see above.`);
  stampDependencies();
  say(`dependencies installed in ${seconds(started)} s`);
}

/** Node's headers where they came with it: node-pty is then compiled without downloading them. */
function ownHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {};
}

/**
 * Builds what is missing or older than its sources.
 * @param {{ page: boolean, project?: string }} what Whether the page is needed, and which TypeScript project.
 */
export async function ensureBuilt({ page, project = 'server' }) {
  const sources = ['bridge', 'server', 'bench', 'tsconfig.base.json'];
  await buildOnce(`code-${project}`, sources, `compiling ${project} …`, bin('tsc'), ['-b', project]);
  if (!page) return;
  const pageSources = ['web', 'bridge/codec', 'bridge/protocols', 'bridge/packet', 'server/contract', 'vite.config.ts'];
  await buildOnce('page', pageSources, 'building the page …', bin('vite'), ['build', '--logLevel', 'warn']);
}

/** @param {string} name @param {string[]} sources @param {string} what @param {string} program @param {string[]} args */
async function buildOnce(name, sources, what, program, args) {
  const stamp = join(root, 'dist', `.stamp-${name}`);
  const key = fingerprint(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  say(what);
  const started = performance.now();
  if ((await run(program, args)) !== 0) fail(`${what.replace(' …', '')} failed: see above.`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, key);
  say(`done in ${seconds(started)} s`);
}

/** @param {string[]} paths @returns {string} Changes when a source file's name, size or time does. */
function fingerprint(paths) {
  const hash = createHash('sha256').update(dependenciesKey());
  /** @param {string} path */
  const visit = (path) => {
    const info = statSync(join(root, path));
    if (info.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) visit(join(path, name));
    else hash.update(`${path} ${info.size} ${info.mtimeMs}\n`);
  };
  for (const path of paths) if (existsSync(join(root, path))) visit(path);
  return hash.digest('hex');
}

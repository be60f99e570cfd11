import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, mayInstall, missingPrograms, testPrograms } from './lib/debian.js';
import { ensureBuilt, ensureDependencies } from './lib/project.js';
import { bin, fail, root, run, say, seconds } from './lib/shell.js';

const help = `npm test [-- --only GROUP]: installs what is missing, then runs

  check     types (tsc -b), Biome, knip
  unit      bridge, server and page, without root or programs of the system
  interop   against Mininet, Open vSwitch, tshark, a C router (root)
  emulated  the console in Chromium on the emulated network, as nobody (needs Chromium)
  e2e       the console in Chromium with Mininet (root)
`;
const values = readOptions();
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

/** @type {Record<string, string[]>} Vitest projects of each group. */
const groups = {
  unit: ['bridge', 'server', 'web', 'page'],
  interop: ['interop'],
  emulated: ['emulated'],
  e2e: ['e2e'],
};
const wanted = values.only ? [values.only] : ['check', ...Object.keys(groups)];
for (const name of wanted) if (name !== 'check' && !groups[name]) fail(`no group "${name}".\n\n${help}`);

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const remarks = [];

await ensureDependencies();
const needsPrograms = ['interop', 'emulated', 'e2e'].some((name) => wanted.includes(name));
if (needsPrograms && mayInstall()) await installPackages(missingPrograms(testPrograms));
const missing = needsPrograms ? missingPrograms(testPrograms) : [];

if (wanted.includes('check')) await check();
await ensureBuilt({ page: true });
for (const name of wanted) {
  const projects = groups[name];
  if (projects) await vitest(name, projects);
}
for (const remark of remarks) say(remark);
const tail = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${tail}\n`, () =>
  process.exit(total.failed > 0 ? 1 : 0),
);

function readOptions() {
  try {
    return parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}.\n\n${help}`);
  }
}

/** Types, style and dead code: each failure counts as one failed test. */
async function check() {
  for (const [name, args] of [
    ['tsc', ['-b']],
    ['biome', ['check', '--error-on-warnings', '.']],
    ['knip', []],
  ]) {
    const started = performance.now();
    const code = await run(bin(/** @type {string} */ (name)), /** @type {string[]} */ (args));
    say(`${name} ${code === 0 ? 'is clean' : 'found something'} (${seconds(started)} s)`);
    if (code !== 0) total.failed += 1;
  }
}

/** @param {string} name @param {string[]} projects Runs a group and adds up what its runner reports. */
async function vitest(name, projects) {
  const reason = whyNot(name);
  if (reason) {
    remarks.push(`${name} did not run: ${reason}.`);
    if (mayInstall()) total.failed += 1;
    return;
  }
  const report = join(root, 'results', `${name}.json`);
  mkdirSync(join(root, 'results'), { recursive: true });
  rmSync(report, { force: true });
  const started = performance.now();
  const only = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(bin('vitest'), ['run', ...only, ...reporters]);
  const result = read(report);
  if (!result || result.numTotalTests === 0) {
    remarks.push(`${name} reported no test: counted as failed.`);
    total.failed += 1;
    return;
  }
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests;
  total.skipped += result.numPendingTests + result.numTodoTests;
  if (code !== 0 && result.numFailedTests === 0) {
    remarks.push(`${name} ended with ${code} though no test failed: counted as failed.`);
    total.failed += 1;
  }
  say(`${name}: ${result.numPassedTests} of ${result.numTotalTests} passed in ${seconds(started)} s`);
}

/** @param {string} name Why a group cannot run here; undefined when it can. */
function whyNot(name) {
  if (name === 'unit') return undefined;
  if (name === 'emulated') return missing.includes('chromium') ? 'not on this machine: chromium' : undefined;
  if (process.getuid?.() !== 0) return 'it needs root';
  return missing.length > 0 ? `not on this machine: ${missing.join(', ')}` : undefined;
}

/** @param {string} path */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

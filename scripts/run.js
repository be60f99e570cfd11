import { ensureBuilt, ensureDependencies } from './lib/project.js';
import { fail } from './lib/shell.js';

/** Command lines of the project: npm run NAME -- … */
const commands = {
  lab: { project: 'server', main: '../dist/server/cli/lab.js' },
  bridge: { project: 'bridge', main: '../dist/bridge/cli.js' },
  router: { project: 'bridge', main: '../dist/bridge/router/main.js' },
  bench: { project: 'bench', main: '../dist/bench/main.js' },
};
const name = process.argv[2] ?? '';
const command = commands[/** @type {keyof typeof commands} */ (name)];
if (!command) fail(`no command "${name}": expected one of ${Object.keys(commands).join(', ')}.`);

await ensureDependencies();
await ensureBuilt({ page: name === 'bench', project: command.project });
// Whoever reads may have seen enough (`| head`), or be gone with the terminal: what was begun is ended in order.
for (const output of [process.stdout, process.stderr])
  output.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
const { main } = await import(new URL(command.main, import.meta.url).href);
process.exitCode = await main(process.argv.slice(3));

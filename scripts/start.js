import { installPackages, labPrograms, mayInstall, missingPrograms } from './lib/debian.js';
import { ensureBuilt, ensureDependencies } from './lib/project.js';
import { say } from './lib/shell.js';

const noInstall = process.argv.indexOf('--no-install');
if (noInstall > 0) process.argv.splice(noInstall, 1);

await ensureDependencies();
await ensureBuilt({ page: true });
const missing = missingPrograms(labPrograms);
if (missing.length > 0 && noInstall < 0 && mayInstall()) {
  if (!(await installPackages(missing)))
    say('some packages could not be installed: the page says which runtime is off.');
}
const { main } = await import(new URL('../dist/server/main.js', import.meta.url).href);
await main(process.argv.slice(2));

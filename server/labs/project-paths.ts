import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the same folder whether this file runs from the sources or from dist. */
export const projectDir = nearestWith('package.json', dirname(fileURLToPath(import.meta.url)));

/** The labs that come with Patchbay. */
export const catalogDir = join(projectDir, 'server/catalog');

/** The Python program that builds a lab with Mininet. */
export const mininetScript = join(projectDir, 'docker/mininet/run_lab.py');

/** The Python program that sees frames in a lab of Mininet's. */
export const pointsScript = join(projectDir, 'docker/mininet/see_points.py');

/** argv (without its options) of the reference router. */
export const referenceRouterArgv: readonly string[] = [
  process.execPath,
  join(projectDir, 'dist/bridge/router/main.js'),
];

function nearestWith(file: string, from: string): string {
  return existsSync(join(from, file)) || dirname(from) === from ? from : nearestWith(file, dirname(from));
}

import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerStart } from './server-process.ts';

const nobody = '65534';
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/**
 * A server without root and with nothing on its PATH: as root it becomes nobody, or where nobody may not enter this
 * folder, root without a single capability; as anybody else it has nothing to give up.
 */
export function unprivileged(): ServerStart {
  const env = { PATH: '/nonexistent', HOME: '/' };
  if (process.getuid?.() !== 0) return { env };
  if (setpriv === undefined) throw new Error('root is given up with setpriv, and it is not here');
  const user = isOpenToAll(fileURLToPath(new URL('../..', import.meta.url)))
    ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
    : ['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];
  return { env, launcher: [setpriv, ...user] };
}

function isOpenToAll(path: string): boolean {
  const enter = 0o001;
  return (statSync(path).mode & enter) !== 0 && (dirname(path) === path || isOpenToAll(dirname(path)));
}

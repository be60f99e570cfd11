import { execFileSync } from 'node:child_process';

/** argv that runs what follows without any right, as a user whose number has no line in /etc/passwd. */
export const asNobody = ['setpriv', '--reuid', '54321', '--regid', '54321', '--clear-groups', '--bounding-set=-all'];

/** Whether that user could run this checkout: one below somebody's home is out of sight for others. Needs root. */
export function nobodyCanRead(file: string): boolean {
  try {
    const [program = '', ...args] = asNobody;
    execFileSync(program, [...args, 'test', '-r', file], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`skipped as another user: only its owner can read ${file}\n`);
    return false;
  }
}

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { AppError } from '../errors.ts';
import type { PtyCommand } from './pty.ts';

/**
 * Absolute path of a command's program, found the way execvp does (TERM2): a name with a slash is a path from `cwd`,
 * another is looked up in the command's own PATH. Throws invalid-command when it could not be started.
 */
export function findProgram({ argv, cwd, env }: PtyCommand): string {
  const { PATH: path = '/usr/local/bin:/usr/bin:/bin' } = env;
  const [name = ''] = argv;
  if ([...argv, cwd, ...Object.values(env)].some((word) => word.includes('\0')))
    throw new AppError('invalid-command', 'The command contains a zero byte.');
  if (!isAbsolute(cwd))
    throw new AppError('invalid-command', `The folder "${cwd}" is not a whole path, like /home/me/simple-router.`);
  if (!isDirectory(cwd))
    throw new AppError('invalid-command', `The folder "${cwd}" does not exist or is not a folder.`);
  if (name === '') throw new AppError('invalid-command', 'The command is empty: expected a program and its arguments.');
  const candidates = name.includes('/')
    ? [resolve(cwd, name)]
    : path.split(delimiter).map((folder) => resolve(isAbsolute(folder) ? folder : resolve(cwd, folder), name));
  let found = '';
  for (const candidate of candidates) {
    const verdict = judge(candidate);
    if (verdict === 'runs') return candidate;
    // A folder of PATH that may not be entered is passed over; a path that somebody wrote is worth a word.
    if (verdict === 'may not be reached' && !name.includes('/')) continue;
    if (verdict !== 'absent') found = `"${candidate}" ${verdict}.`;
  }
  const where = name.includes('/') ? `There is no file "${candidates[0]}".` : `"${name}" is in no folder of PATH.`;
  throw new AppError('invalid-command', found === '' ? where : found);
}

type Verdict = 'runs' | 'absent' | 'is a folder, not a program' | 'is not executable' | 'may not be reached';

function judge(path: string): Verdict {
  try {
    if (statSync(path).isDirectory()) return 'is a folder, not a program';
  } catch (fault) {
    return isDenied(fault) ? 'may not be reached' : 'absent';
  }
  try {
    accessSync(path, constants.X_OK);
    return 'runs';
  } catch {
    return 'is not executable';
  }
}

function isDenied(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'EACCES';
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

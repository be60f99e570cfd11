import { execClean } from './exec-clean.ts';
import { findProgram } from './find-program.ts';
import { KernelPty } from './kernel-pty.ts';
import { openPipes } from './pipe-pty.ts';
import type { ProcessPty, PtyCommand, PtySize } from './pty.ts';

/** Where it could not be built there are none; of Windows' consoles it does not give what losing no output needs. */
const nodePty = process.platform === 'win32' ? undefined : await import('node-pty').catch(() => undefined);

/** Why programs run on pipes here; undefined where they have pseudo-terminals. */
export const noPtyNote =
  nodePty === undefined
    ? 'There are no pseudo-terminals here (node-pty is not built): a router is run on pipes, and may print late.'
    : undefined;

/**
 * Starts a program in a pseudo-terminal (TERM1–TERM4), or where there are none on pipes that look like one (TERM17). `env`
 * is the whole environment but TERM, which is xterm-256color unless given. Throws invalid-command when the program could
 * not be started.
 */
export function openPty(command: PtyCommand, size: PtySize): ProcessPty {
  const env: Record<string, string> = { TERM: 'xterm-256color', ...command.env };
  const program = findProgram({ ...command, env });
  if (nodePty === undefined) return openPipes(program, { ...command, env });
  const start = execClean(program, command.argv, env);
  return new KernelPty(
    // Without an encoding the output comes as bytes.
    nodePty.spawn(start.file, start.args, {
      ...size,
      cwd: command.cwd,
      env: start.env,
      name: env.TERM ?? '',
      encoding: null,
    }),
  );
}

import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RouterChoice } from '../../contract/status.ts';
import { until } from './until.ts';

/** A router whose grandchild has left its session, ignores SIGHUP and SIGTERM, and tells its pid in a file. `then` is the router's own last line. */
export async function withGrandchild(
  folder: string,
  name: string,
  then: string,
): Promise<{ router: RouterChoice; pid: () => Promise<number> }> {
  const program = join(folder, name);
  const grandchild = `trap "" HUP TERM; echo $$ > ${program}.pid; while :; do sleep 1; done`;
  await writeFile(program, `#!/bin/sh\n(setsid sh -c '${grandchild}' > /dev/null 2>&1 &)\n${then}\n`);
  await chmod(program, 0o755);
  const pid = () => until('its pid', async () => Number(await readFile(`${program}.pid`, 'utf8').catch(() => '')));
  return { router: { kind: 'command', argv: [program], cwd: folder }, pid };
}

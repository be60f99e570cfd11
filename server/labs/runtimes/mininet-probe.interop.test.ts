import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { asNobody, nobodyCanRead } from '../../testing/other-user.ts';
import { projectDir } from '../project-paths.ts';
import { createMininetRuntime } from './mininet.ts';
import { labPath } from './mininet-network.ts';

const run = promisify(execFile);
const { available, notes } = await createMininetRuntime().probe();
const skip = !available;
if (skip) process.stderr.write(`skipped, Mininet cannot run here: ${notes.join(' ')}\n`);
const isReadable = !skip && nobodyCanRead(import.meta.filename);

/** What the probe finds in a process that is started through `argv`. */
async function probeAs(argv: readonly string[], path = labPath): Promise<{ available: boolean; notes: string[] }> {
  const script = [
    `const { probeMininet } = await import(${JSON.stringify(join(projectDir, 'dist/server/labs/runtimes/mininet-probe.js'))});`,
    `console.log(JSON.stringify(await probeMininet(${JSON.stringify(path)})));`,
  ].join('\n');
  const node = [process.execPath, '--input-type=module', '-e', script];
  const [program = '', ...rest] = [...argv, ...node];
  const { stdout } = await run(program, rest, { cwd: tmpdir() });
  return JSON.parse(stdout);
}

test.skipIf(!isReadable)('[RUN1] another user than root is told to start it as root', async () => {
  expect(await probeAs(asNobody)).toEqual({
    available: false,
    notes: [
      'Mininet needs root, or the capabilities NET_ADMIN and SYS_ADMIN: start Patchbay as root (sudo npm start), or in the container of docker/.',
    ],
  });
});

test.skipIf(skip)('[RUN1] root without a capability is told which, as in a container', async () => {
  expect(await probeAs(['setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin'])).toEqual({
    available: false,
    notes: ['Mininet needs the capability SYS_ADMIN: give it to the container, as docker/compose.yaml does.'],
  });
});

test.skipIf(skip)('[RUN1] each missing program is named with its package', async () => {
  const { available: isAvailable, notes: reasons } = await probeAs([], '/nonexistent');
  expect(isAvailable).toBe(false);
  expect(reasons).toContain('mnexec not found: install the package mininet.');
  expect(reasons).toContain(
    'ovs-vswitchd, ovsdb-server, ovsdb-tool, ovs-vsctl not found: install the package openvswitch-switch.',
  );
});

test.skipIf(skip)('[RUN1] namespaces that the kernel refuses are told with its words and what would help', async () => {
  // A user namespace of our own, in which a limit of the kernel is ours to set.
  const limited = 'echo 0 > /proc/sys/user/max_net_namespaces && exec "$0" "$@"';
  expect(await probeAs(['unshare', '--user', '--map-root-user', 'sh', '-c', limited])).toEqual({
    available: false,
    notes: [
      'Namespaces cannot be made here: unshare: unshare failed: No space left on device. The limits sysctl user.max_*_namespaces are reached.',
    ],
  });
  const dir = await mkdtemp(join(tmpdir(), 'pb-'));
  try {
    // A container's profile cannot be made here: what unshare then says is played.
    const unshare = join(dir, 'unshare');
    const refuse = async (script: string) => {
      await writeFile(unshare, `#!/bin/sh\n${script}\n`);
      await chmod(unshare, 0o755);
      return await probeAs([], `${dir}:${labPath}`);
    };
    expect((await refuse('echo "unshare: unshare failed: Operation not permitted" >&2; exit 1')).notes).toEqual([
      'Namespaces cannot be made here: unshare: unshare failed: Operation not permitted. In a container, its seccomp or AppArmor profile forbids it: docker/compose.yaml lifts both.',
    ]);
    await rm(unshare);
    await symlink('/bin/false', unshare);
    expect((await probeAs([], `${dir}:${labPath}`)).notes).toEqual([
      'Namespaces cannot be made here: unshare ended with exit code 1.',
    ]);
  } finally {
    await rm(dir, { recursive: true });
  }
});

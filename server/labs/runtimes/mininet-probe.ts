import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { noPtyNote } from '../../terminals/open-pty.ts';

const run = promisify(execFile);

/** Namespaces of a lab: nothing in it sees the machine's network, processes or mounts, and no lab another's. */
export const unshareArgv = [
  'unshare',
  '--net',
  '--mount',
  '--pid',
  '--uts',
  '--ipc',
  '--fork',
  '--kill-child=SIGKILL',
  '--mount-proc',
] as const;
/** The system's Python: Mininet is a package of the distribution. */
export const python = '/usr/bin/python3';

const programs = {
  mininet: ['mnexec'],
  'openvswitch-switch': ['ovs-vswitchd', 'ovsdb-server', 'ovsdb-tool', 'ovs-vsctl'],
  iproute2: ['ip', 'tc'],
  ethtool: ['ethtool'],
  'util-linux': ['unshare', 'nsenter', 'setpriv', 'mount'],
};
const tryMs = 10_000;
/** What to know where links can do nothing but limit their bandwidth. */
export const noNetem = 'No netem in this kernel: delay, loss and the like are not to be had.';
/** Bits of CapEff (capability.h). */
const capabilities = { NET_ADMIN: 12n, SYS_ADMIN: 21n };

/** Whether Mininet can run here, why not, and what to know about it (RUN1). */
export async function probeMininet(path: string): Promise<{ available: boolean; notes: string[] }> {
  const reasons = [...(await missingCapabilities()), ...(await missingPrograms(path)), ...missingTerminals()];
  if (reasons.length > 0) return { available: false, notes: reasons };
  try {
    await access('/dev/net/tun', constants.R_OK | constants.W_OK);
  } catch {
    const help = 'load the module tun, or give the container the device, as docker/compose.yaml does';
    return { available: false, notes: [`/dev/net/tun cannot be opened, and the userspace switch needs it: ${help}.`] };
  }
  // One try of what a lab does first; netem comes last because a lab works without it.
  const script = [
    'mount -t tmpfs patchbay /run',
    'ip link add v0 type veth peer name v1',
    `${python} -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('mininet') is None)" || echo no mininet`,
    'tc qdisc add dev lo root netem delay 1ms 2>/dev/null || echo no netem',
  ].join(' && ');
  try {
    const [program, ...args] = unshareArgv;
    const { stdout } = await run(program, [...args, 'sh', '-c', script], { env: { PATH: path }, timeout: tryMs });
    if (stdout.includes('no mininet'))
      return { available: false, notes: [`${python} has no module mininet: install the package mininet.`] };
    const notes = stdout.includes('no netem') ? [noNetem] : [];
    return { available: true, notes };
  } catch (error) {
    return { available: false, notes: [refusal(error)] };
  }
}

/** Why the try failed: what the programs said, and what would help. */
function refusal(error: unknown): string {
  const { stderr, code, killed } = Object.assign({ stderr: '', code: '', killed: false }, error);
  const ended = killed ? `the try took longer than ${tryMs / 1000} s` : `unshare ended with exit code ${code}`;
  const said = String(stderr).trim().replace(/\.$/, '') || ended;
  const help = said.includes('No space left on device')
    ? ' The limits sysctl user.max_*_namespaces are reached.'
    : /not permitted|denied/i.test(said)
      ? ' In a container, its seccomp or AppArmor profile forbids it: docker/compose.yaml lifts both.'
      : '';
  return `Namespaces cannot be made here: ${said}.${help}`;
}

async function missingCapabilities(): Promise<string[]> {
  if (process.platform !== 'linux') return [`Mininet needs Linux; this is ${process.platform}.`];
  const status = await readFile('/proc/self/status', 'latin1');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const missing = Object.entries(capabilities).filter(([, bit]) => ((effective >> bit) & 1n) === 0n);
  if (missing.length === 0) return [];
  const names = `the ${missing.length === 1 ? 'capability' : 'capabilities'} ${missing.map(([name]) => name).join(' and ')}`;
  return process.getuid?.() === 0
    ? [`Mininet needs ${names}: give it to the container, as docker/compose.yaml does.`]
    : [`Mininet needs root, or ${names}: start Patchbay as root (sudo npm start), or in the container of docker/.`];
}

function missingTerminals(): string[] {
  if (noPtyNote === undefined) return [];
  return [
    'Its command line needs pseudo-terminals, and node-pty is not built: install make, g++ and python3, then npm install.',
  ];
}

async function missingPrograms(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (const [pkg, names] of Object.entries(programs)) {
    const found = await Promise.all(names.map((name) => onPath(name, path)));
    const absent = names.filter((_, index) => !found[index]);
    if (absent.length > 0) missing.push(`${absent.join(', ')} not found: install the package ${pkg}.`);
  }
  return missing;
}

/** Whether a program is in one of the folders of `path`. */
export async function onPath(name: string, path: string): Promise<boolean> {
  for (const folder of path.split(':')) {
    const isThere = await access(`${folder}/${name}`, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}

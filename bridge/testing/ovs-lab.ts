import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListenAddress } from '../api.ts';

const programs = ['ovs-vswitchd', 'ovsdb-server', 'ovs-vsctl', 'unshare', 'nsenter', 'ip', 'ping'];

/** Why a real Open vSwitch cannot run here; undefined when it can. */
export function whyNoOvs(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  const missing = programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/** A network of its own: one Open vSwitch `sw0` with userspace datapath, one host a port, everything in one namespace. */
const script = `
set -e
D=$1; shift
mount -t tmpfs tmpfs /run; mkdir /run/netns
ip link set lo up
export OVS_RUNDIR=$D OVS_DBDIR=$D OVS_SYSCONFDIR=$D OVS_LOGDIR=$D
ovsdb-tool create $D/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server $D/conf.db --remote=punix:$D/db.sock --detach --no-chdir --pidfile --log-file
ovs-vsctl --no-wait init
ovs-vswitchd unix:$D/db.sock --detach --no-chdir --pidfile --log-file
ovs-vsctl add-br sw0 -- set bridge sw0 datapath_type=netdev protocols=OpenFlow10 fail-mode=secure other-config:datapath-id=0000000000000001
for host in "$@"; do
  IFS=, read -r name port address mac gateway <<< "$host"
  ip netns add $name
  ip link add sw0-eth$port type veth peer name $name-eth0 netns $name
  ip link set sw0-eth$port up
  ip netns exec $name ip link set lo up
  ip netns exec $name ip link set $name-eth0 address $mac up
  ip netns exec $name ip addr add $address dev $name-eth0
  if [ -n "$gateway" ]; then ip netns exec $name ip route add $gateway dev $name-eth0; ip netns exec $name ip route add default via $gateway; fi
  ip netns exec $name ethtool -K $name-eth0 tx off > /dev/null 2>&1 || true
  ovs-vsctl add-port sw0 sw0-eth$port -- set interface sw0-eth$port ofport_request=$port
done
ovs-vsctl set-controller sw0 unix:$D/of.sock
echo READY
exec cat
`;

export interface OvsHost {
  readonly name: string;
  readonly port: number;
  /** With prefix length. */
  readonly address: string;
  readonly mac: string;
  readonly gateway?: string;
}
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** The run folder comes first, so that a bridge can listen in it before the switch connects. */
export class OvsLab implements AsyncDisposable {
  readonly dir: string;
  #process: ChildProcess | undefined;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async prepare(): Promise<OvsLab> {
    return new OvsLab(await mkdtemp(join(tmpdir(), 'patchbay-ovs-')));
  }

  get openflow(): ListenAddress {
    return { kind: 'unix', path: join(this.dir, 'of.sock') };
  }

  async start(hosts: readonly OvsHost[]): Promise<void> {
    const args = hosts.map(({ name, port, address, mac, gateway = '' }) => [name, port, address, mac, gateway].join());
    const unshare = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'];
    const child = spawn('unshare', [...unshare, 'bash', '-c', script, 'ovs-lab', this.dir, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (data: Buffer) => data.includes('READY') && resolve());
      child.once('exit', (code) => reject(new Error(`Open vSwitch did not start (${code}): ${said}`)));
    });
  }

  /** Runs a command on a host. */
  on(host: string, ...argv: string[]): Promise<Ran> {
    return this.#run(['ip', 'netns', 'exec', host, ...argv]);
  }

  /** Runs `ovs-vsctl`, `ovs-ofctl`, `ip` … where the switch is. */
  run(...argv: string[]): Promise<Ran> {
    return this.#run(argv);
  }

  #run(argv: string[]): Promise<Ran> {
    const env = ['RUNDIR', 'DBDIR', 'SYSCONFDIR', 'LOGDIR'].map((name) => `OVS_${name}=${this.dir}`);
    const enter = ['-t', String(this.#process?.pid), '-m', '-n', 'env', ...env, ...argv];
    return new Promise((resolve) => {
      execFile('nsenter', enter, { timeout: 30_000 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}

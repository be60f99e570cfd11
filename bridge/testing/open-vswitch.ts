import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ReceiveBuffer } from '../codec/receive-buffer.ts';
import { maxMessageLength, messageLength } from '../protocols/openflow/v10/header.ts';
import { decodeMessage, encodeMessage, type Message } from '../protocols/openflow/v10/message.ts';
import { PeerSocket } from './peer-socket.ts';
import { type Happened, portNumbersUnderTest, type SentFrame, type SwitchUnderTest } from './switch-under-test.ts';
import { Unixctl } from './unixctl.ts';

const programs = ['ovs-vswitchd', 'ovsdb-server', 'ovsdb-tool', 'ovs-vsctl'];

/** Why Open vSwitch cannot be played against here; undefined when it can. No privileges are needed. */
export function whyNoOpenVSwitch(): string | undefined {
  const missing = programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/**
 * Both daemons, until the input of this script ends: whatever becomes of the test, they go with it. Its ports are dummies
 * (as in Open vSwitch's own tests), so that frames come and go over sockets; its clock stands still but when it is told.
 */
const script = `
set -e
D=$1
ovsdb-tool create $D/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server $D/conf.db --remote=punix:$D/db.sock --no-chdir --unixctl=$D/db.ctl & DB=$!
trap 'kill $OVS $DB 2> /dev/null' EXIT
until [ -S $D/db.sock ]; do sleep 0.01; done
ovs-vsctl --no-wait init
ovs-vswitchd unix:$D/db.sock --enable-dummy=system --disable-system --no-chdir --unixctl=$D/ctl.sock & OVS=$!
until [ -S $D/ctl.sock ]; do sleep 0.01; done
echo READY
cat > /dev/null
`;

/** A running Open vSwitch that makes a new bridge for each conversation. */
export class OpenVSwitch implements AsyncDisposable {
  readonly #dir: string;
  readonly #process: ChildProcess;
  readonly #control: Unixctl;
  readonly #server: Server;
  #arrived: (socket: Socket) => void = (socket) => socket.destroy();
  #bridges = 0;
  #endedBridge: string | undefined;

  private constructor(dir: string, process: ChildProcess, control: Unixctl, server: Server) {
    this.#dir = dir;
    this.#process = process;
    this.#control = control;
    this.#server = server;
    server.on('connection', (socket) => this.#arrived(socket));
  }

  static async start(): Promise<OpenVSwitch> {
    const dir = await mkdtemp(join(tmpdir(), 'patchbay-differential-'));
    const child = spawn('bash', ['-c', script, 'open-vswitch', dir], {
      env: openVSwitchEnvironment(dir),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data) => {
      said = `${said}${data}`.slice(-4000);
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (data: Buffer) => data.includes('READY') && resolve());
      child.once('exit', (code) => reject(new Error(`Open vSwitch did not start (${code}): ${said}`)));
    });
    const control = await Unixctl.open(join(dir, 'ctl.sock'));
    await control.run('time/stop');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(dir, 'of.sock'), resolve));
    return new OpenVSwitch(dir, child, control, server);
  }

  /** A bridge of its own: nothing in its table, its counters at zero, its controller connected and not yet greeted. */
  async bridge(): Promise<SwitchUnderTest> {
    this.#bridges += 1;
    const name = `s${this.#bridges}`;
    const connection = new Promise<Socket>((resolve) => {
      this.#arrived = resolve;
    });
    const ended = this.#endedBridge === undefined ? [] : ['del-br', this.#endedBridge, '--'];
    this.#endedBridge = undefined;
    await this.#configure(...ended, 'add-br', name, ...this.#settingsOf(name));
    const socket = await connection;
    const ports = await Promise.all(
      portNumbersUnderTest.map((port) => DummyPort.open(port, this.#portPath(name, port))),
    );
    // It goes in the same breath in which the next one comes.
    const end = () => {
      this.#endedBridge = name;
    };
    const managementPath = join(this.#dir, `${name}.mgmt`);
    return new OpenVSwitchBridge({ name, socket, ports, control: this.#control, managementPath, end });
  }

  #settingsOf(bridge: string): string[] {
    const settings = ['datapath_type=dummy', 'protocols=OpenFlow10', 'fail-mode=secure'];
    const ports = portNumbersUnderTest.flatMap((port) => {
      const stream = `options:pstream="punix:${this.#portPath(bridge, port)}"`;
      const name = `${bridge}p${port}`;
      return [
        '--',
        'add-port',
        bridge,
        name,
        '--',
        'set',
        'interface',
        name,
        'type=dummy',
        `ofport_request=${port}`,
        stream,
      ];
    });
    const controller = ['--', 'set-controller', bridge, `unix:${join(this.#dir, 'of.sock')}`];
    const patience = ['--', 'set', 'controller', bridge, 'inactivity_probe=0'];
    const identity = 'other-config:datapath-id=0000000000000001';
    return ['--', 'set', 'bridge', bridge, ...settings, identity, ...ports, ...controller, ...patience];
  }

  #portPath(bridge: string, port: number): string {
    return join(this.#dir, `${bridge}p${port}.sock`);
  }

  async #configure(...argv: readonly string[]): Promise<void> {
    await promisify(execFile)('ovs-vsctl', [...argv], { env: openVSwitchEnvironment(this.#dir), timeout: 10_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#control.close();
    this.#server.close();
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    await exited;
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** Programs of Open vSwitch keep their sockets and files in this folder. */
export const openVSwitchEnvironment = (dir: string): Record<string, string> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  OVS_RUNDIR: dir,
  OVS_DBDIR: dir,
  OVS_SYSCONFDIR: dir,
  OVS_LOGDIR: dir,
});

/** The other end of a dummy port: each frame with its length in two bytes before it. */
class DummyPort {
  readonly frames: SentFrame[] = [];
  readonly #socket: Socket;

  private constructor(port: number, socket: Socket) {
    this.#socket = socket;
    const received = new ReceiveBuffer(0x1_0002);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received.push(chunk);
      while (received.next(lengthBefore)) {
        this.frames.push({ port, frame: received.bytes.slice(received.start + 2, received.end) });
      }
    });
  }

  static open(port: number, path: string): Promise<DummyPort> {
    const socket = connect(path);
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(new DummyPort(port, socket)));
      socket.once('error', reject);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

const lengthBefore = (bytes: Uint8Array, start: number, available: number): number | undefined =>
  available < 2 ? undefined : 2 + (bytes[start] ?? 0) * 256 + (bytes[start + 1] ?? 0);

/** A leap of the daemon's clock costs 10 ms. */
const mostWarps = 20;
const leastWarpMs = 200;
/** After so many rounds of the daemon's main loop in which nothing came, nothing more will. */
const quietRounds = 2;
/** FLOW_REMOVED comes from another thread of the daemon, which no round waits for. */
const threadMs = 4;
/** How long what was expected may take to come on a busy machine. */
const patienceMs = 1500;
/** So many messages of a connection are taken in a round, of at least so many bytes. */
const bytesPerRound = 50 * 8;

/**
 * The daemon's main loop, counted from outside: it serves OpenFlow first and its control socket behind that, so that a
 * request to one, and when it is answered one to the other, are a round.
 */
class MainLoop {
  readonly #control: Unixctl;
  readonly #management: PeerSocket<Message>;

  private constructor(control: Unixctl, management: PeerSocket<Message>) {
    this.#control = control;
    this.#management = management;
  }

  static async of(control: Unixctl, managementPath: string): Promise<MainLoop> {
    const management = await PeerSocket.open({ kind: 'unix', path: managementPath }, messageLength, decodeMessage);
    management.write(encodeMessage({ kind: 'hello', xid: 1, version: 1, elements: new Uint8Array(0) }));
    return new MainLoop(control, management);
  }

  async round(): Promise<void> {
    this.#management.write(encodeMessage({ kind: 'echoRequest', xid: 1, data: new Uint8Array(0) }));
    await this.#management.next(({ kind }) => kind === 'echoReply');
    // The datapath's own flows follow the table late; without them it is the table that counts, and has their counters.
    await this.#control.run('revalidator/purge');
    await new Promise((resolve) => setImmediate(resolve));
  }

  close(): void {
    this.#management.close();
  }
}

interface BridgeParts {
  readonly name: string;
  /** The controller's connection. */
  readonly socket: Socket;
  readonly ports: readonly DummyPort[];
  readonly control: Unixctl;
  readonly managementPath: string;
  end(): void;
}

class OpenVSwitchBridge implements SwitchUnderTest {
  readonly #parts: BridgeParts;
  #loop: MainLoop | undefined;
  #messages: Uint8Array[] = [];
  #isClosed = false;
  #unreadBytes = 0;
  #quietNotBeforeMs = 0;

  constructor(parts: BridgeParts) {
    this.#parts = parts;
    const { socket } = parts;
    const received = new ReceiveBuffer(maxMessageLength);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
    });
    socket.on('data', (chunk) => {
      received.push(chunk);
      while (received.next(messageLength)) this.#messages.push(received.bytes.slice(received.start, received.end));
    });
  }

  write(bytes: Uint8Array): void {
    this.#parts.socket.write(bytes);
    this.#unreadBytes += bytes.length;
    this.#quietNotBeforeMs = performance.now() + threadMs;
  }

  async frame(port: number, frame: Uint8Array): Promise<void> {
    await this.#parts.control.run(
      'netdev-dummy/receive',
      `${this.#parts.name}p${port}`,
      Buffer.from(frame).toString('hex'),
    );
  }

  async wait(ms: number): Promise<void> {
    await this.#quiet();
    // After a while of silence the daemon would end that connection itself.
    this.#loop?.close();
    this.#loop = undefined;
    // In steps: what expires half way has to be seen then, not at the end.
    await this.#parts.control.run('time/warp', String(ms), String(Math.max(leastWarpMs, Math.round(ms / mostWarps))));
    this.#quietNotBeforeMs = performance.now() + threadMs;
  }

  async settled(atLeast = 0): Promise<Happened> {
    await this.#quiet(atLeast);
    const frames = this.#parts.ports.flatMap((port) => port.frames.splice(0));
    const messages = this.#messages;
    this.#messages = [];
    return { messages, frames, isClosed: this.#isClosed };
  }

  /** Quiet, and as much seen as was expected; what has not come within `patienceMs` does not come. */
  async #quiet(atLeast = 0): Promise<void> {
    const untilMs = performance.now() + patienceMs;
    const { control, managementPath } = this.#parts;
    this.#loop ??= await MainLoop.of(control, managementPath);
    const loop = this.#loop;
    const unread = Math.ceil(this.#unreadBytes / bytesPerRound);
    this.#unreadBytes = 0;
    for (
      let quiet = -unread, before = this.#seen();
      quiet < quietRounds ||
      performance.now() < this.#quietNotBeforeMs ||
      (before < atLeast && performance.now() < untilMs);
      quiet += 1
    ) {
      await loop.round();
      const now = this.#seen();
      if (now !== before) quiet = Math.min(quiet, -1);
      before = now;
    }
  }

  #seen(): number {
    const frames = this.#parts.ports.reduce((sum, port) => sum + port.frames.length, 0);
    return frames + this.#messages.length + (this.#isClosed ? 1 : 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { socket, ports, end } = this.#parts;
    socket.destroy();
    for (const port of ports) port.close();
    this.#loop?.close();
    end();
  }
}

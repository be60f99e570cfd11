import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Writer } from '../../bridge/codec/writer.ts';
import { seededRandom } from '../../bridge/determinism/random.ts';
import { VirtualScheduler } from '../../bridge/determinism/scheduler.ts';
import { createNetwork, type Network } from '../../bridge/emulator/network.ts';
import { OpenFlowSwitch } from '../../bridge/emulator/switch/switch.ts';
import { parseTopology } from '../../bridge/emulator/topo.ts';
import type { WireEnd } from '../../bridge/emulator/wire.ts';
import { startBridge } from '../../bridge/host.ts';
import { RealScheduler } from '../../bridge/net/real-scheduler.ts';
import { matchOf } from '../../bridge/protocols/openflow/v10/match.ts';
import { encodeMessage, type MessageOf } from '../../bridge/protocols/openflow/v10/message.ts';
import { portNumbers } from '../../bridge/protocols/openflow/v10/port.ts';
import { type Figure, figure } from '../figure.ts';

const seconds = 2;
const forwardGoal = 150_000;
const hostsGoal = 50_000;
const upGoalMs = 3000;
const memoryGoalMb = 300;

/** The emulated network on its own: no Mininet, no root, no lab. */
export async function measureEmulator(runs: number): Promise<Figure[]> {
  const forwarded: number[] = [];
  const between: number[] = [];
  const upMs: number[] = [];
  const memoryMb: number[] = [];
  for (let run = 0; run < runs; run++) {
    forwarded.push(forwardRate());
    between.push(await hostRate());
    const large = await largeNetwork();
    upMs.push(large.upMs);
    memoryMb.push(large.memoryMb);
  }
  return [
    figure('emulated-switch-forwards', 'packets/s', forwarded, { goal: { atLeast: forwardGoal } }),
    figure('emulated-host-to-host', 'packets/s', between, { goal: { atLeast: hostsGoal } }),
    figure('emulated-500-hosts-up', 'ms', upMs, { goal: { atMost: upGoalMs } }),
    figure('emulated-500-hosts-memory', 'MB', memoryMb, { goal: { atMost: memoryGoalMb } }),
  ];
}

/** A flow entry from port to port, for whatever comes. */
function flow(inPort: number, outPort: number): Uint8Array {
  const message: MessageOf<'flowMod'> = {
    kind: 'flowMod',
    xid: 1,
    match: matchOf({ inPort }),
    cookie: 0n,
    command: 'add',
    idleTimeoutS: 0,
    hardTimeoutS: 0,
    priority: 100,
    bufferId: 0xffff_ffff,
    outPort: portNumbers.None,
    flags: [],
    actions: [{ kind: 'output', port: outPort, maxLength: 0 }],
  };
  return encodeMessage(message);
}

/** Installs flow entries over a connection of which nobody reads the answers. */
function install(its: OpenFlowSwitch, ...flows: readonly Uint8Array[]): void {
  const writer = new Writer(4096);
  const session = its.connected({ writer, flush: () => writer.reset(), end: () => undefined });
  session.open(0);
  session.receive(encodeMessage({ kind: 'hello', xid: 0, version: 1, elements: new Uint8Array(0) }), 0);
  for (const bytes of flows) session.receive(bytes, 0);
}

/** An Ethernet frame with 18 bytes of UDP payload. */
function udpFrame(): Uint8Array {
  const frame = new Uint8Array(60);
  frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17]);
  frame.set([10, 0, 0, 1, 10, 0, 0, 2, 0x10, 0, 0x20, 0, 0, 26], 26);
  return frame;
}

/** Frames a second through one switch by an installed flow entry: from a port to a port, and nothing else. */
function forwardRate(): number {
  const scheduler = new VirtualScheduler();
  const its = new OpenFlowSwitch(
    { name: 's1', dpid: '0000000000000001', failMode: 'secure' },
    { scheduler, random: seededRandom(1) },
  );
  let left = 0;
  const ends: WireEnd[] = [];
  for (const port of [1, 2])
    its.addPort(port, `s1-eth${port}`, `0a:00:00:00:00:0${port}`, (end) => {
      ends.push(end);
      const send = (): void => {
        left += 1;
      };
      return { isUp: true, send, setUp: () => undefined };
    });
  for (const end of ends) end.carrier(true);
  install(its, flow(1, 2));
  const frame = udpFrame();
  const [first] = ends;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) for (let i = 0; i < 1000; i++) first?.receive(frame);
  return (left * 1000) / (performance.now() - start);
}

/** UDP datagrams a second from a program of one host to one of another, over two switches, in real time. */
async function hostRate(): Promise<number> {
  const scheduler = new RealScheduler();
  const network = createNetwork(parseTopology('linear,2'), scheduler);
  try {
    const [h1, h2] = [network.hosts.get('h1'), network.hosts.get('h2')];
    if (h1 === undefined || h2 === undefined) throw new Error('a linear network has h1 and h2');
    forwardBothWays(network);
    const receiver = h2.udp.bind({ port: 9000 });
    const sender = h1.udp.bind();
    const to = { address: h2.interfaces[1]?.addresses[0]?.address ?? 0, port: 9000 };
    const data = new Uint8Array(18);
    let received = 0;
    const reading = (async () => {
      while ((await receiver.receive()) !== undefined) received += 1;
    })();
    sender.send(to, data); // and ARP
    await new Promise((resolve) => scheduler.after(50_000, () => resolve(undefined)));
    received = 0;
    const start = performance.now();
    while (performance.now() - start < seconds * 1000) {
      for (let i = 0; i < 200; i++) sender.send(to, data);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const rate = (received * 1000) / (performance.now() - start);
    receiver.close();
    await reading;
    return rate;
  } finally {
    network.close();
    scheduler.close();
  }
}

function forwardBothWays({ openFlowSwitches, config }: Network): void {
  for (const its of openFlowSwitches) {
    const ports = config.links.flatMap(({ a, b }) => [a, b]).filter(({ node }) => node === its.name);
    const [one, other] = ports.map(({ port }) => port);
    if (one === undefined || other === undefined) throw new Error('two ports a switch');
    install(its, flow(one, other), flow(other, one));
  }
}

/** 50 switches with ten hosts each in a process of their own, until each has its controller (our bridge): ms, and MB resident. */
async function largeNetwork(): Promise<{ upMs: number; memoryMb: number }> {
  const app = { kind: 'l2-learning', idleTimeoutS: 60, hardTimeoutS: 0 } as const;
  await using bridge = await startBridge({
    app,
    openflow: [{ kind: 'tcp', host: '127.0.0.1', port: 0 }],
    vns: [],
    switches: [],
    trace: { records: 1000, frameBytes: 1024 * 1024, snapLength: 2048 },
  });
  const [address] = bridge.state.listening.openflow;
  if (address?.kind !== 'tcp') throw new Error('the bridge listens on TCP');
  const program = fileURLToPath(new URL('../emulator-scale.js', import.meta.url));
  const child = spawn(process.execPath, [program, 'linear,50,10', String(address.port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const text of createInterface({ input: child.stdout })) {
    const { upMs, memoryMb } = JSON.parse(text);
    await exited;
    return { upMs: Number(upMs), memoryMb: Number(memoryMb) };
  }
  throw new Error('the large network said nothing');
}

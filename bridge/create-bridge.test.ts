import { describe, expect, test } from 'vitest';
import type { BridgeState } from './api.ts';
import type { PacketIn } from './apps/app.ts';
import { createBridge } from './create-bridge.ts';
import { decodeTraceBatch } from './packet/trace-batch.ts';
import { helloElements } from './protocols/openflow/v10/hello.ts';
import { addressOf, EventWatch, ethernet, labConfig, until } from './testing/lab.ts';
import { ScriptedSwitch, wirePort } from './testing/scripted-switch.ts';

const frame = ethernet('02:00:00:00:00:01', '0a:00:00:00:00:01');
const l2 = { kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 } as const;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('switches', () => {
  test('[BR3] a newer connection of a datapath replaces the older, which is ended', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const events = new EventWatch(bridge);
    await using old = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await events.next('switch:connected');
    await using young = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { ports: [1, 2, 3, 4] });
    expect(await events.next('switch:replaced')).toMatchObject({ node: 'sw0', level: 'warn' });
    await events.next('switch:connected');
    await old.over();
    expect(bridge.state.switches).toHaveLength(1);
    expect(bridge.state.switches[0]).toMatchObject({ connected: true, ports: { length: 4 } });
    young.packetIn(1, frame);
    await young.hears('packetOut');
    expect(events.all.filter(({ kind }) => kind === 'switch:disconnected')).toEqual([]);
  });

  test('[BR4] several switches; one that nobody announced is taken and named by its datapath id', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const events = new EventWatch(bridge);
    await using first = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { dpid: 1n });
    await using other = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { dpid: 0xdeadbeefn });
    await events.next('switch:connected');
    await events.next('switch:connected');
    expect(bridge.state.switches.map(({ name, connected }) => [name, connected])).toEqual([
      ['sw0', true],
      ['00000000deadbeef', true],
    ]);
    first.packetIn(1, frame);
    await first.hears('packetOut');
    expect(other.heard.filter(({ kind }) => kind === 'packetOut')).toEqual([]);
    other.close();
    expect(await events.next('switch:disconnected')).toMatchObject({ node: '00000000deadbeef' });
  });

  test('[BR4] an announced switch is part of the state before it connects', async () => {
    await using bridge = await createBridge(labConfig(l2));
    expect(bridge.state.switches).toEqual([
      { name: 'sw0', dpid: '0000000000000001', connected: false, description: '', ports: [] },
    ]);
  });

  test('[OF58] ports that appear, change and go are told and in the state', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const events = new EventWatch(bridge);
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { ports: [1] });
    await events.next('switch:connected');
    const say = (reason: 'add' | 'delete' | 'modify', port: ReturnType<typeof wirePort>) =>
      sw.say({ kind: 'portStatus', xid: 0, reason, port });
    say('add', wirePort(2));
    say('modify', { ...wirePort(2), state: ['linkDown'] });
    say('modify', { ...wirePort(2), state: ['linkDown'], current: ['copper'] });
    say('delete', wirePort(2));
    say('add', { ...wirePort(1), number: 0xfffe });
    for (const text of ['appeared', 'is down', 'is gone']) {
      expect((await events.next('port:changed')).text).toBe(`Port 2 (sw0-eth2) of sw0 ${text}`);
    }
    expect(bridge.state.switches[0]?.ports.map(({ port }) => port)).toEqual([1]);
  });

  test('[OF56] an ERROR is an event that names the request, and the record of a PACKET_OUT', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const events = new EventWatch(bridge);
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await events.next('switch:connected');
    sw.packetIn(1, frame);
    const { xid } = await sw.hears('packetOut');
    sw.say({ kind: 'error', xid, type: 2, code: 4, data: new Uint8Array(64) });
    expect(await events.next('switch:error')).toMatchObject({
      text: 'Switch sw0 refused PACKET_OUT',
      reason: 'badAction.badOutPort, record 2',
    });
    const { xid: flowXid } = await sw.hears('flowMod');
    sw.say({ kind: 'error', xid: flowXid, type: 3, code: 0, data: new Uint8Array(64) });
    expect(await events.next('switch:error')).toMatchObject({ text: 'Switch sw0 refused FLOW_MOD delete' });
  });

  test('[OF53] rubbish, a foreign version and a hasty visitor: the listener serves the next one', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const events = new EventWatch(bridge);
    const address = addressOf(bridge, 'openflow');
    for (let i = 0; i < 5; i++) (await ScriptedSwitch.connect(address)).close();

    await using rubbish = await ScriptedSwitch.connect(address);
    await events.next('switch:connected');
    rubbish.write(Uint8Array.of(1, 10, 0, 3, 0, 0, 0, 0));
    await rubbish.over();
    expect(await events.next('peer:malformed')).toMatchObject({
      node: 'sw0',
      reason: expect.stringMatching(/at byte \d/),
    });
    expect(await events.next('switch:disconnected')).toMatchObject({ node: 'sw0' });

    await using foreign = await ScriptedSwitch.connect(address);
    foreign.say({ kind: 'hello', xid: 9, version: 6, elements: helloElements([6]) });
    await using fine = await ScriptedSwitch.connect(address, { dpid: 5n });
    await until(() => bridge.state.switches.some(({ dpid, connected }) => connected && dpid.endsWith('5')));
    fine.packetIn(1, frame);
    await fine.hears('packetOut');
  });

  test('[OF57] a switch that falls silent is let go; one that answers stays', async () => {
    const times = { handshakeMs: 2_000, echoMs: 150, requestMs: 1_000 };
    await using bridge = await createBridge(labConfig(l2), { times });
    const events = new EventWatch(bridge);
    await using _alive = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { dpid: 1n });
    await using mute = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { dpid: 2n });
    await events.next('switch:connected');
    await events.next('switch:connected');
    mute.answer = () => undefined;
    await mute.over();
    expect(await events.next('switch:disconnected')).toMatchObject({
      node: '0000000000000002',
      reason: 'Silent for 0.3 s, echo unanswered',
    });
    await wait(600);
    expect(bridge.state.switches[0]?.connected).toBe(true);
  });
});

describe('what a bridge tells', () => {
  test('[BR5] state comes on change and each second, at most 20 a second', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const events = new EventWatch(bridge);
    const states: BridgeState[] = [];
    bridge.onState((state) => states.push(state));
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'), { ports: [1] });
    await events.next('switch:connected');
    const start = performance.now();
    let toggles = 0;
    while (performance.now() - start < 500) {
      const state = toggles++ % 2 === 0 ? ['linkDown' as const] : [];
      sw.say({ kind: 'portStatus', xid: 0, reason: 'modify', port: { ...wirePort(1), state } });
      await wait(2);
    }
    // 20 a second of the time that really passed, what came at once, and the one of the second.
    const most = Math.ceil((performance.now() - start) / 50) + 3;
    expect(states.length).toBeGreaterThan(2);
    expect(states.length).toBeLessThanOrEqual(most);
    states.length = 0;
    const quiet = performance.now();
    await until(() => states.length > 0);
    await wait(300);
    expect(states.length).toBeLessThanOrEqual(Math.ceil((performance.now() - quiet) / 1000) + 1);
  });

  test('[BR12] a storm of like events is cut to a few a second, and the rest is counted', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const events = new EventWatch(bridge);
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await events.next('switch:connected');
    const storm = () => {
      for (let i = 0; i < 500; i++) sw.say({ kind: 'error', xid: 9999, type: 1, code: 1, data: new Uint8Array(0) });
    };
    storm();
    await until(() => events.all.length === 5);
    await wait(1_050);
    storm();
    await until(() => events.all.length > 5);
    expect(events.all[5]?.reason).toMatch(/^badRequest\.badType \(and \d+ more like it\)$/);
  });

  test('[BR6] a listener that throws hurts nobody else and is told as a fault', async () => {
    await using bridge = await createBridge(labConfig(l2));
    bridge.onEvent(() => {
      throw new Error('a broken page');
    });
    const events = new EventWatch(bridge);
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await events.next('switch:connected');
    expect(await events.next('bridge:fault')).toMatchObject({
      level: 'bad',
      reason: expect.stringContaining('a broken page'),
    });
    sw.packetIn(1, frame);
    await sw.hears('packetOut');
  });

  test('[BR6] an application that throws on a packet is told as a fault, and gets the next one', async () => {
    let packets = 0;
    const packetIn = () => {
      packets += 1;
      if (packets === 1) throw new Error('a bug');
    };
    await using bridge = await createBridge(labConfig(l2), { app: () => ({ packetIn }) });
    const events = new EventWatch(bridge);
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await events.next('switch:connected');
    sw.packetIn(1, frame);
    sw.packetIn(1, frame);
    expect(await events.next('bridge:fault')).toMatchObject({ reason: 'The application failed on record 1: a bug' });
    await until(() => packets === 2);
  });

  test('[BR7] an application gets the same object for every packet, and frames where they were received', async () => {
    const packets = new Set<unknown>();
    const buffers = new Set<unknown>();
    const frames: Uint8Array[] = [];
    const packetIn = (packet: PacketIn) => {
      packets.add(packet);
      buffers.add(packet.bytes);
      frames.push(packet.bytes.slice(packet.start, packet.end));
    };
    await using bridge = await createBridge(labConfig(l2), { app: () => ({ packetIn }) });
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await until(() => bridge.state.switches[0]?.connected === true);
    for (let i = 0; i < 100; i++) sw.packetIn(1, ethernet('02:00:00:00:00:01', '0a:00:00:00:00:01', 60, i));
    await until(() => frames.length === 100);
    expect([packets.size, buffers.size]).toEqual([1, 1]);
    expect(frames.map((each) => each[59])).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('[TR5] batches come while somebody listens, each record once, in order', async () => {
    await using bridge = await createBridge(labConfig(l2));
    await using sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
    await until(() => bridge.state.switches[0]?.connected === true);
    sw.packetIn(1, frame);
    await sw.hears('packetOut');
    const seqs: number[] = [];
    const stop = bridge.onTrace((batch) => seqs.push(...decodeTraceBatch(batch).records.map(({ seq }) => seq)));
    for (let i = 0; i < 50; i++) sw.packetIn(1, frame);
    await until(() => seqs.length === 100);
    expect(seqs).toEqual(Array.from({ length: 100 }, (_, i) => i + 3));
    stop();
    sw.packetIn(1, frame);
    await sw.hears('packetOut');
    await wait(120);
    expect(seqs).toHaveLength(100);
  });

  test('[BR2] when one address cannot be used nothing is left open', async () => {
    await using bridge = await createBridge(labConfig(l2));
    const taken = addressOf(bridge, 'openflow');
    const free = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
    await expect(createBridge({ ...labConfig(l2), openflow: [free, taken] })).rejects.toThrow(
      'another program listens',
    );
    await expect(createBridge({ ...labConfig(l2), vns: [free] })).rejects.toThrow('l2-learning has no routers');
  });
});

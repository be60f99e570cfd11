import { describe, expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { matchFields, matchOf } from '../../protocols/openflow/v10/match.ts';
import type { Message, MessageOf } from '../../protocols/openflow/v10/message.ts';
import type { StatsReply } from '../../protocols/openflow/v10/stats.ts';
import { addressOf, EventWatch, ethernet, labConfig, until } from '../../testing/lab.ts';
import { ScriptedSwitch } from '../../testing/scripted-switch.ts';

type WireFlow = Extract<StatsReply, { kind: 'flow' }>['flows'][number];
const dpid = '0000000000000001';
const draft = { match: 'in_port=1', actions: 'output:2', priority: 7, idleTimeoutS: 0, hardTimeoutS: 0, cookie: '0x1' };

const wireFlow = (fields: Partial<WireFlow> = {}): WireFlow => ({
  tableId: 0,
  match: matchOf({ inPort: 1 }),
  durationS: 5,
  durationNs: 0,
  priority: 7,
  idleTimeoutS: 0,
  hardTimeoutS: 0,
  cookie: 1n,
  packetCount: 0n,
  byteCount: 0n,
  actions: [{ kind: 'output', port: 2, maxLength: 0 }],
  ...fields,
});

/** A bridge with a switch whose table is `table.flows`, on a clock that the test moves. */
async function startLab() {
  const clock = { nowUs: () => clock.us, epochMs: 0, us: 1_000_000 };
  const bridge = await createBridge(labConfig({ kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 }), { clock });
  const events = new EventWatch(bridge);
  const sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
  const table = { flows: [] as WireFlow[], asked: 0, refuses: 0 };
  const answerAlone = sw.answer.bind(sw);
  sw.answer = (message: Message) => {
    answerAlone(message);
    const { xid } = message;
    if (message.kind === 'statsRequest' && message.stats.kind === 'flow') {
      table.asked += 1;
      sw.say({ kind: 'statsReply', xid, stats: { kind: 'flow', flags: [], flows: table.flows } });
    } else if (message.kind === 'statsRequest' && message.stats.kind !== 'desc') {
      sw.say({ kind: 'error', xid, type: 1, code: 2, data: new Uint8Array(0) });
    } else if (message.kind === 'flowMod' && message.actions.some((a) => a.kind === 'output' && a.port === 3)) {
      sw.say({ kind: 'error', xid, type: 2, code: 4, data: new Uint8Array(0) });
    }
  };
  await events.next('switch:connected');
  return {
    bridge,
    sw,
    events,
    table,
    clock,
    read: () => bridge.call('flows:read', { dpid }),
    /** FLOW_MODs since the handshake. */
    mods: () =>
      sw.heard
        .filter((message): message is MessageOf<'flowMod'> => message.kind === 'flowMod')
        .slice(1)
        .map((mod) => [mod.command, matchFields(mod.match), mod.priority, mod.actions.length, mod.cookie]),
    [Symbol.asyncDispose]: async () => {
      sw.close();
      await bridge.close();
    },
  };
}

describe('flows:read', () => {
  test('[WB164] the switch is asked at most once a second; the answer is compared with the one before', async () => {
    await using lab = await startLab();
    lab.table.flows = [wireFlow({ packetCount: 10n, byteCount: 600n })];
    expect(await lab.read()).toMatchObject({ switch: 'sw0', previousUs: 0, entries: [{ isNew: false, packets: 10 }] });
    lab.table.flows = [
      wireFlow({ packetCount: 30n, byteCount: 1800n, durationS: 7 }),
      wireFlow({ priority: 9, match: matchOf(), actions: [] }),
    ];
    await lab.read();
    expect(lab.table.asked).toBe(1);
    lab.clock.us += 2_000_000;
    const [both, again] = await Promise.all([lab.read(), lab.read()]);
    expect(lab.table.asked).toBe(2);
    expect(again.tUs).toBe(both.tUs);
    expect(both.entries).toMatchObject([
      { id: '0/9/', isNew: true, packetsDelta: 0, actionsText: 'drop', matchText: '' },
      { id: '0/7/in_port=1', isNew: false, packetsDelta: 20, bytesDelta: 1200, packetRate: 10 },
    ]);
    // An entry that took the place of its like counts anew.
    lab.table.flows = [wireFlow({ packetCount: 2n, durationS: 0 })];
    lab.clock.us += 1_000_000;
    expect((await lab.read()).entries).toMatchObject([{ packets: 2, packetsDelta: 0, packetRate: 0 }]);
  });

  test('[WB165] what is left of the hard time-out is told by its age, of the idle one inferred from when it last counted', async () => {
    await using lab = await startLab();
    const timed = (fields: Partial<WireFlow>) => [wireFlow({ idleTimeoutS: 10, hardTimeoutS: 60, ...fields })];
    lab.table.flows = timed({ durationS: 4 });
    expect((await lab.read()).entries).toMatchObject([{ idleLeftS: 6, isIdleLeftInferred: false, hardLeftS: 56 }]);
    lab.clock.us += 1_000_000;
    lab.table.flows = timed({ durationS: 5, packetCount: 1n });
    expect((await lab.read()).entries).toMatchObject([{ idleLeftS: 10, isIdleLeftInferred: true, hardLeftS: 55 }]);
    lab.clock.us += 3_000_000;
    lab.table.flows = timed({ durationS: 8, packetCount: 1n });
    expect((await lab.read()).entries).toMatchObject([{ idleLeftS: 7, isIdleLeftInferred: true, hardLeftS: 52 }]);
    lab.table.flows = [wireFlow({ packetCount: 2n ** 64n - 1n })];
    lab.clock.us += 1_000_000;
    expect((await lab.read()).entries).toMatchObject([{ idleLeftS: -1, hardLeftS: -1, packets: -1 }]);
  });

  test('[WB164] a switch that is not there is told', async () => {
    await using lab = await startLab();
    await expect(lab.bridge.call('flows:read', { dpid: 'f'.repeat(16) })).rejects.toThrow(
      'There is no switch "ffffffffffffffff", only 0000000000000001 (sw0)',
    );
    lab.sw.close();
    await lab.events.next('switch:disconnected');
    await expect(lab.read()).rejects.toThrow('sw0 is not connected');
  });
});

describe('changes', () => {
  test('[WB166] an entry is added with FLOW_MOD and a barrier; what is wrong with it is told with its field', async () => {
    await using lab = await startLab();
    const added = await lab.bridge.call('flows:add', { dpid, entry: draft });
    expect(added).toEqual({ id: '0/7/in_port=1', text: 'Added in_port=1 → output:2', counters: 'anew', note: '' });
    expect(lab.mods()).toEqual([['add', { inPort: 1 }, 7, 1, 1n]]);
    // Who looks next sees the table as it is now.
    lab.table.flows = [wireFlow()];
    expect((await lab.read()).entries).toMatchObject([{ id: added.id }]);
    expect(
      lab.sw.heard.some(({ kind }, i) => kind === 'flowMod' && lab.sw.heard[i + 1]?.kind === 'barrierRequest'),
    ).toBe(true);
    const wrong = { ...draft, match: 'nw_dst=10.0.0.1', actions: 'output:8', priority: -1 };
    await expect(lab.bridge.call('flows:add', { dpid, entry: wrong })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(
        /^match nw_dst: .*; actions output: expected a port of the switch \(1, 2, 3\).*; priority: /,
      ),
    });
    expect(lab.mods()).toHaveLength(1);
  });

  test("[WB166] the switch's ERROR is the answer, and nothing is to be taken back", async () => {
    await using lab = await startLab();
    const refused = lab.bridge.call('flows:add', { dpid, entry: { ...draft, actions: 'output:3' } });
    await expect(refused).rejects.toMatchObject({ code: 'conflict', message: 'sw0 refused with badAction.badOutPort' });
    await expect(lab.bridge.call('flows:undo', { dpid })).rejects.toThrow('Nothing was changed on sw0 from here');
  });

  test('[WB166] an edit of actions or cookie keeps the counters; any other makes another entry of it', async () => {
    await using lab = await startLab();
    lab.table.flows = [wireFlow({ packetCount: 4n })];
    const edit = (entry: Partial<typeof draft>) =>
      lab.bridge.call('flows:edit', { dpid, id: '0/7/in_port=1', entry: { ...draft, ...entry } });
    expect(await edit({ actions: 'drop' })).toMatchObject({ counters: 'kept' });
    expect(await edit({ idleTimeoutS: 5 })).toMatchObject({ counters: 'anew', id: '0/7/in_port=1' });
    expect(await edit({ priority: 8 })).toMatchObject({ counters: 'anew', id: '0/8/in_port=1' });
    expect(lab.mods().map(([command, , priority, actions]) => [command, priority, actions])).toEqual([
      ['modifyStrict', 7, 0],
      ['add', 7, 1],
      ['add', 8, 1],
      ['deleteStrict', 7, 0],
    ]);
    lab.table.flows = [];
    await expect(edit({ actions: 'drop' })).rejects.toThrow('sw0 has no entry "0/7/in_port=1" (any more)');
  });

  test('[WB167] changes are taken back, the last first or by number', async () => {
    await using lab = await startLab();
    lab.table.flows = [wireFlow({ priority: 5, cookie: 0xffn })];
    await lab.bridge.call('flows:delete', { dpid, id: '0/5/in_port=1' });
    lab.table.flows = [];
    await lab.bridge.call('flows:add', { dpid, entry: draft });
    lab.table.flows = [wireFlow()];
    const { changes } = await lab.read();
    expect(changes.map(({ id, text }) => [id, text])).toEqual([
      [2, 'Added in_port=1 → output:2'],
      [1, 'Deleted in_port=1 → output:2'],
    ]);
    expect(await lab.bridge.call('flows:undo', { dpid, change: 1 })).toMatchObject({ note: '', id: '0/5/in_port=1' });
    expect(await lab.bridge.call('flows:undo', { dpid })).toMatchObject({
      text: 'Taken back: Added in_port=1 → output:2',
      note: '',
    });
    expect(lab.mods().slice(2)).toEqual([
      ['add', { inPort: 1 }, 5, 1, 0xffn],
      ['deleteStrict', { inPort: 1 }, 7, 0, 1n],
    ]);
    await expect(lab.bridge.call('flows:undo', { dpid, change: 1 })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('[WB167] taking back says when the table had changed meanwhile', async () => {
    await using lab = await startLab();
    const entry = wireFlow();
    await lab.bridge.call('flows:add', { dpid, entry: draft });
    expect(await lab.bridge.call('flows:undo', { dpid })).toMatchObject({
      note: 'The table had changed meanwhile: in_port=1 → output:2 had ended already.',
    });
    lab.table.flows = [entry];
    await lab.bridge.call('flows:edit', { dpid, id: '0/7/in_port=1', entry: { ...draft, actions: 'drop' } });
    lab.table.flows = [wireFlow({ actions: [{ kind: 'output', port: 0xfffb, maxLength: 0 }] })];
    expect(await lab.bridge.call('flows:undo', { dpid })).toMatchObject({
      counters: 'kept',
      note: 'The table had changed meanwhile: in_port=1 does flood now.',
    });
    await lab.bridge.call('flows:delete', { dpid, id: '0/7/in_port=1' });
    expect(await lab.bridge.call('flows:undo', { dpid })).toMatchObject({
      note: 'The table had changed meanwhile: in_port=1 → flood had been added again.',
    });
  });

  test('[WB167] the last 20 are kept, until the switch connects anew with an empty table', async () => {
    await using lab = await startLab();
    for (let priority = 1; priority <= 21; priority++) {
      await lab.bridge.call('flows:add', { dpid, entry: { ...draft, priority } });
    }
    const { changes } = await lab.read();
    expect([changes.length, changes.at(-1)?.id]).toEqual([20, 2]);
    lab.sw.close();
    await lab.events.next('switch:disconnected');
    await using again = await ScriptedSwitch.connect(addressOf(lab.bridge, 'openflow'));
    await lab.events.next('switch:connected');
    expect(again.dpid).toBe(1n);
    await expect(lab.bridge.call('flows:undo', { dpid })).rejects.toThrow('Nothing was changed on sw0 from here');
  });
});

describe('flows:lookup', () => {
  const frame = ethernet('02:00:00:00:00:0b', '02:00:00:00:00:0a');

  test('[WB168] a record is looked up as it came in, also when the same frame further on is chosen', async () => {
    await using lab = await startLab();
    lab.table.flows = [wireFlow({ match: matchOf({ inPort: 2 }), durationS: 90 })];
    lab.clock.us = 100_000_000;
    lab.sw.packetIn(2, frame);
    await until(() => lab.bridge.state.counters.packetsOut === 1);
    expect(await lab.bridge.call('flows:lookup', { dpid, seq: 1 })).toMatchObject({ matched: '0/7/in_port=2' });
    expect(await lab.bridge.call('flows:lookup', { dpid, seq: 2 })).toMatchObject({ matched: '0/7/in_port=2' });
    await expect(lab.bridge.call('flows:lookup', { dpid, seq: 99 })).rejects.toThrow('Record #99 is not kept');
  });

  test('[WB168] bytes are looked up at a port; one of both is expected', async () => {
    await using lab = await startLab();
    lab.table.flows = [wireFlow()];
    const bytes = Buffer.from(frame).toString('base64');
    expect(await lab.bridge.call('flows:lookup', { dpid, bytes, inPort: 1 })).toMatchObject({
      matched: '0/7/in_port=1',
      packetUs: 0,
    });
    expect(await lab.bridge.call('flows:lookup', { dpid, bytes, inPort: 3 })).toMatchObject({
      matched: '',
      nearMisses: [{ id: '0/7/in_port=1', field: 'in_port', expected: '1', observed: '3' }],
    });
    await expect(lab.bridge.call('flows:lookup', { dpid, bytes })).rejects.toThrow('expected either seq, or bytes');
  });
});

describe('flows:at', () => {
  test('[WB171] [WB174] a table is told as it was, also of a switch that is gone since', async () => {
    await using lab = await startLab();
    const atS = async (seconds: number) => await lab.bridge.call('flows:at', { dpid, atUs: seconds * 1e6 });
    expect(await atS(0.5)).toMatchObject({ entries: [], isWhole: false, text: 'sw0 had not connected yet.' });
    lab.clock.us = 2_000_000;
    await lab.bridge.call('flows:add', { dpid, entry: draft });
    lab.clock.us = 4_000_000;
    lab.table.flows = [wireFlow({ packetCount: 5n, durationS: 2, cookie: 1n })];
    await lab.read();
    lab.clock.us = 6_000_000;
    lab.sw.close();
    await lab.events.next('switch:disconnected');
    expect(await atS(1.5)).toMatchObject({ entries: [], isWhole: true });
    expect(await atS(2.5)).toMatchObject({
      entries: [{ id: '0/7/in_port=1', confidence: 'inferred', packets: -2, ageS: 0.5 }],
      text: "Followed from FLOW_MODs and the switch's answers at 2.000 s and 4.000 s. What others change shows only in the switch's answers.",
    });
    expect(await atS(3.5)).toMatchObject({
      entries: [{ id: '0/7/in_port=1', confidence: 'observed', packets: 5, countedUs: 4_000_000 }],
    });
  });

  test('[WB175] a record is looked up in the table of its time; what would take it now stands beside it', async () => {
    await using lab = await startLab();
    const frame = ethernet('02:00:00:00:00:0b', '02:00:00:00:00:0a');
    lab.clock.us = 2_000_000;
    await lab.bridge.call('flows:add', { dpid, entry: { ...draft, match: 'in_port=2' } });
    lab.clock.us = 3_000_000;
    lab.sw.packetIn(2, frame);
    await until(() => lab.bridge.state.counters.packetsOut === 1);
    lab.clock.us = 4_000_000;
    await lab.bridge.call('flows:delete', { dpid, id: '0/7/in_port=2' }).catch(() => undefined);
    lab.clock.us = 5_000_000;
    lab.table.flows = [wireFlow({ match: matchOf(), priority: 9, durationS: 0 })];
    expect(await lab.bridge.call('flows:lookup', { dpid, seq: 1 })).toMatchObject({
      tableUs: 3_000_000,
      now: '0/9/',
      text: expect.stringMatching(
        /^Taken by the entry of priority 7, by the table as it was when it came\..*The entry of priority 9 would take it now\.$/,
      ),
      matched: '0/7/in_port=2',
    });
  });
});

test('[WB176] what passes the bridge by is counted: by entries that are there, and by those that have ended', async () => {
  await using lab = await startLab();
  const ask = () => lab.bridge.call('flows:bypass', {});
  lab.table.flows = [
    wireFlow({ packetCount: 40n }),
    wireFlow({ priority: 1, packetCount: 9n, actions: [{ kind: 'output', port: 0xfffd, maxLength: 128 }] }),
  ];
  expect(await ask()).toEqual({
    switches: [{ dpid, switch: 'sw0', entries: 1 }],
    entries: 1,
    packets: 40,
    sinceUs: 1_000_000,
    isAtLeast: false,
  });
  lab.clock.us += 2_000_000;
  lab.table.flows = [];
  const { cookie, match, priority, durationS, durationNs, idleTimeoutS, byteCount } = wireFlow();
  const told = { cookie, match, priority, durationS, durationNs, idleTimeoutS, byteCount };
  lab.sw.say({ kind: 'flowRemoved', xid: 0, reason: 'idleTimeout', packetCount: 44n, ...told });
  await expect.poll(async () => await ask()).toMatchObject({ entries: 0, packets: 44, isAtLeast: false });
  await lab.bridge.call('flows:add', { dpid, entry: draft });
  expect(await ask()).toMatchObject({ isAtLeast: true });
});

test('[WB160] the handshake and what follows are in the log, under the name of the switch', async () => {
  await using lab = await startLab();
  const { messages } = await lab.bridge.call('openflow:log', { fromId: 0, limit: 100 });
  expect(messages.slice(0, 4).map((m) => [m.switch, m.direction, m.type])).toEqual([
    ['sw0', 'to switch', 'HELLO'],
    ['sw0', 'from switch', 'HELLO'],
    ['sw0', 'to switch', 'FEATURES_REQUEST'],
    ['sw0', 'from switch', 'FEATURES_REPLY'],
  ]);
  expect(messages.some(({ type }) => type === 'PACKET_IN')).toBe(false);
});

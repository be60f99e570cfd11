import { expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { EventWatch, labConfig, until } from '../../testing/lab.ts';
import { OvsLab, whyNoOvs } from '../../testing/ovs-lab.ts';
import { unanswered } from '../../testing/pings.ts';

const why = whyNoOvs();
if (why !== undefined) process.stderr.write(`skipped, Open vSwitch cannot run here: ${why}\n`);

const dpid = '0000000000000001';
const hosts = [1, 2].map((n) => ({
  name: `h${n}`,
  port: n,
  address: `10.0.0.${n}/24`,
  mac: `02:00:00:00:00:0${n}`,
}));
const blank = { priority: 500, idleTimeoutS: 0, hardTimeoutS: 0, cookie: '0x2a' };

test.skipIf(why !== undefined)(
  '[WB166] [WB167] Open vSwitch has the entry that was added, counts by it, changes it, loses it, and has it back',
  async () => {
    await using ovs = await OvsLab.prepare();
    const app = { kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 } as const;
    const bridge = await createBridge({ ...labConfig(app), openflow: [ovs.openflow] });
    await using _ = bridge;
    const events = new EventWatch(bridge);
    await ovs.start(hosts);
    await events.next('switch:connected', 10_000);
    const dump = async () => (await ovs.run('ovs-ofctl', 'dump-flows', 'sw0')).output;
    const read = async (id: string) =>
      (await bridge.call('flows:read', { dpid })).entries.find((entry) => entry.id === id);

    const both = await Promise.all([
      bridge.call('flows:add', { dpid, entry: { ...blank, match: 'in_port=1', actions: 'output:2' } }),
      bridge.call('flows:add', {
        dpid,
        entry: { ...blank, match: 'in_port=2,ip.dst=10.0.0.0/24,icmp.type=0', actions: 'output:1' },
      }),
      bridge.call('flows:add', { dpid, entry: { ...blank, match: 'in_port=2,arp', actions: 'output:1' } }),
    ]);
    expect(both.map(({ id }) => id)).toEqual([
      '0/500/in_port=1',
      '0/500/in_port=2,dl_type=ip,nw_proto=icmp,nw_dst=10.0.0.0/24,tp_src=0',
      '0/500/in_port=2,dl_type=arp',
    ]);
    expect(await dump()).toMatch(/cookie=0x2a,.* priority=500,in_port=1 actions=output:2/);
    expect(await dump()).toMatch(/priority=500,icmp,in_port=2,nw_dst=10.0.0.0\/24,icmp_type=0 actions=/);

    expect(unanswered((await ovs.on('h1', 'ping', '-c', '3', '-i', '0.2', '-w', '8', '10.0.0.2')).output, 3)).toEqual(
      [],
    );
    await until(async () => ((await read('0/500/in_port=1'))?.packets ?? 0) >= 3, 10_000);
    expect(await read('0/500/in_port=2,dl_type=ip,nw_proto=icmp,nw_dst=10.0.0.0/24,tp_src=0')).toMatchObject({
      actionsText: 'output:1',
      cookie: '0x000000000000002a',
      idleLeftS: -1,
    });

    const entry = { ...blank, match: 'in_port=1', actions: 'drop' };
    expect(await bridge.call('flows:edit', { dpid, id: '0/500/in_port=1', entry })).toMatchObject({ counters: 'kept' });
    expect(await read('0/500/in_port=1')).toMatchObject({ actionsText: 'drop' });
    expect((await read('0/500/in_port=1'))?.packets).toBeGreaterThanOrEqual(3);
    expect((await ovs.on('h1', 'ping', '-c', '1', '-W', '1', '10.0.0.2')).output).toContain('100% packet loss');

    await bridge.call('flows:delete', { dpid, id: '0/500/in_port=1' });
    expect(await dump()).not.toMatch(/priority=500,in_port=1/);
    expect(await bridge.call('flows:undo', { dpid })).toMatchObject({ note: '' });
    expect(await dump()).toMatch(/priority=500,in_port=1 actions=drop/);
    expect(await bridge.call('flows:undo', { dpid })).toMatchObject({ note: '', counters: 'kept' });
    expect(await dump()).toMatch(/priority=500,in_port=1 actions=output:2/);

    const frame = Buffer.from(`020000000002020000000001${'0806'}${'00'.repeat(46)}`, 'hex').toString('base64');
    expect(await bridge.call('flows:lookup', { dpid, bytes: frame, inPort: 1 })).toMatchObject({
      matched: '0/500/in_port=1',
      confidence: 'inferred',
    });
    const { messages } = await bridge.call('openflow:log', { fromId: 0, limit: 2000 });
    const adds = messages.filter(({ info }) => info.startsWith('add in_port=1 priority=500'));
    expect(adds.length).toBeGreaterThan(0);
    expect(messages.filter(({ isError }) => isError)).toEqual([]);
  },
);

test.skipIf(why !== undefined)('[WB166] what Open vSwitch refuses is told with its ERROR', async () => {
  await using ovs = await OvsLab.prepare();
  const app = { kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 } as const;
  const bridge = await createBridge({ ...labConfig(app), openflow: [ovs.openflow] });
  await using _ = bridge;
  const events = new EventWatch(bridge);
  await ovs.start(hosts);
  await events.next('switch:connected', 10_000);
  await ovs.run(
    'ovs-vsctl',
    '--',
    '--id=@ft',
    'create',
    'Flow_Table',
    'flow_limit=1',
    'overflow_policy=refuse',
    '--',
    'set',
    'Bridge',
    'sw0',
    'flow_tables=0=@ft',
  );
  const add = (match: string) => bridge.call('flows:add', { dpid, entry: { ...blank, match, actions: 'drop' } });
  await add('in_port=1');
  await expect(add('in_port=2')).rejects.toMatchObject({
    code: 'conflict',
    message: 'sw0 refused with flowModFailed.allTablesFull',
  });
  const { messages } = await bridge.call('openflow:log', { fromId: 0, limit: 2000 });
  expect(messages.find(({ isError }) => isError)?.about).toBe('FLOW_MOD add in_port=2 priority=500 → drop');
});

test.skipIf(why !== undefined)(
  "[WB172] [WB173] [WB174] a table that is followed from the log is Open vSwitch's own, at each moment",
  { timeout: 60_000 },
  async () => {
    await using ovs = await OvsLab.prepare();
    const app = { kind: 'l2-learning', idleTimeoutS: 1, hardTimeoutS: 60 } as const;
    const bridge = await createBridge({ ...labConfig(app), openflow: [ovs.openflow] });
    await using _ = bridge;
    const events = new EventWatch(bridge);
    await ovs.start(hosts);
    await events.next('switch:connected', 10_000);
    const zeroMs = bridge.state.epochMs;
    const nowUs = () => (performance.timeOrigin + performance.now() - zeroMs) * 1000;
    /** Priority and actions of each entry as `ovs-ofctl` says them, with the moments between which it did. */
    const dumps: { fromUs: number; toUs: number; entries: string[] }[] = [];
    const dump = async () => {
      const fromUs = nowUs();
      const { output } = await ovs.run('ovs-ofctl', 'dump-flows', 'sw0');
      const entries = output.split('\n').flatMap((line) => {
        const [, priority, , actions] = /priority=(\d+)(,\S+)? actions=(\S+)/.exec(line) ?? [];
        return priority === undefined ? [] : [`${priority} ${actions}`];
      });
      dumps.push({ fromUs, toUs: nowUs(), entries: entries.sort() });
    };
    const add = (entry: Partial<typeof blank> & { match: string; actions: string }) =>
      bridge.call('flows:add', { dpid, entry: { ...blank, ...entry } });
    await dump();
    await add({ match: 'in_port=1,ip', actions: 'output:2', priority: 501 });
    await add({ match: 'in_port=2,ip', actions: 'output:1', priority: 502 });
    await dump();
    await bridge.call('flows:edit', {
      dpid,
      id: '0/501/in_port=1,dl_type=ip',
      entry: { ...blank, match: 'in_port=1,ip', actions: 'flood', priority: 501 },
    });
    await ovs.on('h1', 'ping', '-c', '2', '-i', '0.2', '10.0.0.2');
    await dump();
    // By somebody beside the controller: it is known when the switch answers.
    await ovs.run('ovs-ofctl', 'add-flow', 'sw0', 'priority=700,in_port=1,udp,actions=output:2');
    await dump();
    await bridge.call('flows:delete', { dpid, id: '0/502/in_port=2,dl_type=ip' });
    await dump();
    // ARP's entries of the controller have ended, and the switch has told it.
    await until(async () => {
      await dump();
      return dumps.at(-1)?.entries.length === 2;
    }, 15_000);
    await bridge.call('flows:read', { dpid });
    for (const { fromUs, toUs, entries } of dumps) {
      const real = entries.map((entry) => entry.replace('FLOOD', 'flood'));
      // Entries may end while it is dumped.
      const shown = await Promise.all(
        [fromUs, (fromUs + toUs) / 2, toUs].map(async (atUs) => {
          const table = await bridge.call('flows:at', { dpid, atUs });
          expect(table.isWhole).toBe(true);
          expect(table.entries.filter(({ doubt }) => doubt !== '')).toEqual([]);
          return table.entries.map(({ priority, actionsText }) => `${priority} ${actionsText}`).sort();
        }),
      );
      expect(shown).toContainEqual(real);
    }
    expect(dumps.map(({ entries }) => entries.length)).toEqual(expect.arrayContaining([0, 2, 3]));
  },
);

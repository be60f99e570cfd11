import { expect, test } from 'vitest';
import { unanswered } from '../../bridge/testing/pings.ts';
import { LabsUnderTest, ready } from '../labs/testing/labs-under-test.ts';

const bench = new LabsUnderTest('emulated');
const dpid = '0000000000000001';
const reference = { kind: 'reference' } as const;

test('[WB164] [WB168] [WB171] on the emulated network a ping leaves entries that count, and its packets are looked up', {
  timeout: 30_000,
}, async () => {
  await using labs = await bench.open();
  const { bridge, network } = await ready(labs, reference, 'learning-switch');
  const read = () => bridge.call('flows:read', { dpid });
  expect(await read()).toMatchObject({ switch: 'sw0', entries: [], changes: [] });
  const ping = (count: string) =>
    network.exec('h1', ['ping', '-c', count, '-i', '0.05', '-w', '8', '10.0.0.2'], { timeoutMs: 10_000 });
  expect(unanswered((await ping('2')).output, 2)).toEqual([]);
  await expect.poll(async () => (await read()).entries.length, { timeout: 5000 }).toBe(2);
  const before = await read();
  const [there] = before.entries.filter(({ matchText }) => matchText.startsWith('in_port=1'));
  expect(there).toMatchObject({ actionsText: 'output:2', idleTimeoutS: 10, priority: 100 });
  await ping('5');
  await expect
    .poll(async () => (await read()).entries.find(({ id }) => id === there?.id)?.packets, { timeout: 5000 })
    .toBeGreaterThanOrEqual((there?.packets ?? 0) + 5);
  // The first packet missed: its entry came after it, and would take it now.
  const first = await bridge.call('flows:lookup', { dpid, seq: 1 });
  expect(first).toMatchObject({ confidence: 'inferred', matched: '' });

  const entry = { match: 'in_port=1', actions: 'drop', priority: 200, idleTimeoutS: 0, hardTimeoutS: 0, cookie: '0x7' };
  await bridge.call('flows:add', { dpid, entry });
  expect((await network.exec('h1', ['ping', '-c', '1', '-W', '1', '10.0.0.2'], { timeoutMs: 5000 })).output).toContain(
    '100% packet loss',
  );
  await bridge.call('flows:undo', { dpid });
  expect((await ping('1')).output).toContain('1 received');
  const shown = async (atUs: number) =>
    (await bridge.call('flows:at', { dpid, atUs })).entries.map(
      ({ matchText, actionsText }) => `${matchText} ${actionsText}`,
    );
  const { tUs, entries } = await read();
  expect(await shown(tUs)).toEqual(entries.map(({ matchText, actionsText }) => `${matchText} ${actionsText}`));
  expect('why' in first ? first.why : await shown(first.packetUs)).toEqual([]);
  expect(await shown(before.tUs)).toContain(`${there?.matchText} output:2`);
  const { messages } = await bridge.call('openflow:log', { fromId: 0, limit: 2000 });
  const request = messages.find(({ type, info }) => type === 'STATS_REQUEST' && info === 'flow');
  expect(messages.find(({ id }) => id === request?.answer)).toMatchObject({
    type: 'STATS_REPLY',
    request: request?.id,
  });
});

test('[WB164] a router lab has no entries: every packet goes to the controller', { timeout: 30_000 }, async () => {
  await using labs = await bench.open();
  const { bridge } = await ready(labs);
  expect((await bridge.call('flows:read', { dpid: bridge.state.switches[0]?.dpid ?? '' })).entries).toEqual([]);
});

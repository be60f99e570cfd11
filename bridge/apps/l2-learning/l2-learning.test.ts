import { describe, expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { matchFields } from '../../protocols/openflow/v10/match.ts';
import type { MessageOf } from '../../protocols/openflow/v10/message.ts';
import { addressOf, EventWatch, ethernet, labConfig, traceOf, until } from '../../testing/lab.ts';
import { ScriptedSwitch, wirePort } from '../../testing/scripted-switch.ts';
import { MacTable, macKey } from './mac-table.ts';

const a = '02:00:00:00:00:0a';
const b = '02:00:00:00:00:0b';
const broadcast = 'ff:ff:ff:ff:ff:ff';

async function startLab() {
  const bridge = await createBridge(labConfig({ kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 }));
  const events = new EventWatch(bridge);
  const sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
  await events.next('switch:connected');
  await sw.hears('flowMod');
  return {
    bridge,
    sw,
    out: async () => {
      const { inPort, actions, data, bufferId } = await sw.hears('packetOut');
      return { inPort, to: actions.map((action) => (action.kind === 'output' ? action.port : -1)), data, bufferId };
    },
    drops: async () => (await traceOf(bridge)).filter((r) => r.point === 'drop').map((r) => [r.port, r.cause]),
    [Symbol.asyncDispose]: async () => {
      sw.close();
      await bridge.close();
    },
  };
}
const shown = (flow: MessageOf<'flowMod'>) => ({
  command: flow.command,
  match: matchFields(flow.match),
  times: [flow.idleTimeoutS, flow.hardTimeoutS],
  to: flow.actions.map((action) => (action.kind === 'output' ? action.port : -1)),
});

describe('l2-learning', () => {
  test('[L21] unknown and broadcast are flooded; between known addresses a flow entry is installed, and the frame goes on', async () => {
    await using lab = await startLab();
    const question = ethernet(broadcast, a);
    lab.sw.packetIn(1, question);
    expect(await lab.out()).toEqual({ inPort: 1, to: [0xfffb], data: question, bufferId: 0xffff_ffff });
    const answer = ethernet(a, b);
    lab.sw.packetIn(2, answer);
    expect(shown(await lab.sw.hears('flowMod'))).toEqual({
      command: 'add',
      match: { inPort: 2, dlSrc: b, dlDst: a },
      times: [10, 60],
      to: [1],
    });
    expect(await lab.out()).toMatchObject({ inPort: 2, to: [1], data: answer });
    expect((await traceOf(lab.bridge)).map((r) => [r.point, r.port, r.parents])).toEqual([
      ['packet_in', 1, []],
      ['packet_out', 0xfffb, [1]],
      ['packet_in', 2, []],
      ['packet_out', 1, [3]],
    ]);
  });

  test('[L23] an address that moves takes its flow entries with it', async () => {
    await using lab = await startLab();
    lab.sw.packetIn(1, ethernet(broadcast, a));
    await lab.out();
    lab.sw.packetIn(3, ethernet(broadcast, a));
    expect(shown(await lab.sw.hears('flowMod'))).toMatchObject({ command: 'delete', match: { dlDst: a } });
    lab.sw.packetIn(2, ethernet(a, b));
    expect(shown(await lab.sw.hears('flowMod'))).toMatchObject({ to: [3] });
  });

  test('[L24] what no bridge forwards, and what would go back to its own port, is dropped', async () => {
    await using lab = await startLab();
    lab.sw.packetIn(1, ethernet('01:80:c2:00:00:0e', a));
    lab.sw.packetIn(1, ethernet(a, b));
    lab.sw.packetIn(1, new Uint8Array(13));
    await until(async () => (await lab.drops()).length === 3);
    expect(await lab.drops()).toEqual([
      [1, 'not forwarded'],
      [1, 'not forwarded'],
      [1, 'malformed'],
    ]);
    expect(lab.sw.heard.filter(({ kind }) => kind === 'packetOut')).toEqual([]);
  });

  test('[L25] a packet that the switch keeps goes on from its buffer; one cut short without a buffer cannot', async () => {
    await using lab = await startLab();
    lab.sw.packetIn(1, ethernet(broadcast, a), { bufferId: 77, totalLength: 1400 });
    expect(await lab.out()).toEqual({ inPort: 1, to: [0xfffb], data: new Uint8Array(0), bufferId: 77 });
    lab.sw.packetIn(1, ethernet(broadcast, a), { totalLength: 1400 });
    await until(async () => (await lab.drops()).length === 1);
    expect(await lab.drops()).toEqual([[1, 'truncated by the switch']]);
  });

  test('[L26] a port that goes down is forgotten with everything that leads there', async () => {
    await using lab = await startLab();
    lab.sw.packetIn(1, ethernet(broadcast, a));
    await lab.out();
    const down = { ...wirePort(1), state: ['linkDown' as const] };
    lab.sw.say({ kind: 'portStatus', xid: 0, reason: 'modify', port: down });
    const gone = await lab.sw.hears('flowMod');
    expect([gone.command, gone.outPort, matchFields(gone.match)]).toEqual(['delete', 1, {}]);
    lab.sw.packetIn(2, ethernet(a, b));
    expect(await lab.out()).toMatchObject({ to: [0xfffb] });
  });

  test('[L21] a source that is a group address is not learned', async () => {
    await using lab = await startLab();
    lab.sw.packetIn(1, ethernet(broadcast, '03:00:00:00:00:01'));
    await lab.out();
    lab.sw.packetIn(2, ethernet('03:00:00:00:00:01', b));
    expect(await lab.out()).toMatchObject({ to: [0xfffb] });
  });
});

test('[L22] the table is bounded: the address learned longest ago makes room', () => {
  const table = new MacTable();
  for (let mac = 0; mac < 20_000; mac++) table.learn(mac, 1);
  expect(table.size).toBe(8192);
  expect(table.portOf(0)).toBeUndefined();
  expect(table.portOf(19_999)).toBe(1);
});

test('[L22] every address is a key of its own', () => {
  const at = (text: string) => macKey(ethernet(text, a), 0);
  expect(at('ff:ff:ff:ff:ff:ff')).toBe(2 ** 48 - 1);
  expect(at('00:01:80:00:00:00')).toBe(2 ** 32 + 2 ** 31);
  expect(at('80:00:00:00:00:01')).toBe(2 ** 47 + 1);
});

import { expect, test } from 'vitest';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import { encodeMessage, type Message } from '../../protocols/openflow/v10/message.ts';
import { type ControlChannel, ControlLog } from '../../trace/control-log.ts';
import { controlFindMethods } from './find.ts';

const flowMod = (command: 'add' | 'delete', nwDst: string): Message => ({
  ...{ kind: 'flowMod', xid: 7, match: matchOf({ dlType: 0x800, nwDst }), cookie: 0n, command },
  ...{ idleTimeoutS: 10, hardTimeoutS: 0, priority: 7, bufferId: 0xffff_ffff, outPort: 0xffff, flags: [], actions: [] },
});

function talk(capacity?: number) {
  const clock = { us: 0 };
  const control = new ControlLog(() => clock.us, capacity);
  const say = (channel: ControlChannel, message: Message) => {
    const wire = encodeMessage(message);
    clock.us += 1_000_000;
    control.append(channel, true, wire, 0, wire.length);
  };
  const { 'openflow:find': find } = controlFindMethods(control);
  return { control, say, find: (filter: string, fromId = 0) => find({ filter, fromId, asker: 'a' }) };
}

test('[WB177] control messages are found by what their bytes say, their switch, number and time', async () => {
  const { control, say, find } = talk();
  const [one, two] = [control.open('a'), control.open('b')];
  say(one, { kind: 'barrierRequest', xid: 5 });
  say(one, flowMod('add', '10.0.1.0/24'));
  say(two, flowMod('delete', '10.0.2.0/24'));
  [one.name, two.name] = ['sw0', 'sw1'];
  const idsOf = async (filter: string) => (await find(filter)).ids;
  expect(await idsOf('')).toEqual([1, 2, 3]);
  expect(await idsOf('of.flow_mod')).toEqual([2, 3]);
  expect(await idsOf('of.type == barrier_request or of.flow_mod.command == delete')).toEqual([1, 3]);
  expect(await idsOf('of.flow_mod.match.nw_dst == 10.0.1.0/24')).toEqual([2]);
  expect(await idsOf('lab.node == "sw1" or frame.number == 1')).toEqual([1, 3]);
  expect(await idsOf('frame.time_relative >= 2 and openflow.xid == 7')).toEqual([2, 3]);
  // Bytes that a frame of Ethernet would have there are none.
  expect(await idsOf('frame[0:2] == 01:12')).toEqual([1]);
  expect(await find('of.flow_mod', 3)).toEqual({ ids: [3], scannedTo: 3, isComplete: true });
});

test('[WB177] what is no longer kept is not looked at', async () => {
  const { control, say, find } = talk(2);
  const channel = control.open('a');
  for (let i = 0; i < 5; i++) say(channel, { kind: 'barrierRequest', xid: i });
  expect(await find('')).toEqual({ ids: [4, 5], scannedTo: 5, isComplete: true });
});

test('[WB177] a filter that cannot be used is a bad request with the place', async () => {
  const { find } = talk();
  await expect(find('of.hello and ip.src == 10.0.1.1')).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringMatching(/^Filter, character 14: ip\.src is a field of packets/),
  });
  await expect(find('of.flow_mod.priority == x')).rejects.toMatchObject({ code: 'bad-request' });
});

import { expect, test } from 'vitest';
import { completions } from './completion.ts';
import type { ReadFilter } from './filter.ts';
import { isOfControl, readFilterWhere, refusedOfControl, refusedOnTheWay } from './scope.ts';

const said = (read: ReadFilter): string => (read.ok ? 'taken' : read.fault.message);
const control = (text: string) => readFilterWhere(text, refusedOfControl);
const onTheWay = (text: string) => readFilterWhere(text, refusedOnTheWay);

test('[PK74] a field that cannot be known is refused at its place; what cannot be read says so as ever', () => {
  const text = 'icmp and (frame.comment contains "late" or ip.ttl < 2)';
  const read = onTheWay(text);
  expect(read.ok ? '' : text.slice(read.fault.start, read.fault.end)).toBe('frame.comment');
  expect(said(onTheWay('icmp and ip.ttx == 4'))).toContain('“ip.ttx” is not a field.');
  expect([onTheWay('').ok, onTheWay('icmp').ok]).toEqual([true, true]);
});

test.each(['of.type == flow_mod', 'of.flow_mod.match.nw_dst == 10.0.0.0/8', 'openflow', 'openflow_1_0.type == 1'])(
  '[PK75] of a control message %s can be asked',
  (text) => expect(said(control(text))).toBe('taken'),
);
test.each(['lab.node == "sw0"', 'frame.number > 7', 'frame.time_relative < 2.5', 'frame[0:1] == 01', 'not of.hello'])(
  '[PK75] of a control message %s can be asked',
  (text) => expect(said(control(text))).toBe('taken'),
);

test.each(['ip.src == 10.0.1.1', 'tcp', 'lab.point == "packet_in"', 'tcp.stream == 0', '_ws.col.info contains "a"'])(
  '[PK75] %s is a field of packets, and what a control message has is named',
  (text) => {
    expect(said(control(text))).toMatch(/^\S+ is a field of packets, .*They have of\.\* .*lab\.node/);
  },
);

test('[PK75] only what a control message has is offered', () => {
  const offered = completions('', 0, isOfControl).items.map(({ text }) => text);
  expect(offered).toEqual(expect.arrayContaining(['openflow', 'lab.node', 'of.flow_mod', 'of.error']));
  expect(offered.filter((name) => !isOfControl(name) && name !== 'not')).toEqual([]);
  expect(completions('ip.', 3, isOfControl).items).toEqual([]);
});

test.each([
  ['tcp.stream == 3', /^tcp\.stream is not known of a packet on its way: .* afterwards\. Use .*tcp\.port == 80\.$/],
  ['udp.stream', /Use .*udp\.port == 80\.$/],
  ['tcp.analysis.retransmission', /the log is looked through for that\. Use .*tcp\.seq/],
  ['frame.comment', /people comment on packets of the log\. Use /],
  ['lab.finding', /concluded from the log afterwards\. Use .*ip\.ttl < 2/],
  ['lab.chain == 4', /its journey is not over\. Use .*lab\.point/],
  ['lab.check == "reach"', /the grade afterwards\. Use /],
])('[PK76] %s is refused of a packet on its way, with why and what can be used', (text, message) => {
  expect(said(onTheWay(text))).toMatch(message);
});

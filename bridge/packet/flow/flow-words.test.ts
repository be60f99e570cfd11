import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../protocols/openflow/v10/action.ts';
import { actionsText, parseActions } from './action-words.ts';
import { faultText } from './fault.ts';
import { readDraft } from './flow-draft.ts';
import { matchText, parseMatch } from './match-words.ts';

const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'));
const faultsOf = (match: string) => parseMatch(match).faults.map(faultText);

describe('match', () => {
  test.each([
    ['in_port=1,dl_src=02:00:00:00:00:0A', { inPort: 1, dlSrc: '02:00:00:00:00:0a' }],
    ['tcp, tp_dst=80', { dlType: 0x0800, nwProto: 6, tpDst: 80 }],
    ['tcp.dstport == 80 && ip.dst == 10.0.1.77/24', { dlType: 0x0800, nwProto: 6, tpDst: 80, nwDst: '10.0.1.0/24' }],
    ['icmp.type=8 icmp.code=0', { dlType: 0x0800, nwProto: 1, tpSrc: 8, tpDst: 0 }],
    ['arp.opcode=request,arp.dst.proto_ipv4=10.0.1.1', { dlType: 0x0806, nwProto: 1, nwDst: '10.0.1.1' }],
    ['dl_type=0x88cc', { dlType: 0x88cc }],
    ['vlan.id=none', { dlVlan: 0xffff }],
    ['', {}],
  ])('[WB170] %s', (text, fields) => {
    expect(parseMatch(text)).toEqual({ fields, faults: [] });
  });

  test('[WB170] what is wrong is told with field, expectation and place', () => {
    expect(parseMatch('in_port=1, ip.dst=10.0.1').faults).toEqual([
      {
        part: 'match',
        field: 'ip.dst',
        expected: 'an address or a prefix as 10.0.1.0/24',
        got: '10.0.1',
        start: 11,
        end: 24,
      },
    ]);
    expect(faultsOf('in_prt=1')).toEqual([
      'match in_prt: expected a field as in_port, dl_dst, ip.dst, tcp.dstport, or ip, arp, icmp, tcp, udp, got "in_prt"',
    ]);
    expect(faultsOf('arp,tcp.dstport=80')).toEqual(['match tcp.dstport: expected dl_type arp, as arp says, got "ip"']);
    expect(faultsOf('in_port=1,in_port=2')).toEqual(['match in_port: expected in_port 1, as in_port says, got "2"']);
  });

  test('[WB170] a field that the switch would ignore is refused, with what it needs', () => {
    const needs = 'beside it: without that a switch ignores the field';
    expect(faultsOf('nw_dst=10.0.0.1')).toEqual([`match nw_dst: expected dl_type=ip or dl_type=arp ${needs}`]);
    expect(faultsOf('ip,tp_dst=80')).toEqual([`match tp_dst: expected tcp, udp or icmp ${needs}`]);
    expect(faultsOf('dl_vlan=none,dl_vlan_pcp=3')).toEqual([
      'match dl_vlan_pcp: expected a dl_vlan other than none beside it',
    ]);
  });

  test('[WB170] a match in words is read again as the same match', () => {
    const address = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`);
    const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const fields = fc.record({
      inPort: some(fc.integer({ min: 1, max: 0xff00 })),
      dlSrc: some(mac),
      dlDst: some(mac),
      dlVlan: some(fc.nat(4095)),
      dlVlanPcp: some(fc.nat(7)),
      dlType: fc.constant(0x0800),
      nwTos: some(fc.nat(63).map((dscp) => dscp * 4)),
      nwProto: fc.constantFrom(1, 6, 17),
      nwSrc: some(address.map((text) => parseMatch(`ip.src=${text}`).fields.nwSrc)),
      tpDst: some(fc.nat(0xffff)),
    });
    fc.assert(
      fc.property(fields, (its) => {
        const wanted = Object.fromEntries(Object.entries(its).filter(([, value]) => value !== undefined));
        expect(parseMatch(matchText(wanted))).toEqual({ fields: wanted, faults: [] });
      }),
    );
  });
});

describe('actions', () => {
  test('[WB170] actions in words are read again as the same actions', () => {
    const action: fc.Arbitrary<Action> = fc.oneof(
      fc.integer({ min: 1, max: 0xff00 }).map((port) => ({ kind: 'output', port, maxLength: 0 }) as const),
      fc.nat(0xfffe).map((maxLength) => ({ kind: 'output', port: 0xfffd, maxLength }) as const),
      fc.constantFrom(0xfff8, 0xfffa, 0xfffb, 0xfffc).map((port) => ({ kind: 'output', port, maxLength: 0 }) as const),
      fc.nat(4095).map((vlanVid) => ({ kind: 'setVlanVid', vlanVid }) as const),
      fc.constant({ kind: 'stripVlan' } as const),
      mac.map((address) => ({ kind: 'setDlDst', address }) as const),
      fc.ipV4().map((address) => ({ kind: 'setNwSrc', address }) as const),
      fc.nat(0xffff).map((port) => ({ kind: 'setTpDst', port }) as const),
      fc.nat(9).map((queueId) => ({ kind: 'enqueue', port: 3, queueId }) as const),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 5 }), (actions) => {
        expect(parseActions(actionsText(actions))).toEqual({ actions, faults: [] });
      }),
    );
  });

  test('[WB170] a port that the switch does not have, and what is no action, are refused', () => {
    const faults = (text: string) => parseActions(text, new Set([2, 1])).faults.map(faultText);
    expect(faults('output:9')).toEqual([
      'actions output: expected a port of the switch (1, 2) or in_port, normal, flood, all, controller, local, got "9"',
    ]);
    expect(faults('mod_dl_dst:1')).toEqual([
      'actions set_dl_dst: expected a hardware address as 02:00:00:00:00:01, got "1"',
    ]);
    expect(faults('drop,output:1')).toEqual([
      'actions drop: expected drop to stand alone: without actions a frame is dropped',
    ]);
    expect(faults('')).toEqual(['actions: expected at least one action, or drop']);
    expect(faults('1,flood')).toEqual([]);
  });
});

test('[WB170] numbers and cookie have their ranges', () => {
  const draft = { match: '', actions: 'drop', priority: 1, idleTimeoutS: 0, hardTimeoutS: 0, cookie: '0x2a' };
  expect(readDraft(draft)).toEqual({
    spec: { match: {}, actions: [], priority: 1, idleTimeoutS: 0, hardTimeoutS: 0, cookie: 42n },
    faults: [],
  });
  const faults = readDraft({ ...draft, priority: 65_536, idleTimeoutS: Number.NaN, cookie: 'x' }).faults;
  expect(faults.map(faultText)).toEqual([
    'priority: expected a whole number, 0 to 65535, got "65536"',
    'idleTimeoutS: expected seconds, 0 (never) to 65535',
    'cookie: expected up to 16 hex digits behind 0x, got "x"',
  ]);
});

import { describe, expect, test } from 'vitest';
import { arpReply, arpRequest, datagram, icmpMessage, ports, type Station } from '../../router/testing/frames.ts';
import { client, eth1, eth3, server1 } from '../../router/testing/network.ts';
import type { Expectation } from '../why/expectations.ts';
import { compareOutputs } from './compare.ts';

const own = new Set([eth1.address, eth3.address]);
const given = datagram({ from: client, via: eth3.mac, to: server1.address, protocol: 17, payload: ports(1, 2), id: 7 });
/** The same datagram as it leaves for the server. */
const forwarded = (fields: { ttl?: number; id?: number } = {}): Uint8Array =>
  datagram({
    from: { mac: eth1.mac, address: client.address },
    via: server1.mac,
    to: server1.address,
    protocol: 17,
    payload: ports(1, 2),
    ttl: 63,
    id: 7,
    ...fields,
  });
const error = (from: Station, code: number, id: number): Uint8Array =>
  datagram({
    from,
    via: client.mac,
    to: client.address,
    protocol: 1,
    payload: icmpMessage(3, code, [0, 0, 0, 0], given.subarray(14, 42)),
    id,
  });

function compare(about: Uint8Array, expected: readonly Uint8Array[], observed: readonly Uint8Array[], at = 'eth1') {
  const outputs = expected.map((frame) => ({ tUs: 0, interface: 'eth1', frame }));
  const expectation: Expectation = { given: about, outputs, ignoredBecause: undefined };
  return compareOutputs(
    expectation,
    observed.map((frame, seq) => ({ seq, interface: at, frame })),
    own,
  ).map(({ what, text, requirement, fields }) => ({
    what,
    text,
    rule: requirement?.rule,
    fields: fields.map(({ name, expected: left, observed: right }) => `${name} ${left} ${right}`),
  }));
}

describe('what a router sent beside what was expected', () => {
  test('[WB201] a TTL that was not taken down is one field, with its requirement', () => {
    expect(compare(given, [forwarded()], [forwarded({ ttl: 64 })])).toEqual([
      {
        what: 'different',
        text: 'The TTL is 64, expected 63: it was not taken down by one.',
        rule: 'RT6',
        fields: ['ip.ttl 63 64'],
      },
    ]);
  });

  test('[WB202] the order of outputs is free, the id of a forwarded datagram is not', () => {
    const other = forwarded({ id: 8 });
    expect(compare(given, [forwarded(), other], [other, forwarded()])).toEqual([]);
    expect(compare(given, [forwarded()], [other])).toMatchObject([{ what: 'different', rule: 'RT6' }]);
  });

  test('[WB202] an ICMP error may come from any address of the router and with any id; its code is asked for', () => {
    expect(compare(given, [error(eth3, 0, 1)], [error({ ...eth3, address: eth1.address }, 0, 99)])).toEqual([]);
    expect(compare(given, [error(eth3, 0, 1)], [error(eth3, 1, 1)])).toMatchObject([
      { what: 'different', rule: 'RT8' },
    ]);
    const foreign = error({ ...eth3, address: '9.9.9.9' }, 0, 1);
    expect(compare(given, [error(eth3, 0, 1)], [foreign])).toMatchObject([
      { fields: [`ip.src ${eth3.address} 9.9.9.9`] },
    ]);
  });

  test('[WB203] asking for a MAC address, or knowing it already, is no difference; doing neither is', () => {
    const ask = arpRequest(eth1, server1.address);
    expect(compare(given, [ask, ask], [ask])).toEqual([]);
    expect(compare(given, [ask], [forwarded()])).toEqual([]);
    expect(compare(given, [ask], [])).toMatchObject([{ what: 'missing', rule: 'RT12' }]);
  });

  test('[WB204] a wrong checksum is said as such', () => {
    const broken = forwarded();
    broken[24] = (broken[24] ?? 0) ^ 0xff;
    expect(compare(given, [forwarded()], [broken])).toMatchObject([
      { what: 'different', text: 'The IP header checksum is wrong after the rewrite.' },
    ]);
  });

  test('[WB201] what the reference would not have sent is too much; ARP for others is told as that', () => {
    expect(compare(given, [forwarded()], [forwarded(), forwarded()])).toMatchObject([{ what: 'extra' }]);
    const question = arpRequest(client, '10.0.1.77');
    const answer = arpReply({ mac: eth3.mac, address: '10.0.1.77' }, client);
    expect(compare(question, [], [answer], 'eth3')).toMatchObject([
      { what: 'extra', text: "ARP is answered for 10.0.1.77, which is not the router's: the reference says nothing." },
    ]);
  });

  test('[WB201] the wrong interface is a difference', () => {
    expect(compare(given, [forwarded()], [forwarded()], 'eth2')).toMatchObject([
      { fields: ['lab.interface eth1 eth2'] },
    ]);
  });
});

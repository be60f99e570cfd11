import { describe, expect, test } from 'vitest';
import { arpRequest } from '../../router/testing/frames.ts';
import { client, eth1, eth3, server1, server2 } from '../../router/testing/network.ts';
import { onward, patched, toServer } from './testing/frames.ts';
import { Scene } from './testing/scene.ts';

describe('a packet that is forwarded', () => {
  test('[WB103] as it must be: nothing is found', async () => {
    const scene = new Scene().introduced();
    scene.given(toServer());
    scene.sent(onward(), 1);
    expect(await scene.found()).toEqual([]);
  });

  test('[WB103] the TTL as it came: with values, both records, the field and the requirement', async () => {
    const scene = new Scene().introduced();
    const given = scene.given(toServer());
    const sent = scene.sent(onward({ ttl: 64 }), 1);
    expect(await scene.found()).toEqual([
      {
        id: 1,
        kind: 'ttl-not-decremented',
        severity: 'error',
        tUs: scene.log.timeOf(sent),
        node: 'r0',
        seqs: [sent, given],
        sentence: 'eth1: TTL 64 left as 64; it must be 63.',
        field: 'ip.ttl',
        requirement: { rule: 'RT6', text: expect.stringContaining('TTL one less') },
        inference: expect.stringContaining('forwarded from'),
      },
    ]);
  });

  const wrongs: readonly (readonly [string, string, Uint8Array, Uint8Array])[] = [
    ['ttl-wrong', 'TTL 64 became 62', toServer(), onward({ ttl: 62 })],
    ['ttl-expired-forwarded', 'its TTL was 1', toServer({ ttl: 1 }), onward({ ttl: 0 })],
    ['ip-checksum-wrong', 'it must be 0x', toServer(), patched(onward(), 24, 0xde, 0xad)],
    ['bad-checksum-forwarded', 'checksum was wrong', patched(toServer(), 24, 0xde, 0xad), onward()],
    ['payload-changed', 'byte 9 behind', toServer(), patched(onward(), 43, 99)],
    ['header-changed', 'type of service', toServer(), onward({ tos: 4 })],
    ['eth-src-wrong', `has ${eth1.mac}`, toServer(), onward({ from: client })],
    ['eth-dst-wrong', `is at ${server1.mac}`, toServer(), onward({ via: server2.mac })],
    ['frame-short', 'says 32 bytes; the frame has 24', toServer(), onward().subarray(0, 38)],
    ['forwarded-without-route', 'without a route', toServer({ to: '8.8.8.8' }), onward({ to: '8.8.8.8' })],
  ];
  test.each(wrongs)('[WB103] %s', async (kind, says, given, sent) => {
    const scene = new Scene().introduced();
    scene.given(given);
    const seq = scene.sent(sent, 1);
    const found = await scene.found();
    expect(found.map((each) => each.kind)).toEqual([kind]);
    expect(found[0]).toMatchObject({ seqs: expect.arrayContaining([seq]), sentence: expect.stringContaining(says) });
    expect(scene.expert.kindsOf(seq)).toEqual([kind]);
  });

  test('[WB103] another interface, back to where it came from, twice', async () => {
    const scene = new Scene().introduced();
    scene.given(toServer());
    scene.sent(onward({ from: { ...client, mac: eth3.mac }, via: client.mac }), 3);
    scene.given(toServer({ id: 6 }));
    scene.sent(onward({ id: 6 }), 1);
    scene.sent(onward({ id: 6 }), 1);
    expect(await scene.kinds()).toEqual(['sent-back', 'wrong-interface', 'sent-twice']);
  });

  test('[WB103] a neighbour that never answered, and one that nobody asked', async () => {
    const scene = new Scene();
    scene.given(toServer());
    scene.sent(onward(), 1);
    scene.sent(arpRequest(eth1, server1.address), 1);
    scene.given(toServer({ id: 6 }));
    scene.sent(onward({ id: 6 }), 1);
    const sentences = (await scene.found()).map(({ kind, sentence }) => `${kind} ${sentence}`);
    expect(sentences).toEqual([
      expect.stringMatching(/^sent-before-arp .*nobody was asked for the MAC address of 192\.168\.2\.2/),
      expect.stringMatching(/^sent-before-arp .*the request for 192\.168\.2\.2 has had no answer/),
    ]);
  });

  test('[WB102] what was edited or put in behind the router, and what it never got, is not its fault', async () => {
    const scene = new Scene().introduced();
    const held = scene.at('packet_in', toServer());
    const edited = patched(toServer(), 22, 1);
    scene.log.made(held, 'hold', scene.log.node('r0'), 3, 'edited', edited);
    scene.log.made(0, 'inject', scene.log.node('r0'), 1, 'injected', onward({ ttl: 64 }));
    expect(await scene.found()).toEqual([]);
  });
});
